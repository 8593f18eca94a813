import { createHash, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fromIni } from '@aws-sdk/credential-providers';
import fc from 'fast-check';
import { parse } from 'yaml';
import { debianPackage, installed, virtualEnvironment } from '../../recipes/programs.ts';
import { nasty } from '../../template/nasty.ts';
import { blocksIn, moreCertificates, serverCertificates, serverKey } from '../pem-texts.ts';
import type { Fields, Reader, Row } from '../row.ts';
import { hostKeysIn, hostKeyTexts, keyIn, keyTexts, passphrase, rsaKeyIn, sshKeys } from '../ssh-keys.ts';
import { goReader, readWith, readWithPython } from '../tools.ts';

/** Each kind of character that the name of a profile may have. */
const profile = 'Team_1@eu+prod.%:/-';

const awsJavaScript: Reader = {
  name: 'AWS SDK for JavaScript',
  runs: 'npm test',
  read: (files) => Promise.all(files.map(({ path }) => awsKeys(path))),
};

async function awsKeys(filepath: string): Promise<Fields> {
  const found = await fromIni({ filepath, configFilepath: '/dev/null', profile })();
  return {
    aws_access_key_id: found.accessKeyId,
    aws_secret_access_key: found.secretAccessKey,
    aws_session_token: found.sessionToken ?? '',
  };
}

const botocore: Reader = {
  name: 'botocore',
  runs: 'test:servers',
  read: (files) =>
    readWithPython('aws_credentials_file', files, virtualEnvironment('formats-botocore', ['botocore==1.44.8']), [profile]),
};

const awsGo: Reader = {
  name: 'AWS SDK for Go',
  runs: 'test:servers',
  missing: () => installed('go', 'version').missing,
  read: (files) => readWith([goReader('awssdk'), profile], files, { env: {} }),
};

/** Blanks for Python and Go only. */
const otherBlanks = new Set('\u001c\u001d\u001e\u001f\u0085');

