import { proxyOf } from '../../clients/proxy.ts';
import { vaultClient } from '../../clients/vault/client.ts';
import type { VaultClient } from '../../clients/vault/wire.ts';
import { AgentError } from '../../core/agent-error.ts';
import type { Effects } from '../../core/effects.ts';
import type { SecretValue } from '../../core/secret-value.ts';
import type { SecretKeyRef } from '../../core/spec.ts';
import type { VaultConfig } from './config.ts';
import { pemOf } from './pem.ts';

/** What a connection is made with, where that comes from Secrets and ConfigMaps. */
interface Material {
  /** PEM. */
  readonly ca: string | undefined;
  readonly certificate: { readonly cert: SecretValue; readonly key: SecretValue } | undefined;
}

interface Held {
  readonly material: Material;
  readonly client: VaultClient;
  /** Requests under way. */
  users: number;
}

/**
 * The client of a store's server, in no namespace. Certificates are looked at again for each request, since they are renewed while a pod lives; new ones
 * get new connections. Nothing is sent before the first request. Throws CREDENTIALS_MISSING.
 */
export async function openClient(config: VaultConfig, effects: Effects): Promise<VaultClient> {
  let held: Held = connect(await materialOf(config, effects));
  const superseded = new Set<Held>();
  return {
    async request(request, signal) {
      const mine = await current();
      mine.users += 1;
      try {
        return await mine.client.request(request, signal);
      } finally {
        mine.users -= 1;
        await closeUnused();
      }
    },
    async close() {
      await Promise.all([held, ...superseded].map(({ client }) => client.close()));
    },
  };

  function connect(material: Material): Held {
    return { material, client: vaultClient(optionsOf(config, material, effects)), users: 0 };
  }

  /** While new material can't be read, or can't be used, the old is good enough. */
  async function current(): Promise<Held> {
    if (!config.caProvider && !certificateRefs(config)) return held;
    const before = held;
    try {
      const material = await materialOf(config, effects);
      if (held !== before || isSame(material, held.material)) return held;
      held = connect(material);
      superseded.add(before);
    } catch (error) {
      if (!(error instanceof AgentError)) throw error;
    }
    return held;
  }

  async function closeUnused(): Promise<void> {
    for (const old of superseded) {
      if (old.users > 0) continue;
      superseded.delete(old);
      await old.client.close();
    }
  }
}

function optionsOf(config: VaultConfig, { ca, certificate }: Material, effects: Effects): Parameters<typeof vaultClient>[0] {
  const proxy = proxyOf(effects.env);
  return {
    ...{ server: config.server, headers: config.headers },
    ...{ readYourWrites: config.readYourWrites, forwardInconsistent: config.forwardInconsistent },
    ...(ca === undefined ? {} : { ca: [ca] }),
    ...(certificate
      ? { clientCertificate: { cert: Buffer.from(certificate.cert.reveal()).toString('latin1'), key: certificate.key } }
      : {}),
    ...(proxy ? { proxy } : {}),
  };
}

async function materialOf(config: VaultConfig, effects: Effects): Promise<Material> {
  const refs = certificateRefs(config);
  const [ca, cert, key] = await Promise.all([
    caOf(config, effects),
    refs && effects.credential(refs.cert),
    refs && effects.credential(refs.key),
  ]);
  return { ca, certificate: cert && key && { cert, key } };
}

/** The certificate that a login shows goes before that of the connection (eso.md 2.7). */
function certificateRefs({ auth, tls }: VaultConfig): { readonly cert: SecretKeyRef; readonly key: SecretKeyRef } | undefined {
  if (auth?.kind === 'cert') return { cert: auth.clientCert, key: auth.secretRef };
  return tls && { cert: tls.certSecretRef, key: tls.keySecretRef };
}

/** caBundle goes before caProvider. */
async function caOf({ caBundle, caProvider }: VaultConfig, effects: Effects): Promise<string | undefined> {
  if (caBundle !== undefined || !caProvider) return caBundle;
  const bytes =
    caProvider.type === 'ConfigMap' ? await effects.configMap(caProvider) : (await effects.credential(caProvider)).reveal();
  const pem = pemOf(Buffer.from(bytes).toString('latin1'));
  if (pem !== undefined) return pem;
  throw new AgentError(
    'CREDENTIALS_MISSING',
    `Key "${caProvider.key}" of ${caProvider.type} ${caProvider.name} holds no certificate in PEM`,
    {
      hint: 'Put the CA certificate of the server there, as PEM.',
    },
  );
}

function isSame(a: Material, b: Material): boolean {
  const isSameCertificate =
    a.certificate === b.certificate ||
    (a.certificate !== undefined &&
      b.certificate !== undefined &&
      a.certificate.cert.equals(b.certificate.cert) &&
      a.certificate.key.equals(b.certificate.key));
  return a.ca === b.ca && isSameCertificate;
}
