import { commit } from './build-facts.ts';
import type { World } from './world.ts';

/** `keytide version`. */
export async function run({ output }: { readonly output: 'text' | 'json' }, world: World): Promise<number> {
  const { version, nodeVersion: node } = world;
  const facts = { version, ...(commit === undefined ? {} : { commit }), node };
  const text = `keytide ${version} (${commit === undefined ? '' : `commit ${commit}, `}Node ${node})`;
  world.stdout(`${output === 'json' ? JSON.stringify(facts) : text}\n`);
  return 0;
}
