import fc from 'fast-check';
import { debianPackage, installed, virtualEnvironment } from '../../recipes/programs.ts';
import { nasty } from '../../template/nasty.ts';
import { readWithCargo } from '../readers/cargo.ts';
import { readWithCurl } from '../readers/curl.ts';
import { readWithGit } from '../readers/git.ts';
import { verifyWithHtpasswd } from '../readers/htpasswd.ts';
import { readWithNpm } from '../readers/npm.ts';
import type { Reader, Row } from '../row.ts';
import { goReader, mavenJars, readWith, readWithJava, readWithPython } from '../tools.ts';

const hosts = fc.stringMatching(/^[a-z][a-z0-9]{0,9}(-[a-z0-9]{1,5})?\.[a-z]{2,6}$/);

const pythonNetrc: Reader = {
  name: "Python's netrc",
  runs: 'test:servers',
  missing: () => installed('python3', '--version').missing,
  read: (files) => readWithPython('netrc_file', files, { env: {} }),
};

/** `readers/FILE.py` with these packages of Python. */
function reader(name: string, file: string, packages: readonly string[]): Reader {
  const found = () => virtualEnvironment(`formats-${file.replaceAll('_', '-')}`, packages);
  return { name, runs: 'test:servers', missing: () => found().missing, read: (files) => readWithPython(file, files, found()) };
}

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

const pythonDocker = reader("Python's docker", 'docker_config', ['docker==7.1.0']);

const npm: Reader = {
  name: 'npm',
  runs: 'npm test',
  missing: () => installed('npm', '--version').missing,
  read: readWithNpm,
};

const twine = reader('twine', 'pypirc_file', [
  '--no-deps',
  ...['twine==7.0.0', 'rfc3986==2.0.0', 'requests==2.34.2', 'requests-toolbelt==1.0.0', 'urllib3==2.8.0'],
  ...['idna==3.20', 'certifi==2026.10.19.post1', 'charset-normalizer==3.5.3'],
]);

const pip = reader('pip', 'pip_conf', ['pip==26.2']);

const urls = {
  from: fc.oneof(
    hosts.map((host) => `https://${host}/simple`),
    fc.constantFrom(
      'http://[::1]:8080/a/b~c/?d=%20$&e',
      'https://a:b@c.example/',
      'https://a.example /',
      'https://a.example/\n',
      'file:///a',
    ),
  ),
  holds: (text: string) => !/file:|@|\s/.test(text),
};

/** White space as Python's str.strip() has it. */
const pythonSpaces =
  '\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000';
const pypircText = (text: string) =>
  !/[\r\n]/.test(text) && (text === '' || ![text[0], text.at(-1)].some((mark = '') => pythonSpaces.includes(mark)));

/** Maven 3.9.11's own, with what it needs to read and decrypt settings. */
const maven3Jars = [
  ...['maven-settings', 'maven-settings-builder', 'maven-builder-support'].map((name) => `org.apache.maven:${name}:3.9.11`),
  ...['plexus-interpolation:1.28', 'plexus-utils:3.6.0', 'plexus-sec-dispatcher:2.0', 'plexus-cipher:2.0'].map(
    (name) => `org.codehaus.plexus:${name}`,
  ),
];

const maven: Reader = {
  name: 'Maven 3',
  runs: 'test:servers',
  missing: () => installed('java', '-version').missing ?? installed('mvn', '--version').missing,
  read: (files) => readWithJava('MavenSettings', files, { env: {} }, mavenJars('maven3', maven3Jars)),
};

/** The same of Maven 4. */
const maven4Jars = [
  ...['impl', 'support', 'xml', 'di', 'api-core', 'api-annotations', 'api-settings', 'api-xml', 'api-model', 'api-di'].map(
    (name) => `org.apache.maven:maven-${name}:4.0.0-rc-5`,
  ),
  ...['org.codehaus.plexus:plexus-sec-dispatcher:4.1.0', 'org.slf4j:slf4j-api:2.0.17'],
  ...['com.fasterxml.woodstox:woodstox-core:7.1.1', 'org.codehaus.woodstox:stax2-api:4.2.2'],
];

