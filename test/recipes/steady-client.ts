import { createHash, X509Certificate } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'node:tls';
import { ask, until } from '../e2e/keytide-process.ts';

/** Asks again and again, until it is stopped. */
export interface SteadyClient {
  /** Waits until twenty answers in a row are this one. */
  readonly settlesOn: (answer: string) => Promise<void>;
  /** The next answers, each once. */
  readonly next: (count?: number) => Promise<ReadonlySet<string>>;
  /** What went wrong since it began: one text for each failed request; and how many were asked. */
  readonly stop: () => Promise<{ readonly failures: readonly string[]; readonly asked: number }>;
}

/** `request` gives what the app answered, such as which certificate it served, and rejects where a user would have seen a failure. */
export function steadyClient(request: () => Promise<string>, lanes = 2): SteadyClient {
  const answers: string[] = [];
  const failures: string[] = [];
  let isOn = true;
  const lane = async (): Promise<void> => {
    while (isOn) {
      await request().then(
        (answer) => answers.push(answer),
        (error: unknown) => failures.push(error instanceof Error ? error.message : String(error)),
      );
      await pause(5); // Leaves the processor to the app.
    }
  };
  const running = Array.from({ length: lanes }, lane);
  return {
    async settlesOn(answer) {
      const from = answers.length;
      const isSettled = (): boolean => answers.length >= from + 20 && answers.slice(-20).every((each) => each === answer);
      await until(`the app answers ${answer}; last: ${[...new Set(answers.slice(-20))]}; ${failures.at(-1) ?? ''}`, isSettled);
    },
    async next(count = 20) {
      const from = answers.length + lanes; // Those on their way may have been asked before.
      await until('the app answers', () => answers.length >= from + count);
      return new Set(answers.slice(from));
    },
    async stop() {
      isOn = false;
      await Promise.all(running);
      return { failures, asked: answers.length + failures.length };
    },
  };
}

/** One request over a new TLS connection: the fingerprint of the certificate that was served. */
export function askOverTls(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', rejectUnauthorized: false });
    let answer = '';
    let served = '';
    socket.setTimeout(10_000, () => socket.destroy(new Error('no answer within 10 s')));
    socket.on('secureConnect', () => {
      served = fingerprintOf(socket.getPeerCertificate().raw);
      socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    });
    socket.setEncoding('latin1').on('data', (text: string) => {
      answer += text;
      if (isWhole(answer)) socket.destroy(); // Envoy would close a second later.
    });
    socket.on('error', reject);
    socket.on('close', () =>
      /^HTTP\/1\.1 200 /.test(answer) ? resolve(served) : reject(new Error(`answered ${answer.slice(0, 60)}`)),
    );
  });
}

function isWhole(answer: string): boolean {
  const [head = '', body] = answer.split('\r\n\r\n');
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  return body !== undefined && length !== undefined && body.length >= Number(length);
}

/** Of a certificate as PEM, as `askOverTls` gives it. */
export function fingerprint(pem: string): string {
  return fingerprintOf(new X509Certificate(pem).raw);
}

function fingerprintOf(der: Uint8Array): string {
  return createHash('sha256').update(der).digest('hex').slice(0, 16);
}

/** One request over a new connection: what was answered with status 200. */
export async function askOverHttp(port: number, path = '/'): Promise<string> {
  const { status, body } = await ask(`http://127.0.0.1:${port}${path}`);
  if (status !== 200) throw new Error(`answered ${status} ${body}`);
  return body;
}
