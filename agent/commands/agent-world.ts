import { readFile } from 'node:fs/promises';
import type { Acknowledgements } from '../acknowledgements.ts';
import type { AgentWorld } from '../agent-world.ts';
import type { HandOver } from '../core/hand-over.ts';
import { podFraction } from '../core/schedule.ts';
import type { Delivery, ExternalSecret } from '../core/spec.ts';
import type { TemplateMemory } from '../core/template-memory.ts';
import { deliveryDirectory } from '../publish/delivery-directory.ts';
import { isRecorded, readEntries, writeEntries } from '../publish/entries-record.ts';
import { templateRecord } from '../publish/template-record.ts';
import type { Volume } from '../publish/volume.ts';
import type { HookEvent } from '../reload/hook-world.ts';
import { renderDelivery } from '../template/render-delivery.ts';
import { hooksOf, staggerMsOf } from './hooks.ts';
import { lazyLedger } from './ledger-world.ts';
import { openStore, type SpecParts, templatesOf } from './spec-world.ts';

/** What a command brings together before the loops can run. */
export interface AgentParts extends SpecParts {
  readonly volume: Volume;
  readonly acknowledgements: Acknowledgements;
  readonly privateDir: string;
  readonly signal: AbortSignal;
  readonly handOver: HandOver;
  readonly onLeaseRenewal: (generator: string, result: 'ok' | 'failed') => void;
  readonly reloads: 'on' | 'off';
  readonly onSync: (secret: ExternalSecret, result: 'ok' | 'failed', durationMs: number) => void;
  readonly onHook: (delivery: Delivery, event: HookEvent) => void;
  readonly onRollback: (delivery: Delivery) => void;
  readonly onChange: () => void;
}

/** The rooms that don't know each other, joined: this is the only place where all of them meet (a part of it is spec-world.ts). */
export function agentWorld(parts: AgentParts): AgentWorld {
  const { world, log, signal, pod, reloads, learn, onSync, onRollback, onChange, privateDir } = parts;
  const memory = lazyMemory(() => templateRecord({ privateDir, now: world.clock.now, log }));
  return {
    ...{ clock: world.clock, log, signal, reloads, learn, onSync, onRollback, onChange, fraction: podFraction(pod.seed) },
    open: (store, spec) => openStore(store, spec, parts),
    ...{ ledger: (about) => lazyLedger(parts, about), atEnd: parts.handOver.atEnd },
    recorded: recordedEntries(parts),
    templates: (secret, spec) => templatesOf(secret, spec, parts, memory),
    delivererWorld: async (delivery) => delivererWorld(delivery, parts, memory),
  };
}

/** Most specs have no template that needs a memory: its directory is made when the first one does. */
function lazyMemory(open: () => TemplateMemory): TemplateMemory {
  let memory: TemplateMemory | undefined;
  return {
    recall(id, input) {
      memory ??= open();
      return memory.recall(id, input);
    },
  };
}

function recordedEntries({ privateDir, log }: AgentParts): AgentWorld['recorded'] {
  return {
    read: async (secret) => (isRecorded(secret) ? readEntries(privateDir, secret) : undefined),
    async write(secret, entries, refreshedAt) {
      if (!isRecorded(secret)) return;
      await writeEntries(privateDir, secret, { entries, refreshedAt }).catch((error: unknown) =>
        log.warn({ externalSecret: secret.name, error }, 'entries could not be kept for a restart'),
      );
    },
  };
}

function delivererWorld(
  delivery: Delivery,
  parts: AgentParts,
  memory: TemplateMemory,
): Awaited<ReturnType<AgentWorld['delivererWorld']>> {
  const { world, log, volume, acknowledgements } = parts;
  const place = deliveryDirectory(volume, delivery.directory, { keepPreviousMs: delivery.keepPreviousMs });
  const templates = { templatesDir: world.templatesDir, readFile, memory, made: new Map() };
  return {
    place,
    render: (members) => renderDelivery(delivery, members, templates),
    hooks: hooksOf(delivery, { world, log, feedback: parts.options.feedback, onHook: parts.onHook }),
    staggerMs: staggerMsOf(delivery, parts.pod, log),
    progress: {
      read: (published) => acknowledgements.of(delivery.name, published),
      write: (progress) => acknowledgements.note(delivery.name, progress),
    },
  };
}
