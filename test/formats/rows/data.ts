import { readFileSync } from 'node:fs';
import { parse as parseIni } from 'ini';
import { parse as parseToml } from 'smol-toml';
import { parse } from 'yaml';
import { installed, virtualEnvironment } from '../../recipes/programs.ts';
import type { Fields, Reader, Row } from '../row.ts';
import { readWithJava, readWithPython } from '../tools.ts';

const nodeJson: Reader = {
  name: 'Node',
  runs: 'npm test',
  read: (files) => files.map(({ path }) => JSON.parse(readFileSync(path, 'utf8'))),
};

const pythonJson: Reader = {
  name: "Python's json",
  runs: 'test:servers',
  read: (files) => readWithPython('json_file', files, { env: {} }),
};

const npmYaml: Reader = {
  name: "npm's yaml",
  runs: 'npm test',
  read: (files) => files.map(({ path }) => parse(readFileSync(path, 'utf8'))),
};

const pyYaml: Reader = {
  name: 'PyYAML',
  runs: 'test:servers',
  read: (files) => readWithPython('yaml_file', files, virtualEnvironment('formats-yaml', ['PyYAML==6.0.2'])),
};

const javaProperties: Reader = {
  name: 'java.util.Properties',
  runs: 'test:servers',
  missing: () => installed('java', '-version').missing,
  read: (files) => readWithJava('PropertiesFile', files, { env: {} }),
};

const smolToml: Reader = {
  name: "npm's smol-toml",
  runs: 'npm test',
  read: (files) => files.map(({ path }) => tableOf(parseToml(readFileSync(path, 'utf8')), 'tool', 'web')),
};

const tomllib: Reader = {
  name: "Python's tomllib",
  runs: 'test:servers',
  read: (files) => readWithPython('toml_file', files, { env: {} }).map((found) => tableOf(found, 'tool', 'web')),
};

/** A map in maps of them. */
function tableOf(found: unknown, ...names: readonly string[]): Fields {
  const table: unknown = names.reduce(
    (map: unknown, name) => Object.entries(map ?? {}).find(([key]) => key === name)?.[1],
    found,
  );
  return Object.fromEntries(Object.entries(table ?? {}));
}

/** It makes a boolean of `true`, which is what it should be for whoever reads it so. */
const npmIni: Reader = {
  name: "npm's ini",
  runs: 'npm test',
  read: (files) =>
    files.map(({ path }) => {
      const section = tableOf(parseIni(readFileSync(path, 'utf8')), 'database');
      return Object.fromEntries(Object.entries(section).map(([key, value]) => [key, String(value)]));
    }),
};

const configparser: Reader = {
  name: "Python's configparser",
  runs: 'test:servers',
  read: (files) => readWithPython('ini_file', files, { env: {} }),
};

/** No line break, nothing that a reader strips, might take for a comment, an escape or a quote. */
const isIni = (text: string) =>
  !/[\r\n\u2028\u2029;#]|\\\\/.test(text) && !/^[\s\p{Cc}]|[\s\p{Cc}]$/u.test(text) && !/^(".*"|'.*'|')$/s.test(text);

const isXml = (text: string) => !/[^\t\n\r -\ufffd\u{10000}-\u{10ffff}]/u.test(text);

const javaPreferences: Reader = {
  name: 'java.util.prefs.Preferences',
  runs: 'test:servers',
  missing: () => installed('java', '-version').missing,
  read: (files) => readWithJava('PreferencesFile', files, { env: {} }),
};

export const data: readonly Row[] = [
  { format: 'json', values: { kind: 'all', keys: 'any' }, readers: [nodeJson, pythonJson] },
  { format: 'yaml', values: { kind: 'all', keys: 'any' }, readers: [npmYaml, pyYaml] },
  { format: 'properties', values: { kind: 'all', keys: 'any' }, readers: [javaProperties] },
  { format: 'toml', values: { kind: 'all', keys: 'any' }, options: { table: 'tool.web' }, readers: [smolToml, tomllib] },
  {
    format: 'ini',
    values: { kind: 'all', keys: 'any', holds: isIni },
    options: { section: 'database' },
    readers: [npmIni, configparser],
  },
  { format: 'properties-xml', values: { kind: 'all', keys: 'any', holds: isXml }, readers: [javaProperties] },
  {
    format: 'preferences-xml',
    values: { kind: 'all', keys: 'any', holds: isXml },
    options: { node: 'com/example' },
    readers: [javaPreferences],
  },
];
