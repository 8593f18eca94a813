import { startVaultDouble } from '../servers/vault-double.ts';
import { type Fields, fields, textOr } from './fields.ts';
import type { Adapter } from './operations.ts';
import { type Outcome, outcomeOf, skipped } from './outcome.ts';
import { refreshedOutcome } from './refreshed.ts';

/** The real provider against the double. ESO reads a path for each entry; the agent, by intent, once a refresh: that is looked at instead. */
export const vaultCalls: Adapter = async (input) => {
  const double = await startVaultDouble();
  try {
    const entries = Array.isArray(input['data']) ? input['data'].map(fields) : [];
    double.kv2('secret', contentOf(entries));
    const outcome = await outcomeOf(() => refresh(double.url, double.root, entries));
    const paths = double.requests.filter(({ path }) => path.startsWith('secret/data/')).map(({ path }) => path);
    const isOnce = paths.length > 0 && new Set(paths).size === paths.length;
    if (outcome.kind === 'map' && isOnce)
      return skipped('Keytide reads each path once a refresh, where ESO reads it for each entry');
    return outcome.kind === 'error' ? outcome : { kind: 'facts', facts: { calls: paths } };
  } finally {
    await double.close();
  }
};

/** Every key with every property that is asked of it. */
function contentOf(entries: readonly Fields[]): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const content: Record<string, Record<string, string>> = {};
  for (const { key, property } of entries) {
    content[textOr(key, 'k')] ??= {};
    if (typeof property === 'string') Object.assign(content[textOr(key, 'k')] ?? {}, { [property]: 'v' });
  }
  return content;
}

function refresh(server: string, token: string, entries: readonly Fields[]): Promise<Outcome> {
  const data = entries.map((remoteRef, index) => ({ secretKey: `k${index}`, remoteRef }));
  return refreshedOutcome(
    { data },
    { vault: { server, path: 'secret' } },
    { effects: { env: { VAULT_TOKEN: token } }, expect: {} },
  );
}
