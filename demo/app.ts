/**
 * The app of the demo, in its own process: reads its credentials from files, uses them for every request, and reads them again
 * when it gets a SIGHUP. Arguments: the directory of the delivery, the port of the database, the file to write its own port to.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { join } from 'node:path';

const [directory = '', databasePort = '', portFile = ''] = process.argv.slice(2);
let credentials = readCredentials();

process.on('SIGHUP', () => {
  credentials = readCredentials();
});

const server = createServer((_request, response) => {
  const { username, password } = credentials;
  const login = { port: Number(databasePort), host: '127.0.0.1', auth: `${username}:${password}` };
  get(login, (answer) => {
    answer.resume();
    response.writeHead(answer.statusCode === 200 ? 200 : 500, {
      'x-pid': String(process.pid),
      'x-login': answer.headers['x-login'] ?? 'refused',
    });
    response.end();
  }).on('error', () => response.writeHead(500).end());
});

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address && typeof address === 'object') writeFileSync(portFile, String(address.port));
});

function readCredentials(): { username: string; password: string } {
  const [username = '', password = ''] = ['username', 'password'].map((name) => readFileSync(join(directory, name), 'utf8'));
  return { username, password };
}
