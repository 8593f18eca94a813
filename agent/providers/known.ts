import { aws } from './aws/aws.ts';
import { fake } from './fake/fake.ts';
import type { ProviderKind } from './provider.ts';
import { openBao, vault } from './vault/vault.ts';

/** The kinds of store we know, by their name in `spec.provider`. Each loads what it needs when a store of it is opened. */
export const knownProviders: Readonly<Record<string, ProviderKind>> = {
  aws: opaque(aws),
  fake: opaque(fake),
  openBao: opaque(openBao),
  vault: opaque(vault),
};

/** A store's config is only ever given back to the kind that decoded it (`Store.provider` says which), so the others need no type of it. */
function opaque<Config>(kind: ProviderKind<Config>): ProviderKind {
  return kind as ProviderKind<unknown>;
}
