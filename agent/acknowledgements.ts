import { acknowledgedOf, readAcknowledged, writeAcknowledged } from './publish/ack-record.ts';

/** How far the app of each delivery is known to have got, kept in the private directory for an agent that is started again. */
export interface Acknowledgements {
  /** The acknowledged generation of a delivery whose volume shows `published`; 0 when unknown. */
  readonly of: (delivery: string, published: number) => Promise<number>;
  readonly note: (delivery: string, generation: number) => Promise<void>;
}

/** One file for all deliveries, so writes take turns. */
export function acknowledgements(privateDirectory: string): Acknowledgements {
  let record = readAcknowledged(privateDirectory);
  let writing: Promise<void> = Promise.resolve();
  return {
    of: async (delivery, published) => acknowledgedOf(await record, delivery, published),
    note(delivery, generation) {
      writing = writing
        .catch(() => undefined)
        .then(async () => {
          const next = new Map(await record).set(delivery, { published: generation, acknowledged: generation });
          record = Promise.resolve(next);
          await writeAcknowledged(privateDirectory, next);
        });
      return writing;
    },
  };
}
