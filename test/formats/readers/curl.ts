import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fields, WrittenFile } from '../row.ts';

/** What curl sends to a host with the netrc file of that host: it connects to a server of ours for any, and no name is looked up. */
export async function readWithCurl(files: readonly WrittenFile[]): Promise<readonly Fields[]> {
  const found: Fields[] = [];
  const server = createServer((request, response) => {
    const at = Number(request.url?.slice(1));
    found[at] = credentials(request, files[at]?.fields ?? {});
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const curl = spawn('curl', ['--disable', '--config', '-'], { stdio: ['pipe', 'ignore', 'inherit'] });
  curl.stdin.end(files.map((file, at) => request(file, at, port)).join('next\n'));
  const [status] = await once(curl, 'exit');
  server.close();
  if (status !== 0) throw new Error(`curl ended with ${status}`);
  return found;
}

function request({ path, fields }: WrittenFile, at: number, port: number): string {
  const options = {
    url: `http://${fields['host']}/${at}`,
    'netrc-file': path,
    'connect-to': `::127.0.0.1:${port}`,
    noproxy: '*',
  };
  const lines = Object.entries(options).map(([name, text]) => `${name} = "${text}"\n`);
  return `silent\nshow-error\nfail\n${lines.join('')}`;
}

/** HTTP has no way to say where a user with `:` ends: the one that went in does. */
function credentials({ headers: { host = '', authorization = '' } }: IncomingMessage, { username = '' }: Fields): Fields {
  const pair = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString();
  if (!pair.startsWith(`${username}:`)) return { host, pair };
  return { host, username, password: pair.slice(username.length + 1) };
}