const maven4: Reader = {
  name: 'Maven 4',
  runs: 'test:servers',
  missing: () => installed('java', '-version').missing ?? installed('mvn', '--version').missing,
  read: (files) => readWithJava('MavenSettings4', files, { env: {} }, mavenJars('maven4', maven4Jars)),
};

/** XML's characters without CR, trimmed as java.lang.String does, and nothing that Maven would fill in or decrypt. */
const mavenText = (text: string) =>
  /^[\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u.test(text) && !/^[\t\n ]|[\t\n ]$|\{.*\}|\\[{}]/s.test(text);

const javaProperties: Reader = {
  name: 'java.util.Properties',
  runs: 'test:servers',
  missing: () => installed('java', '-version').missing,
  read: (files) => readWithJava('PropertiesFile', files, { env: {} }),
};

const tomllib: Reader = {
  name: "Python's tomllib",
  runs: 'test:servers',
  missing: () => installed('python3', '--version').missing,
  read: (files) => readWithPython('cargo_credentials', files, { env: {} }),
};

const cargo: Reader = {
  name: 'cargo',
  runs: 'test:servers',
  texts: 60, // It is started for each.
  missing: () => installed('cargo', '--version').missing,
  read: readWithCargo,
};

/** cargo sends a token in a header of HTTP, which has no white space around it. */
const cargoTokens = fc.oneof(nasty, fc.string({ maxLength: 40 })).filter((text) => text.trim() === text);

const git: Reader = {
  name: 'git',
  runs: 'test:servers',
  missing: () => installed('git', '--version').missing,
  read: (files) => readWithGit(files),
};

const htpasswd: Reader = {
  name: "Apache's htpasswd",
  runs: 'test:servers',
  texts: 40, // bcrypt takes its time.
  missing: () => debianPackage('apache2-utils', 'usr/bin/htpasswd').missing,
  read: (files) => verifyWithHtpasswd(files, debianPackage('apache2-utils', 'usr/bin/htpasswd')),
};

const hostsAndPorts = {
  from: fc.oneof(
    hosts,
    hosts.map((host) => `${host}:8443`),
    fc.constantFrom('[::1]:8443', 'a@b.example', 'a.example/b', 'a b.example', ''),
  ),
  holds: (text: string) => !/[@/ ]|^$/.test(text),
};

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
  readers: [{ ...npm, texts: 300 }],
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
  {
    format: 'pypirc',
    values: { kind: 'needs', fields: { repository: urls, username: { holds: pypircText }, password: { holds: pypircText } } },
    readers: [twine],
  },
  {
    format: 'pip-conf',
    values: { kind: 'needs', fields: { 'index-url': urls, username: {}, password: {} } },
    readers: [pip],
  },
  {
    format: 'maven-settings',
    values: { kind: 'needs', fields: { username: { holds: mavenText }, password: { holds: mavenText } } },
    options: { id: 'a&b' },
    finds: (fields) => ({ id: 'a&b', ...fields }),
    readers: [maven, maven4],
  },
  {
    format: 'gradle-properties',
    values: { kind: 'all', keys: 'any' },
    options: { prefix: 'nexus: ' },
    finds: (fields) => Object.fromEntries(Object.entries(fields).map(([key, text]) => [`nexus: ${key}`, text])),
    readers: [javaProperties],
  },
  {
    format: 'cargo-credentials',
    values: {
      kind: 'needs',
      fields: { token: { from: cargoTokens, holds: (text) => /^[\t -~]+$/.test(text) } },
    },
    options: { registry: 'my-team' },
    readers: [tomllib, cargo],
  },
  {
    format: 'git-credentials',
    values: { kind: 'needs', fields: { host: hostsAndPorts, username: oneLine, password: oneLine } },
    readers: [git],
  },
  {
    format: 'htpasswd',
    values: {
      kind: 'needs',
      fields: {
        username: { holds: (text) => text !== '' && !/[\0\r\n:]/.test(text) && !/^[\t\v\f #]/.test(text) },
        password: {
          from: fc.oneof(nasty, fc.string({ minLength: 69, maxLength: 75 })),
          holds: (text) => !text.includes('\0') && Buffer.byteLength(text) <= 72,
        },
      },
    },
    readers: [htpasswd],
  },
];
