import assert from 'node:assert/strict';
import { type SelfSigned, selfSigned } from '../servers/aws-double-certificate.ts';
import { type Delivered, isRefusedByCheck, isRolledBack, type Recipe } from './recipe.ts';
import { askOverTls, fingerprint, steadyClient } from './steady-client.ts';

export interface CertificateApp {
  /** The remote key of the pair. */
  readonly secret: string;
  /** What the store has beside the pair. */
  readonly more?: Readonly<Record<string, string>>;
  /** Starts the app on what is delivered, and waits until it serves. */
  readonly start: () => Promise<unknown>;
  /** One request over a new connection: the fingerprint of the certificate that was served. */
  readonly request?: () => Promise<string>;
  /** What becomes of a pair that doesn't fit. */
  readonly unfit: 'refused by the check' | 'not reloaded' | 'rolled back';
  /** What the agent says of it. */
  readonly reason: RegExp;
}

/**
 * What every app with a certificate must stand, under load: a new pair is taken and proved; one that doesn't fit isn't served, and status
 * says why; the next good one is taken without a hand; no request fails.
 */
export async function rotateCertificates(here: Recipe, app: CertificateApp): Promise<void> {
  const request = app.request ?? (() => askOverTls(here.port));
  const [first, second, third] = [selfSigned(), selfSigned(), selfSigned()];
  const store = ({ cert, key }: SelfSigned) => ({ [app.secret]: { ...app.more, 'tls.crt': cert, 'tls.key': key } });
  await here.startAgent(store(first));
  await app.start();
  const client = steadyClient(request);
  try {
    await client.settlesOn(fingerprint(first.cert));

    const good = await here.takes(store(second));
    await client.settlesOn(fingerprint(second.cert));

    const bad = await here.refuses(store({ cert: third.cert, key: second.key }), ways[app.unfit]);
    assert.match(bad.heldBack?.reason ?? bad.error?.message ?? '', app.reason);
    const published = here.place.read(`${good.name}/tls.crt`);
    assert.equal(published, app.unfit === 'not reloaded' ? third.cert : second.cert);
    assert.deepEqual(await client.next(), new Set([fingerprint(second.cert)]));

    await here.takes(store(third));
    await client.settlesOn(fingerprint(third.cert));
  } finally {
    await client.stop(); // Or a test that failed would never end.
  }
  const { failures, asked } = await client.stop();
  assert.deepEqual(failures, [], `of ${asked} requests`);
}

const ways: Readonly<Record<CertificateApp['unfit'], (delivery: Delivered) => boolean>> = {
  'refused by the check': isRefusedByCheck,
  'not reloaded': ({ state, error }) => state === 'unreloaded' && error?.code === 'RELOAD_FAILED',
  'rolled back': isRolledBack,
};
