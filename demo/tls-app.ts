/**
 * The app of the bad rotations, in its own process: an HTTPS server that takes its certificate and key from files, and again when it
 * gets a SIGHUP. What it can't use it leaves, says so, and goes on with what it has, as many servers do. Arguments: the directory of the
 * delivery, the port.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';

const [directory = '', port = ''] = process.argv.slice(2);

const server = createServer(readPair(), (_request, response) => {
  response.writeHead(200, { 'x-pid': String(process.pid), connection: 'close' }).end();
});

process.on('SIGHUP', () => {
  try {
    server.setSecureContext(readPair());
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown';
    console.log(`the new certificate is not usable (${code}): going on with the old one`);
  }
});

server.listen(Number(port), '127.0.0.1', () => console.log('listening'));

function readPair(): { cert: Buffer; key: Buffer } {
  const data = join(directory, '..data');
  return { cert: readFileSync(join(data, 'tls.crt')), key: readFileSync(join(data, 'tls.key')) };
}
