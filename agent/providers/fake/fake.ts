import type { PropertyDialect } from '../../core/dialect.ts';
import { object, optional, required, withDefault } from '../../core/object-shape.ts';
import { integer, list, string } from '../../core/shape.ts';
import type { Store } from '../../core/spec.ts';
import type { ProviderKind } from '../provider.ts';

/** One object of a fake store. */
export interface FakeObject {
  readonly key: string;
  readonly value: string;
  /** '' where none is given. */
  readonly version: string;
}

export interface FakeConfig {
  readonly data: readonly FakeObject[];
  /** Makes the store refuse everything, to see how that looks (eso.md 2.12). */
  readonly validationResult?: number;
}

/** The annotation of a store whose data is in a file, which is watched. */
const dataFileAnnotation = 'keytide.dev/fake-data-file';

/** A store whose objects stand in its manifest, or in a file beside it: for tests, demos and first steps (eso.md 2.12). */
export const fake: ProviderKind<FakeConfig> = {
  shape: object({
    data: withDefault(
      list(
        object({ key: required(string({ minLength: 1 })), value: withDefault(string(), ''), version: withDefault(string(), '') }),
      ),
      [],
    ),
    validationResult: optional(integer()),
  }),
  dialect: () => dialect,
  plan: (store) => ({
    place: dataFileOf(store) ? `fake store (data in ${dataFileOf(store)})` : 'fake store (data in its manifest)',
    identity: 'none',
    calls: () => 0,
    notes: ['A fake store is for tests: values in a manifest are not secret.'],
  }),
  references: () => ({ secrets: [], serviceAccounts: [] }),
  open: async (store, config, effects) => (await import('./fake-store.ts')).openFake(store, config, effects),
};

export function dataFileOf(store: Store): string | undefined {
  return store.annotations[dataFileAnnotation];
}

/** No literal keys, a missing property counts as a missing object, and find converts its keys itself (eso.md 1.4, 2.12). */
const dialect: PropertyDialect = {
  order: 'path-only',
  numbers: 'raw',
  missingProperty: 'missing',
  findKeys: 'convert-first',
  json: 'lenient',
};
