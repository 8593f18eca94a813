import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { installed, virtualEnvironment } from '../../recipes/programs.ts';
import type { Reader, Row } from '../row.ts';
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

export const data: readonly Row[] = [
  { format: 'json', values: { kind: 'all', keys: 'any' }, readers: [nodeJson, pythonJson] },
  { format: 'yaml', values: { kind: 'all', keys: 'any' }, readers: [npmYaml, pyYaml] },
  { format: 'properties', values: { kind: 'all', keys: 'any' }, readers: [javaProperties] },
];
