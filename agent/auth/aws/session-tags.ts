import type { Store } from '../../core/spec.ts';

export interface SessionTags {
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly transitiveTagKeys: readonly string[];
}

export interface TagSettings {
  readonly sessionTags: readonly { readonly key: string; readonly value: string }[];
  readonly transitiveTagKeys: readonly string[];
  readonly sessionTagsPolicy: 'None' | 'Simple' | 'Custom';
  readonly customSessionTags: Readonly<Record<string, string>>;
}

/** Tags of the role's session (eso.md 2.3): Simple and Custom put the names of what asks in place of `sessionTags`. */
export function sessionTagsOf(settings: TagSettings, store: Pick<Store, 'kind' | 'name'>, namespace: string): SessionTags {
  const tags = tagsOf(settings, store, namespace);
  return { tags, transitiveTagKeys: tags.length === 0 ? [] : settings.transitiveTagKeys };
}

function tagsOf(
  { sessionTags, sessionTagsPolicy, customSessionTags }: TagSettings,
  store: Pick<Store, 'kind' | 'name'>,
  namespace: string,
): SessionTags['tags'] {
  if (sessionTagsPolicy === 'None') return sessionTags;
  const names = { esoNamespace: namespace, esoStoreName: store.name, esoStoreKind: store.kind };
  const all = sessionTagsPolicy === 'Custom' ? { ...customSessionTags, ...names } : names;
  return Object.entries(all).map(([key, value]) => ({ key, value }));
}
