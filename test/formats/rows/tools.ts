import fc from 'fast-check';
import { installed, virtualEnvironment } from '../../recipes/programs.ts';
import { nasty } from '../../template/nasty.ts';
import { readWithCurl } from '../readers/curl.ts';
import { readWithNpm } from '../readers/npm.ts';
import type { Reader, Row } from '../row.ts';
import { goReader, readWith, readWithPython } from '../tools.ts';

const hosts = fc.stringMatching(/^[a-z][a-z0-9]{0,9}(-[a-z0-9]{1,5})?\.[a-z]{2,6}$/);

const pythonNetrc: Reader = {
  name: "Python's netrc",
  runs: 'test:servers',
  read: (files) => readWithPython('netrc_file', files, { env: {} }),
};

const curl: Reader = {
  name: 'curl',
  runs: 'test:servers',
  missing: () => installed('curl', '--version').missing,
  read: readWithCurl,
};

const docker: Reader = {
  name: "docker's own command",
  runs: 'test:servers',
  missing: () => installed('go', 'version').missing,
  read: (files) => readWith([goReader('docker')], files, { env: {} }),
};

const pythonDocker: Reader = {
  name: "Python's docker",
  runs: 'test:servers',
  read: (files) => readWithPython('docker_config', files, virtualEnvironment('formats-docker', ['docker==7.1.0'])),
};

const npm: Reader = { name: 'npm', runs: 'npm test', read: readWithNpm };

const npmText = (text: string) => text !== '' && text.trim() === text && !/^(true|false|null|undefined)$/.test(text);

const registry = {
  from: fc.oneof(
    hosts.map((host) => `https://${host}/`),
    hosts.map((host) => `http://${host}:8081/repository/npm_1/`),
    nasty,
  ),
  holds: (text: string) => /^https?:.*[a-z0-9]\/$/.test(text),
};

/** A second row of npmrc: without a token. */
export const npmrcWithPassword: Row = {
  format: 'npmrc',
  values: {
    kind: 'needs',
    fields: {
      registry,
      username: { holds: (text) => npmText(text) && !/[\0:]/.test(text) },
      password: { holds: (text) => text !== '' },
    },
  },
  readers: [npm],
};

const oneLine = { holds: (text: string) => !/[\0\r\n]/.test(text) };

export const tools: readonly Row[] = [
  {
    format: 'netrc',
    values: { kind: 'needs', fields: { host: { from: hosts }, username: oneLine, password: oneLine } },
    readers: [pythonNetrc, curl],
  },
  {
    format: 'docker-config',
    values: {
      kind: 'needs',
      fields: {
        registry: { from: nasty.filter((text) => text !== '') },
        username: { holds: (text) => text !== '' && !/[\0:]/.test(text) },
        password: { holds: (text) => !text.includes('\0') },
      },
    },
    readers: [docker, pythonDocker],
  },
  {
    format: 'npmrc',
    values: { kind: 'needs', fields: { registry, token: { holds: npmText } } },
    options: { scope: '@team' },
    readers: [npm],
  },
];
