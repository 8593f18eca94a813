import type { Entries } from '../core/secret-value.ts';
import type { ExternalSecret } from '../core/spec.ts';
import { keyTransform } from './key-transform.ts';
import { type RenderedTarget, renderTarget, type TargetWorld } from './target-template.ts';

/** The Go templates of an external secret: of its keys, and of its target. Both throw TEMPLATE_FAILED. */
export async function secretTemplates(
  secret: ExternalSecret,
  world: TargetWorld,
): Promise<{
  readonly transform: (template: string, key: string) => string;
  readonly render: (fetched: Entries) => Promise<RenderedTarget>;
}> {
  return { transform: await keyTransform(secret), render: (fetched) => renderTarget(secret, fetched, world) };
}
