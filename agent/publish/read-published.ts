import type { RenderedFile } from '../core/rendered-file.ts';
import { openDelivery } from './open-delivery.ts';
import { readGeneration } from './read-generation.ts';
import { dataLink } from './scan.ts';
import type { Volume } from './volume.ts';

/** The files of a delivery that readers see now, without touching anything; undefined when it has none yet. */
export function readPublished(volume: Volume, directory: string): readonly RenderedFile[] | undefined {
  const delivery = openDelivery(volume, directory);
  if (!delivery) return undefined;
  try {
    const name = delivery.linkTarget(dataLink);
    const generation = name === undefined ? undefined : delivery.openDirectory(name);
    if (!generation) return undefined;
    try {
      return readGeneration(generation).files;
    } finally {
      generation.close();
    }
  } finally {
    delivery.close();
  }
}
