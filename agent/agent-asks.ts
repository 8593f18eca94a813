import type { Asked } from './core/asked.ts';
import type { Deliverer } from './deliverer-world.ts';
import type { Refresher } from './refresher.ts';

interface Asking {
  readonly refresher: Refresher;
  readonly deliverers: readonly Deliverer[];
}

/** By the operator. A delivery is forced when all of it that was asked for was offered anew: a set stays a set. False: there is no such thing. */
export function refreshNow(asking: Asking, asked: Asked): boolean {
  const parts = partsOf(asking, asked);
  for (const { deliverer, names } of parts) void asking.refresher.refreshNow(names).then(deliverer.force);
  return parts.length > 0;
}

/** By the app: what is held stays held. False: there is no such thing. */
export function hint(asking: Asking, asked: Asked): boolean {
  const parts = partsOf(asking, asked);
  asking.refresher.hint(new Set(parts.flatMap(({ names }) => names)));
  return parts.length > 0;
}

/** By delivery. Every external secret of a spec is in one at least. */
function partsOf({ deliverers }: Asking, { delivery, externalSecret }: Asked) {
  return deliverers
    .filter((each) => delivery === undefined || each.delivery.name === delivery)
    .map((deliverer) => {
      const all = deliverer.delivery.externalSecrets;
      return { deliverer, names: all.filter((name) => externalSecret === undefined || name === externalSecret) };
    })
    .filter(({ names }) => names.length > 0);
}
