import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { extractPackage } from './debian-package.ts';
import { freePort } from './free-port.ts';

/** Debian's LDAP server: the directory that holds `usr/sbin/slapd`; undefined, with a notice, where it can't be had. */
export function extractSlapd(cache: string): string | undefined {
  const got = extractPackage(cache, 'slapd', 'usr/sbin/slapd');
  if (got.kind === 'extracted') return got.at;
  process.stderr.write(`test:servers: logins by LDAP are not tested: ${got.why}\n`);
  return undefined;
}

export interface Ldap {
  /** Such as `ldap://127.0.0.1:34567`. */
  readonly url: string;
  /** Of the directory's administrator. */
  readonly bind: { readonly binddn: string; readonly bindpass: string };
  /** Below which the users are, by their `uid`. */
  readonly userdn: string;
  readonly close: () => Promise<void>;
}

/** A directory of its own on a free port, with these users and their passwords. `at` is from `extractSlapd`. */
export async function startLdap(at: string, users: Readonly<Record<string, string>>): Promise<Ldap> {
  const home = mkdtempSync(join(tmpdir(), 'keytide-slapd-'));
  const [config, entries] = [join(home, 'slapd.conf'), join(home, 'entries.ldif')];
  const libraries = readdirSync(join(at, 'usr/lib')).filter((name) => /-linux-gnu/.test(name));
  const env = { LD_LIBRARY_PATH: libraries.map((name) => join(at, 'usr/lib', name)).join(':') };
  const password = randomBytes(12).toString('hex');
  mkdirSync(join(home, 'data'));
  writeFileSync(config, configText(at, home, password));
  writeFileSync(entries, entriesText(users));
  execFileSync(join(at, 'usr/sbin/slapadd'), ['-f', config, '-l', entries], { env, stdio: 'pipe' });
  const url = `ldap://127.0.0.1:${await freePort()}`;
  const child = spawn(join(at, 'usr/sbin/slapd'), ['-d', '0', '-f', config, '-h', url], { env, stdio: 'ignore' });
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const reap = (): void => void child.kill('SIGKILL');
  process.on('exit', reap);
  await listens(Number(new URL(url).port));
  return {
    ...{ url, bind: { binddn: 'cn=admin,dc=shop', bindpass: password }, userdn: 'ou=people,dc=shop' },
    close: async () => {
      child.kill('SIGKILL');
      await ended;
      process.off('exit', reap);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

function configText(at: string, home: string, password: string): string {
  const schemas = ['core', 'cosine', 'inetorgperson'].map((name) => `include ${join(at, 'etc/ldap/schema', `${name}.schema`)}`);
  const modules = [`modulepath ${join(at, 'usr/lib/ldap')}`, 'moduleload back_mdb'];
  const database = ['database mdb', 'suffix dc=shop', 'rootdn cn=admin,dc=shop', `rootpw ${password}`, `directory ${home}/data`];
  return [...schemas, ...modules, ...database, ''].join('\n');
}

function entriesText(users: Readonly<Record<string, string>>): string {
  const top = ['dn: dc=shop\nobjectClass: dcObject\nobjectClass: organization\no: shop\ndc: shop\n'];
  const people = ['dn: ou=people,dc=shop\nobjectClass: organizationalUnit\nou: people\n'];
  const each = Object.entries(users).map(([uid, userPassword]) => {
    const password = Buffer.from(userPassword).toString('base64');
    return `dn: uid=${uid},ou=people,dc=shop\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid}\nsn: ${uid}\nuserPassword:: ${password}\n`;
  });
  return [...top, ...people, ...each].join('\n');
}

async function listens(port: number): Promise<void> {
  for (const endAt = Date.now() + 20_000; Date.now() < endAt; await pause(50)) {
    const isUp = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.unref();
      socket.on('connect', () => socket.destroy());
    });
    if (isUp) return;
  }
  throw new Error(`slapd does not listen on ${port}`);
}
