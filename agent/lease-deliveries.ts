import type { Deliverer } from './deliverer-world.ts';
import type { Ledger } from './leases/ledger.ts';
import type { SecretClock } from './secret-clock.ts';

/** Tells the ledger when nobody uses an old credential any more: what deliveries show, and what their apps were told of, decides. */
export interface LeaseDeliveries {
  /** An external secret left the spec; its files were in these directories. */
  readonly left: (externalSecret: string, directories: Iterable<string>) => void;
  /** The files of a directory are gone. */
  readonly removed: (directory: string) => void;
  /** Looks at all of them; after every change of one. */
  readonly look: (clocks: ReadonlyMap<string, SecretClock>, deliverers: readonly Deliverer[]) => void;
}

export function leaseDeliveries(ledger: Pick<Ledger, 'settled' | 'gone'>): LeaseDeliveries {
  /** External secrets that are no longer there, with the directories that may still show them. */
  const departed = new Map<string, Set<string>>();
  return {
    left: (externalSecret, directories) => void departed.set(externalSecret, new Set(directories)),
    removed(directory) {
      for (const directories of departed.values()) directories.delete(directory);
    },
    look(clocks, deliverers) {
      for (const clock of clocks.values()) if (isSettled(clock, deliverers)) ledger.settled(clock.secret.name, clock.credentials);
      for (const [externalSecret, directories] of departed) {
        if (clocks.has(externalSecret)) departed.delete(externalSecret);
        else if ([...directories].every((directory) => isReplaced(directory, deliverers))) {
          departed.delete(externalSecret);
          ledger.gone(externalSecret);
        }
      }
    },
  };
}

type Settled = SecretClock & { readonly credentials: ReadonlySet<string> };

/** True when every delivery of it shows what it last gave, and its app has that. */
function isSettled(clock: SecretClock, deliverers: readonly Deliverer[]): clock is Settled {
  const { secret, content, credentials } = clock;
  if (!credentials || content === undefined) return false;
  const mine = deliverers.filter(({ delivery }) => delivery.externalSecrets.includes(secret.name));
  return mine.length > 0 && mine.every((each) => each.acknowledged()?.get(secret.name) === content);
}

function isReplaced(directory: string, deliverers: readonly Deliverer[]): boolean {
  return deliverers.some((each) => each.delivery.directory === directory && each.acknowledged() !== undefined);
}
