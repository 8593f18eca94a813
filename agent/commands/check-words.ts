import type { FindQuery, ObjectRef } from '../core/object-ref.ts';
import type { ExternalSecret } from '../core/spec.ts';

/** A remote object. */
export function refInWords({ kind, key, version }: ObjectRef): string {
  return `${key}${version === '' ? '' : ` (version ${version})`}${kind === 'metadata' ? ', its tags' : ''}`;
}

/** What a find looks for. */
export function findInWords({ path, name, tags }: FindQuery): string {
  const parts = [
    ...(path === undefined ? [] : [`below ${path}`]),
    ...(name === undefined ? [] : [`named like ${name.source}`]),
    ...(tags === undefined
      ? []
      : [
          `tagged ${Object.entries(tags)
            .map(([tag, value]) => `${tag}=${value}`)
            .join(', ')}`,
        ]),
  ];
  return `all ${parts.join(', ')}`.trim();
}

/** When an external secret is refreshed. */
export function refreshInWords({ refreshPolicy, refreshInterval, refreshIntervalMs, syncWindows }: ExternalSecret): string {
  if (refreshPolicy === 'CreatedOnce') return 'once';
  if (refreshPolicy === 'OnChange') return 'when its manifest changes';
  if (refreshIntervalMs <= 0) return 'once, and when forced';
  return `every ${refreshInterval}${syncWindows ? `, if its ${syncWindows.kind} windows let it` : ''}`;
}
