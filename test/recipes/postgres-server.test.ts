import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync } from 'node:fs';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { findPostgres, nobody, postgresPrograms } from '../servers/postgres.ts';
import { rotateCertificates } from './certificate-rotation.ts';
import { recipe } from './recipe.ts';
import { fingerprint } from './steady-client.ts';

const found = findPostgres(process.env['KEYTIDE_SERVERS'] ?? join(homedir(), '.cache/keytide-servers'));
const isRoot = process.getuid?.() === 0;

it('PostgreSQL takes a new certificate under load, is rolled back from one that does not fit, and takes the next', {
  skip: found === undefined && 'no PostgreSQL',
  timeout: 120_000,
}, async (t) => {
  const here = await recipe('postgres-server', {
    changes: ({ place, port, path }) => ({
      '127.0.0.1:5432': `127.0.0.1:${port}`,
      '/tmp/postgres': path('postgres'),
      '/run/keytide': place.root,
      // The page has agent and PostgreSQL run as one user, which can't be root.
      ...(isRoot ? { 'mode: "0600"': `mode: "0600", owner: ${nobody}` } : {}),
    }),
  });
  t.after(here.close);
  const [run, data] = [here.path('postgres'), here.path('data')];
  for (const path of [run, data]) mkdirSync(path, { mode: 0o700 });
  if (isRoot) for (const path of [run, data]) chownSync(path, nobody, nobody);
  if (isRoot) chmodSync(here.place.dir, 0o711);
  const { programs, env } = postgresPrograms(found ?? '/', here.place.dir);
  const who = isRoot ? { uid: nobody, gid: nobody } : {};
  const flags = ['--no-sync', '--auth=trust', '--username=postgres', '--locale=C', data];
  execFileSync(join(programs, 'initdb'), flags, { ...who, env, cwd: data, stdio: 'pipe' });
  const settings = [...here.block('ini').trim().split('\n'), `port=${here.port}`, 'listen_addresses=127.0.0.1'];
  const options = [...settings, 'unix_socket_directories=', 'fsync=off', 'dynamic_shared_memory_type=mmap'];
  const as = isRoot ? `setpriv --reuid ${nobody} --regid ${nobody} --clear-groups` : '';
  const line = `${as} ${join(programs, 'postgres')} -D ${data} ${options.map((each) => `-c '${each.replaceAll(' ', '')}'`).join(' ')}`;
  await rotateCertificates(here, {
    secret: 'postgres-tls',
    start: () =>
      here.startApp(
        () => login(here.port),
        `env ${Object.entries(env)
          .map(([name, value]) => `${name}='${value}'`)
          .join(' ')} ${line}`,
      ),
    request: () => login(here.port),
    unfit: 'rolled back',
    reason: /tlsServes/,
  });
});

/**
 * A new connection with TLS that begins a session: the fingerprint of the certificate.
 * https://www.postgresql.org/docs/current/protocol-message-formats.html: SSLRequest, StartupMessage, AuthenticationOk.
 */
function login(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const plain = connect(port, '127.0.0.1', () => plain.write(message(80_877_103)));
    plain.setTimeout(10_000, () => plain.destroy(new Error('no answer within 10 s')));
    plain.on('error', reject).on('close', () => reject(new Error('closed')));
    plain.once('data', (answer) => {
      if (answer.toString('latin1') !== 'S') return void plain.destroy(new Error('no TLS'));
      const secure = connectTls({ socket: plain, servername: 'localhost', rejectUnauthorized: false });
      secure.on('error', reject);
      secure.on('secureConnect', () => secure.write(message(196_608, 'user\0postgres\0\0')));
      secure.once('data', (first) => {
        const served = secure.getPeerX509Certificate()?.toString() ?? '';
        if (first.toString('latin1', 0, 1) === 'R') resolve(fingerprint(served));
        else reject(new Error('login refused'));
        secure.destroy();
      });
    });
  });
}

function message(code: number, text = ''): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + text.length, 0);
  head.writeUInt32BE(code, 4);
  return Buffer.concat([head, Buffer.from(text, 'latin1')]);
}
