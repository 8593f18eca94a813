import type { DeliveryProgress } from './core/delivery-state.ts';
import { progressOf, readAcknowledged, writeAcknowledged } from './publish/ack-record.ts';

/** How far the app of each delivery is known to have got, kept in the private directory for an agent that is started again. */
export interface Acknowledgements {
  /** Of a delivery whose volume shows `published`. */
  readonly of: (delivery: string, published: number) => Promise<DeliveryProgress>;
  readonly note: (delivery: string, progress: DeliveryProgress) => Promise<void>;
}

/** One file for all deliveries, so writes take turns. */
export function acknowledgements(privateDirectory: string): Acknowledgements {
  let record = readAcknowledged(privateDirectory);
  let writing: Promise<void> = Promise.resolve();
  return {
    of: async (delivery, published) => progressOf(await record, delivery, published),
    note(delivery, progress) {
      writing = writing
        .catch(() => undefined)
        .then(async () => {
          const next = new Map(await record).set(delivery, progress);
          record = Promise.resolve(next);
          await writeAcknowledged(privateDirectory, next);
        });
      return writing;
    },
  };
}
