import { argumentsOf } from './arguments.ts';
import { operand } from './expressions.ts';
import { textLiteral } from './literals.ts';
import { member, type Scope } from './scope.ts';

type Wrapped = (scope: Scope, depth: number) => string;

const size = ({ chance }: Scope): string =>
  String(
    chance.weighted([
      [8, chance.between(0, 12)],
      [1, -1],
      [1, 100],
    ]),
  );
const random =
  (name: string): Wrapped =>
  (scope) =>
    `len (${name} ${size(scope)})`;
const text = (scope: Scope): string => operand(scope, 'string', 0);
const args = (scope: Scope, depth: number, name: string): string =>
  (argumentsOf[name] ?? []).map((argument) => argument(scope, depth)).join(' ');

/** What a certificate shows that isn't random. */
const shown = ({ chance }: Scope, made: string): string =>
  chance.pick([
    `kindOf (${made})`,
    `typeOf (${made})`,
    `certSANs (${made}).Cert | join ","`,
    `regexFind "^-+BEGIN [A-Z ]+" (${made}).Key`,
    `filterPEM "X" (${made}).Cert`,
    `len (filterCertChain "other" (${made}).Cert)`,
    `empty (filterCertChain "root" (${made}).Cert)`,
    `(${made}).Nope`,
  ]);

const days = ({ chance }: Scope): string => chance.pick(['365', '1', '0', '-1', '3650']);
const commonName = ({ chance }: Scope): string => chance.pick(['"example.com"', '"x"', '""', '"\\u00e9"']);
const addresses = ({ chance }: Scope): string =>
  chance.pick(['nil', '(list)', '(list "10.0.0.1")', '(list "::1" "1.2.3.4")', '(list "x")', '(list 1)', '(list "1.2.3")']);
const hosts = ({ chance }: Scope): string =>
  chance.pick(['nil', '(list)', '(list "a.example.com" "*.b")', '(list "\\u00fc.de")', '(list 1)', '(list "")']);
const key = (scope: Scope): string => member(scope, 'key', scope.chance.pick(scope.material.key)) ?? '"nope"';
const authority = (scope: Scope): string => `(genCAWithKey "ca" 9 ${key(scope)})`;

