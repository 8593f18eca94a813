import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { parse as parseIni } from 'ini';
import { parse as parseToml } from 'smol-toml';
import { parse } from 'yaml';
import { debianPackage, installed, virtualEnvironment } from '../../recipes/programs.ts';
import type { Fields, Reader, Row } from '../row.ts';
import { goReader, mavenJars, readWith, readWithJava, readWithPython } from '../tools.ts';

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

const kubernetesYaml: Reader = {
  name: 'sigs.k8s.io/yaml',
  runs: 'test:servers',
  missing: () => installed('go', 'version').missing,
  read: (files) => readWith([goReader('goyaml')], files, { env: {} }),
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

const goToml = (name: string, library: string): Reader => ({
  name,
  runs: 'test:servers',
  missing: () => installed('go', 'version').missing,
  read: (files) => readWith([goReader('toml'), library], files, { env: {} }).map((found) => tableOf(found, 'tool', 'web')),
});

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

/** Keys of one to three parts, none of which is the beginning of another. */
const keysWith = (separator: string) =>
  fc.oneof(
    ...[0, 1, 2].map((depth) =>
      fc
        .tuple(
          fc.array(fc.stringMatching(/^[a-z0-9][-a-z0-9]{0,2}$/), { minLength: depth, maxLength: depth }),
          fc.stringMatching(/^[-a-zA-Z0-9]{1,8}$/),
        )
        .map(([above, last]) => [`${depth}`, ...above, last].join(separator)),
    ),
  );

const springJars = ['org.springframework.boot:spring-boot:3.5.7', 'org.yaml:snakeyaml:2.4'];

const springBoot: Reader = {
  name: 'Spring Boot',
  runs: 'test:servers',
  missing: () => installed('java', '-version').missing ?? installed('mvn', '-v').missing,
  read: (files) => readWithJava('SpringYaml', files, { env: {} }, mavenJars('spring', springJars)),
};

const flatJson: Reader = {
  name: "Python's json",
  runs: 'test:servers',
  read: (files) => readWithPython('appsettings_file', files, { env: {} }),
};

const psych: Reader = {
  name: "Ruby's Psych",
  runs: 'test:servers',
  missing: () => debianPackage('ruby', 'usr/bin/ruby').missing,
  read: (files) => {
    const { env } = debianPackage('ruby', 'usr/bin/ruby');
    const roots = (env['LD_LIBRARY_PATH'] ?? '').split(':').flatMap((at) => [join(at, 'ruby'), join(at, '../ruby')]);
    const libraries = roots.filter(existsSync).flatMap((at) => readdirSync(at).map((version) => join(at, version)));
    const found = { env: { ...env, RUBYLIB: libraries.join(':') } };
    return readWith(['ruby', '--disable-gems', join(import.meta.dirname, '../readers/rails_yaml.rb')], files, found);
  },
};

const hclReader = (name: string, version: '1' | '2'): Reader => ({
  name,
  runs: 'test:servers',
  missing: () => installed('go', 'version').missing,
  read: (files) => readWith([goReader('hcl'), version], files, { env: {} }),
});

const hclNames = fc.stringMatching(/^[A-Za-z_][-A-Za-z0-9_]{3,12}$/);
const isHcl = (text: string) => text === text.normalize('NFC');

const renamed = (fields: Fields, rename: (key: string) => string): Fields =>
  Object.fromEntries(Object.entries(fields).map(([key, text]) => [rename(key), text]));

export const data: readonly Row[] = [
  { format: 'json', values: { kind: 'all', keys: 'any' }, readers: [nodeJson, pythonJson] },
  { format: 'yaml', values: { kind: 'all', keys: 'any' }, readers: [npmYaml, pyYaml, kubernetesYaml] },
  { format: 'properties', values: { kind: 'all', keys: 'any' }, readers: [javaProperties] },
  {
    format: 'toml',
    values: { kind: 'all', keys: 'any' },
    options: { table: 'tool.web' },
    readers: [smolToml, tomllib, goToml('BurntSushi/toml', 'BurntSushi'), goToml('go-toml', 'pelletier')],
  },
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
  {
    format: 'spring-yaml',
    values: { kind: 'all', keys: keysWith('.'), holds: (text) => !/\$\{.*\}|#\{/s.test(text) },
    readers: [springBoot],
  },
  {
    format: 'appsettings',
    values: { kind: 'all', keys: keysWith('__') },
    finds: (fields) => renamed(fields, (key) => key.replaceAll('__', ':')),
    readers: [flatJson],
  },
  {
    format: 'rails-yaml',
    values: { kind: 'all', keys: keysWith('.') },
    options: { environment: 'production' },
    finds: (fields) => renamed(fields, (key) => `production.${key}`),
    readers: [psych],
  },
  {
    format: 'tfvars',
    values: { kind: 'all', keys: hclNames, holds: isHcl },
    readers: [hclReader('hashicorp/hcl/v2', '2')],
  },
  {
    format: 'hcl',
    values: { kind: 'all', keys: hclNames, holds: isHcl },
    options: { block: 'seal', label: 'awskms' },
    finds: (fields) => renamed(fields, (key) => `seal [awskms] ${key}`),
    readers: [hclReader('hashicorp/hcl/v2', '2'), hclReader('hashicorp/hcl, the first', '1')],
  },
];

/** INI files for one reader alone. */
const iniFor = (reader: string, holds: (text: string) => boolean, readers: readonly Reader[]): Row => ({
  format: 'ini',
  values: { kind: 'all', keys: 'any', holds },
  options: { section: 'database', reader },
  readers,
});

const isLine = (text: string) => !/[\r\n]/.test(text) && !/^[\s\p{Cc}]|[\s\p{Cc}]$/u.test(text);

const pythonClass = (name: string): Reader => ({
  name: `Python's ${name}`,
  runs: 'test:servers',
  read: (files) => readWithPython('ini_file', files, { env: {} }, [name]),
});

export const dataVariants: readonly Row[] = [
  iniFor('npm', () => true, [{ ...npmIni, name: "npm's ini alone" }]),
  iniFor('RawConfigParser', isLine, [pythonClass('RawConfigParser')]),
  iniFor('ConfigParser', isLine, [pythonClass('ConfigParser')]),
];
