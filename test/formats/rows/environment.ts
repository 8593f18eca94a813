import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import { parse as parseDotenv } from 'dotenv';
import { debianLibrary, debianPackage, type Found, installed, virtualEnvironment } from '../../recipes/programs.ts';
import type { Reader, Row } from '../row.ts';
import { environmentAfter } from '../shells.ts';
import { goReader, readWith, readWithPython } from '../tools.ts';

const node: Reader = {
  name: 'node --env-file',
  runs: 'npm test',
  read: (files) => files.map(({ path }) => ({ ...parseEnv(readFileSync(path, 'utf8')) }) as Record<string, string>),
};

/** Both of its parsers, which are to agree. */
const npmDotenv: Reader = {
  name: "npm's dotenv",
  runs: 'npm test',
  read: (files) =>
    files.map(({ path }) => {
      const text = readFileSync(path, 'utf8');
      const found = parseDotenv(text);
      assert.deepEqual(parseDotenv(text, { fast: true }), found);
      return found;
    }),
};

const kubernetes = 'k8s.io/kubernetes@v1.35.0';

/** The one file of the kubelet, which needs nothing but Go's library. */
function kubeletParser(dir: string): void {
  const answer = execFileSync('go', ['mod', 'download', '-json', kubernetes], { cwd: dir, encoding: 'utf8' });
  const { Dir: source }: { readonly Dir: string } = JSON.parse(answer);
  mkdirSync(join(dir, 'env'), { recursive: true });
  copyFileSync(join(source, 'pkg/kubelet/util/env/env_util.go'), join(dir, 'env/env_util.go'));
}

const kubelet: Reader = {
  name: 'the kubelet',
  runs: 'test:servers',
  missing: () => installed('go', 'version').missing,
  read: (files) => readWith([goReader('kubelet', kubeletParser)], files, { env: {} }),
};

/** A program of `readers/` that a package of Go reads for. */
function goPackage(name: string, folder: string): Reader {
  return {
    name,
    runs: 'test:servers',
    missing: () => installed('go', 'version').missing,
    read: (files) => readWith([goReader(folder)], files, { env: {} }),
  };
}

/** A POSIX shell by its command: what is in the environment of what it starts, after it took the file. */
function shellReader(name: string, runs: Reader['runs'], { before = '', find = () => installed(name, '-c', ':') } = {}): Reader {
  const take = (path: string) => `(${before} . '${path}'; exec env -0)`;
  const [program = '', ...flags] = name.split(' ');
  return {
    name,
    runs,
    missing: () => find().missing,
    read: (files) => environmentAfter({ command: [program, ...flags], take }, files, find()),
  };
}

/** Of files that only assign. */
const assigningSh = shellReader('sh', 'npm test', { before: 'set -a;' });

/** A package with a program of its name; the directory depends on the release of Debian. */
function shellPackage(name: string): Found {
  const found = debianPackage(name, `bin/${name}`);
  return found.missing === undefined ? found : debianPackage(name, `usr/bin/${name}`);
}

const fishPackage = () => debianPackage('fish', 'usr/bin/fish');

const fish: Reader = {
  name: 'fish',
  runs: 'test:servers',
  missing: () => fishPackage().missing,
  read: (files) => {
    const take = (path: string) => `fish --no-config -c 'source ${path}; and exec env -0'`;
    return environmentAfter({ command: ['sh'], take }, files, fishPackage());
  },
};

const systemdLibrary = () => debianLibrary('libsystemd-shared', 'usr/lib/*/systemd/libsystemd-shared-*.so');

const systemd: Reader = {
  name: 'systemd',
  runs: 'test:servers',
  missing: () => systemdLibrary().missing,
  read: (files) => readWithPython('systemd_file', files, systemdLibrary()),
};

function pythonDotenv(name: string, version: string): Reader {
  const packages = () => virtualEnvironment(`formats-python-dotenv-${version}`, [`python-dotenv==${version}`]);
  return { name, runs: 'test:servers', read: (files) => readWithPython('dotenv_file', files, packages()) };
}

const withoutNul = (text: string) => !text.includes('\0');

export const environment: readonly Row[] = [
  {
    format: 'dotenv',
    values: {
      kind: 'all',
      keys: 'variables',
      holds: (text) =>
        !/[\0\r]/.test(text) && (dotenvQuotes(text) || (!/[#\n\u2028\u2029]|^['"`]/.test(text) && text === text.trim())),
    },
    readers: [node, npmDotenv],
  },
  {
    format: 'dotenv-python',
    values: { kind: 'all', keys: 'variables', holds: withoutNul },
    readers: [pythonDotenv('python-dotenv', '1.2.4'), pythonDotenv('python-dotenv 1.0', '1.0.1')],
  },
  {
    format: 'docker-env',
    values: { kind: 'all', keys: 'variables', holds: (text) => !/[\0\n]|\r$/.test(text) },
    readers: [goPackage('docker run', 'docker-env')],
  },
  {
    format: 'compose-env',
    values: { kind: 'all', keys: 'variables', holds: withoutNul },
    readers: [goPackage('docker compose', 'compose-env')],
  },
  {
    format: 'shell',
    values: { kind: 'all', keys: 'variables', holds: withoutNul },
    readers: [
      shellReader('sh', 'npm test'),
      shellReader('dash', 'test:servers'),
      shellReader('bash', 'test:servers'),
      shellReader('zsh', 'test:servers', { find: () => shellPackage('zsh') }),
      shellReader('busybox sh', 'test:servers', { find: () => shellPackage('busybox') }),
    ],
  },
  { format: 'fish', values: { kind: 'all', keys: 'variables', holds: withoutNul }, readers: [fish] },
  {
    format: 'envfile',
    values: { kind: 'all', keys: 'variables', holds: (text) => !/[\0']|\r\n/.test(text) },
    readers: [kubelet, assigningSh],
  },
  {
    format: 'systemd',
    values: {
      kind: 'all',
      keys: 'variables',
      holds: (text) => !/\0|\p{Noncharacter_Code_Point}/u.test(text),
    },
    readers: [systemd, assigningSh],
  },
];

/** Whether one of the quotes can stand around it. */
function dotenvQuotes(text: string): boolean {
  return !text.includes("'") || !text.includes('`') || !/"|\\[nr]/.test(text);
}
