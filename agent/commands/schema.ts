import { knownProviders } from '../providers/known.ts';
import { jsonSchema } from '../spec/json-schema.ts';
import type { World } from './world.ts';

/** `keytide schema`: JSON Schema for all kinds that a spec may hold. */
export async function run(world: World): Promise<number> {
  world.stdout(`${JSON.stringify(jsonSchema(knownProviders), undefined, 2)}\n`);
  return 0;
}