/** Functions whose result is random, or goes by the clock, or has no order: each within something that makes it comparable. */
export const wrapped: Readonly<Record<string, Wrapped>> = {
  randAlphaNum: random('randAlphaNum'),
  randAlpha: random('randAlpha'),
  randNumeric: random('randNumeric'),
  randAscii: random('randAscii'),
  randBytes: random('randBytes'),
  randInt: ({ chance }) => `randInt ${chance.pick(['5 6', '-3 -2', '0 1', '6 5', '1 1'])}`,
  shuffle: ({ chance }) => `shuffle ${chance.pick(['"aaa"', '""', '"x"', '"\\u00e9\\u00e9"'])}`,
  uuidv4: ({ chance }) =>
    chance.pick([
      'regexMatch "^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$" uuidv4',
      'len uuidv4',
      'uuidv4 | len',
    ]),
  bcrypt: (scope) => (scope.chance.happens(0.7) ? `trunc 7 (bcrypt ${text(scope)})` : `len (bcrypt ${text(scope)})`),
  htpasswd: (scope) => {
    const user = scope.chance.pick(['"admin"', '"a:b"', '""', text(scope)]);
    return scope.chance.happens(0.8)
      ? `htpasswd ${user} ${text(scope)} ${scope.chance.pick(['"sha"', '"sha"', '.x', '`sha`'])}`
      : `trunc 13 (htpasswd "admin" ${text(scope)} "bcrypt")`;
  },
  encryptAES: (scope) => {
    const password = textLiteral(
      scope.chance,
      scope.chance.pick(['k', '', 'a key that is longer than 32 bytes, and so is cut', '\xc3\xa9']),
    );
    return scope.chance.happens(0.8)
      ? `decryptAES ${password} (encryptAES ${password} ${text(scope)})`
      : `len (encryptAES ${password} ${text(scope)})`;
  },
  genPrivateKey: ({ chance }) =>
    chance.pick([
      'regexFind "^-+BEGIN [A-Z ]+" (genPrivateKey "ecdsa")',
      'len (genPrivateKey "ed25519")',
      'genPrivateKey "nope"',
      'genPrivateKey "ed25519" | trunc 27',
      'genPrivateKey "ecdsa" | filterPEM "CERTIFICATE"',
    ]),
  genCA: (scope) => shown(scope, `genCA ${commonName(scope)} ${days(scope)}`),
  genCAWithKey: (scope) => shown(scope, `genCAWithKey ${commonName(scope)} ${days(scope)} ${key(scope)}`),
  genSelfSignedCert: (scope) =>
    shown(scope, `genSelfSignedCert ${commonName(scope)} ${addresses(scope)} ${hosts(scope)} ${days(scope)}`),
  genSelfSignedCertWithKey: (scope) =>
    shown(
      scope,
      `genSelfSignedCertWithKey ${commonName(scope)} ${addresses(scope)} ${hosts(scope)} ${days(scope)} ${key(scope)}`,
    ),
  genSignedCert: (scope) =>
    shown(scope, `genSignedCert ${commonName(scope)} ${addresses(scope)} ${hosts(scope)} ${days(scope)} ${authority(scope)}`),
  genSignedCertWithKey: (scope) =>
    shown(
      scope,
      `genSignedCertWithKey ${commonName(scope)} ${addresses(scope)} ${hosts(scope)} ${days(scope)} ${authority(scope)} ${key(scope)}`,
    ),
  buildCustomCert: (scope) => {
    const encoded = (kind: 'cert' | 'key'): string =>
      `(b64enc ${member(scope, kind, scope.chance.pick(scope.material[kind])) ?? '"x"'})`;
    return scope.chance.pick([
      `(buildCustomCert ${encoded('cert')} ${encoded('key')}).Cert`,
      `kindOf (buildCustomCert ${encoded('cert')} ${encoded('key')})`,
      `buildCustomCert ${text(scope)} "x"`,
      `buildCustomCert ${encoded('cert')} "*"`,
      `(buildCustomCert ${encoded('key')} ${encoded('key')}).Key`,
    ]);
  },
  now: ({ chance }) =>
    chance.pick([
      'now | date "2006"',
      'now | dateModify "24h" | date "2006-01"',
      'kindOf now',
      'typeOf now',
      'now.Year',
      'now.UTC.Format "2006-01-02"',
      'empty now',
      'now | htmlDate | len',
      'dateInZone "2006 MST" now "UTC"',
    ]),
  ago: (scope, depth) =>
    scope.chance.happens(0.5) ? `regexMatch "^-?[0-9hms]+$" (ago ${args(scope, depth, 'htmlDate')})` : `ago now`,
  keys: (scope, depth) =>
    `sortAlpha (keys ${operand(scope, 'dict', depth)}${scope.chance.happens(0.2) ? ` ${operand(scope, 'dict', depth - 1)}` : ''})`,
  values: (scope, depth) => `sortAlpha (values ${operand(scope, 'dict', depth)})`,
  pemToPkcs12: container('pemToPkcs12'),
  fullPemToPkcs12: container('fullPemToPkcs12'),
  pemToPkcs12Pass: container('pemToPkcs12Pass'),
  fullPemToPkcs12Pass: container('fullPemToPkcs12Pass'),
  pemTruststoreToPKCS12: (scope, depth) =>
    `empty (b64dec (pemTruststoreToPKCS12 ${args(scope, depth, 'pemTruststoreToPKCS12')}))`,
  pemTruststoreToPKCS12Pass: (scope, depth) =>
    `pkcs12certPass "secret" (b64dec (pemTruststoreToPKCS12Pass ${args(scope, depth, 'pemTruststoreToPKCS12')} ${scope.chance.pick(['"secret"', '""'])}))`,
};

/** A container that is opened again. */
function container(name: string): Wrapped {
  return (scope, depth) => {
    const { chance } = scope;
    const made = `(b64dec (${name} ${args(scope, depth, 'pemToPkcs12')}${name.endsWith('Pass') ? ' "secret"' : ''}))`;
    const opened = chance.pick(['pkcs12cert', 'pkcs12key']);
    return name.endsWith('Pass') || chance.happens(0.1)
      ? `${opened}Pass ${chance.pick(['"secret"', '"secret"', '""'])} ${made}`
      : `${opened} ${made}`;
  };
}
