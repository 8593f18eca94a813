import type { Status } from '../core/status.ts';
import type { Family } from './exposition.ts';
import type { BuildInfo, Counts } from './meter.ts';

/** The metrics that External Secrets Operator has no word for (docs/contract.md, Metrics). */
export function keytideFamilies(counts: Counts, status: Status, build: BuildInfo, nowMs: number): readonly Family[] {
  return [...ofNow(status, build, nowMs), ...ofEvents(counts)];
}

function ofNow(status: Status, build: BuildInfo, nowMs: number): readonly Family[] {
  const startedMs = Date.parse(status.startedAt);
  return [
    {
      name: 'keytide_external_secret_age_seconds',
      type: 'gauge',
      help: 'Seconds since the last successful refresh, or since the start of the process before the first.',
      samples: status.externalSecrets.map(({ name, refreshedAt }) => ({
        labels: { name },
        value: Math.max(0, nowMs - (refreshedAt === undefined ? startedMs : Date.parse(refreshedAt))) / 1_000,
      })),
    },
    {
      name: 'keytide_generation',
      type: 'gauge',
      help: 'Number of the generation that readers see, and of the last one that the app was told of.',
      samples: status.deliveries.flatMap(({ name, published, acknowledged }) => [
        { labels: { delivery: name, state: 'published' }, value: published },
        { labels: { delivery: name, state: 'acknowledged' }, value: acknowledged },
      ]),
    },
    {
      name: 'keytide_held',
      type: 'gauge',
      help: '1 while what the store has is held back, because the app did not take it.',
      samples: status.deliveries.map(({ name, held }) => ({ labels: { delivery: name }, value: held ? 1 : 0 })),
    },
    {
      name: 'keytide_certificate_expiry_timestamp_seconds',
      type: 'gauge',
      help: 'When the first certificate in a delivered file ends, in seconds since the epoch.',
      samples: status.deliveries.flatMap(({ name, certificates = [] }) =>
        certificates.map(({ file, expiresAt }) => ({ labels: { delivery: name, file }, value: Date.parse(expiresAt) / 1_000 })),
      ),
    },
    {
      name: 'keytide_spec_refused',
      type: 'gauge',
      help: '1 while a changed spec is refused and the one before it runs on.',
      samples: [{ labels: {}, value: status.spec.accepted ? 0 : 1 }],
    },
    {
      name: 'keytide_build_info',
      type: 'gauge',
      help: 'Versions of Keytide and of Node; always 1.',
      samples: [{ labels: { ...build }, value: 1 }],
    },
    {
      name: 'process_start_time_seconds',
      type: 'gauge',
      help: 'When the process started, in seconds since the epoch.',
      samples: [{ labels: {}, value: startedMs / 1_000 }],
    },
  ];
}

function ofEvents(counts: Counts): readonly Family[] {
  return [
    {
      name: 'keytide_reloads_total',
      type: 'counter',
      help: 'Reload steps that were carried out, by result.',
      samples: counts.reloads.samples(),
    },
    {
      name: 'keytide_verify_seconds',
      type: 'histogram',
      help: 'How long after the reload a verify step held, or was given up.',
      samples: counts.verifySeconds.samples(),
    },
    {
      name: 'keytide_rollbacks_total',
      type: 'counter',
      help: 'Generations that the app did not take, and that were replaced by the one before.',
      samples: counts.rollbacks.samples(),
    },
    {
      name: 'keytide_store_requests_total',
      type: 'counter',
      help: 'Requests to a store; class is ok, auth, denied, missing, throttled, unavailable or invalid.',
      samples: counts.requests.samples(),
    },
    {
      name: 'keytide_store_request_seconds',
      type: 'histogram',
      help: 'How long requests to a store took.',
      samples: counts.requestSeconds.samples(),
    },
  ];
}