const awsValue = {
  holds: (text: string) =>
    text !== '' &&
    text === text.trim() &&
    !otherBlanks.has(text.charAt(0)) &&
    !otherBlanks.has(text.slice(-1)) &&
    !/[\0\r\n]|\s[#;]|^(['"])([\s\S]*\1)?$/.test(text),
};

/** A name that would be another thing without quotes. */
const name = "no: 'x'";

const clientGo: Reader = {
  name: 'client-go',
  runs: 'test:servers',
  missing: () => installed('go', 'version').missing,
  read: (files) => readWith([goReader('clientgo')], files, { env: {} }).map(withBlocks),
};

const npmYaml: Reader = {
  name: "npm's yaml",
  runs: 'npm test',
  read: (files) => files.map(({ path }) => kubeconfig(parse(readFileSync(path, 'utf8')))),
};

const pyYaml: Reader = {
  name: 'PyYAML',
  runs: 'test:servers',
  read: (files) =>
    readWithPython('yaml_file', files, virtualEnvironment('formats-yaml', ['PyYAML==6.0.2'])).map((file) => kubeconfig(file)),
};

/** What the only cluster, user and context have in them. */
function kubeconfig(file: unknown): Fields {
  const { clusters, users, contexts } = file as Record<'clusters' | 'users' | 'contexts', readonly [Record<string, never>]>;
  const [{ cluster }, { user }, { context }] = [clusters[0], users[0], contexts[0]];
  const bytes = (base64: unknown) => Buffer.from(String(base64 ?? ''), 'base64').toString();
  return withBlocks({
    server: cluster?.['server'] ?? '',
    'ca.crt': bytes(cluster?.['certificate-authority-data']),
    token: user?.['token'] ?? '',
    'tls.crt': bytes(user?.['client-certificate-data']),
    'tls.key': bytes(user?.['client-key-data']),
    namespace: context?.['namespace'] ?? '',
  });
}

const pemFields = ['ca.crt', 'tls.crt', 'tls.key'];

/** With the base64 of PEM alone, as `blocksIn` has it. */
function withBlocks(fields: Fields): Fields {
  const code = (text = '') =>
    [...text.matchAll(/-----BEGIN .*-----([^-]*)-----END /g)].map(([, body = '']) => body.replaceAll('\n', ''));
  return { ...fields, ...Object.fromEntries(pemFields.map((field) => [field, code(fields[field]).join(' ')])) };
}

/** URLs, and what isn't one. */
const servers = fc.oneof(
  fc.webUrl({ validSchemes: ['https'], withQueryParameters: true }),
  nasty.map((text) => `https://10.0.0.1:6443/${text}`),
  nasty,
  fc.constantFrom('https://[fd00::1]:6443', 'https://', 'https:///', 'HTTPS://a', 'http://10.0.0.1', '10.0.0.1:6443'),
);

/** Node's parser takes more than RFC 3986 does: blanks, and `%` before anything. */
function isServer(text: string): boolean {
  return (
    /^https:\/\/[^/]/.test(text) &&
    URL.canParse(text) &&
    !/[^!-~]|["<>\\^`{|}[\]]|%(?![0-9a-f]{2})|#.*#/i.test(text.replace(/\[f[0-9a-f:]+\]/, ''))
  );
}

const nodeKeyFile: Reader = {
  name: 'Node',
  runs: 'npm test',
  read: (files) => files.map(({ path }) => signing(JSON.parse(readFileSync(path, 'utf8')))),
};

const googleAuth: Reader = {
  name: 'google-auth',
  runs: 'test:servers',
  read: (files) =>
    readWithPython(
      'gcp_key_file',
      files,
      virtualEnvironment('formats-google-auth', ['google-auth==2.63.0', 'cryptography==50.0.2']),
    ),
};

/** What can be done with the key, in the place of the key. */
function signing({ private_key: key = '', ...fields }: Fields): Fields {
  const signature = signatures.get(key) ?? sign('sha256', Buffer.from('x'), key).toString('base64');
  signatures.set(key, signature);
  return { ...fields, signature };
}

const signatures = new Map<string, string>();

/** Google makes RSA keys alone; the format doesn't tell them from others. */
const googleKeyTexts = keyTexts(sshKeys).filter((text) => keyIn(text) === undefined || !keyIn(text)?.text.includes('EC PRIVATE'));

const sshClient = () => debianPackage('openssh-client', 'usr/bin/ssh-keygen');

const sshKeygen: Reader = {
  name: 'ssh-keygen',
  runs: 'test:servers',
  missing: () => sshClient().missing,
  read: (files) => readWithPython('ssh_key_file', files, sshClient(), [passphrase]),
};

const sshKeygenFind: Reader = {
  name: 'ssh-keygen',
  runs: 'test:servers',
  missing: () => sshClient().missing,
  read: (files) => readWithPython('known_hosts_file', files, sshClient()),
};

const goKnownHosts: Reader = {
  name: "Go's knownhosts",
  runs: 'test:servers',
  missing: () => installed('go', 'version').missing,
  read: (files) => readWith([goReader('knownhosts')], files, { env: {} }),
};

/** As `ssh-keygen -l` names keys. */
function fingerprints(keys: readonly string[]): string {
  const all = keys.map((key) =>
    createHash('sha256')
      .update(Buffer.from(key.split(' ')[1] ?? '', 'base64'))
      .digest('base64'),
  );
  return all
    .map((digest) => `SHA256:${digest.replace(/=+$/, '')}`)
    .toSorted()
    .join(' ');
}

const hosts = fc.oneof(
  nasty,
  fc.domain(),
  fc.ipV4(),
  fc.ipV6(),
  fc.domain().map((name) => `${name}:22`),
);

const ports = fc.oneof(nasty, fc.constant('22'), fc.nat(70_000).map(String));

export const clouds: readonly Row[] = [
  {
    format: 'aws-credentials',
    options: { profile },
    values: {
      kind: 'needs',
      fields: { aws_access_key_id: awsValue, aws_secret_access_key: awsValue, aws_session_token: awsValue },
    },
    readers: [awsJavaScript, botocore, awsGo],
  },
  {
    format: 'kubeconfig',
    options: { name },
    values: {
      kind: 'needs',
      fields: {
        server: { from: servers, holds: isServer },
        'ca.crt': moreCertificates,
        token: {},
        'tls.crt': serverCertificates,
        'tls.key': serverKey,
        namespace: {},
      },
    },
    finds: (fields) => ({
      ...fields,
      ...Object.fromEntries(pemFields.map((field) => [field, blocksIn(fields[field] ?? '')])),
    }),
    readers: [npmYaml, pyYaml, clientGo],
  },
  {
    format: 'gcp-key',
    values: {
      kind: 'needs',
      fields: {
        project_id: {},
        private_key_id: {},
        private_key: { from: googleKeyTexts, holds: (text) => rsaKeyIn(text) !== undefined },
        client_email: {},
        client_id: {},
        auth_uri: {},
        token_uri: {},
        auth_provider_x509_cert_url: {},
        client_x509_cert_url: {},
        universe_domain: {},
      },
    },
    finds: ({ private_key: key = '', ...fields }) => ({
      type: 'service_account',
      ...signing({ ...fields, private_key: rsaKeyIn(key)?.text ?? '' }),
    }),
    readers: [nodeKeyFile, googleAuth],
  },
  {
    format: 'ssh-key',
    values: {
      kind: 'needs',
      fields: { 'ssh-privatekey': { from: keyTexts(sshKeys), holds: (text) => keyIn(text) !== undefined } },
    },
    finds: (fields) => ({ public: keyIn(fields['ssh-privatekey'] ?? '')?.public ?? '' }),
    readers: [sshKeygen],
  },
  {
    format: 'known-hosts',
    values: {
      kind: 'needs',
      fields: {
        host: {
          from: hosts,
          holds: (text) => text !== '' && !/[\s\p{Cc},*?[\]]|^[!#@|]/u.test(text) && text.split(':').length !== 2,
        },
        port: { from: ports, holds: (text) => /^[1-9][0-9]*$/.test(text) && Number(text) <= 65_535 },
        'host-key': { from: hostKeyTexts, holds: (text) => hostKeysIn(text) !== undefined },
      },
    },
    finds: (fields) => ({ found: fingerprints(hostKeysIn(fields['host-key'] ?? '') ?? []) }),
    readers: [sshKeygenFind, goKnownHosts],
  },
];
