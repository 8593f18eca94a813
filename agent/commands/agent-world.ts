import { readFile } from 'node:fs/promises';
import type { Acknowledgements } from '../acknowledgements.ts';
import type { AgentWorld } from '../agent.ts';
import { configMapReader, credentialReader } from '../auth/mounted-credentials.ts';
import { findToken, usualTokenPlaces } from '../auth/token-files.ts';
import { AgentError } from '../core/agent-error.ts';
import type { Effects, StoreRequest } from '../core/effects.ts';
import type { Log } from '../core/log.ts';
import { podFraction } from '../core/schedule.ts';
import type { SecretValue } from '../core/secret-value.ts';
import type { Delivery, ExternalSecret, Spec, Store } from '../core/spec.ts';
import type { TemplateMemory } from '../core/template-memory.ts';
import { knownProviders } from '../providers/known.ts';
import type { Provider } from '../providers/provider.ts';
import { deliveryDirectory } from '../publish/delivery-directory.ts';
import { isRecorded, readEntries, writeEntries } from '../publish/entries-record.ts';
import { templateRecord } from '../publish/template-record.ts';
import type { Volume } from '../publish/volume.ts';
import type { SecretTemplates } from '../refresher.ts';
import { sendSignal } from '../reload/send-signal.ts';
import { renderDelivery } from '../template/render-delivery.ts';
import type { AgentOptions } from './options.ts';
import type { Pod } from './pod.ts';
import type { World } from './world.ts';

/** What a command brings together before the loops can run. */
export interface AgentParts {
  readonly options: AgentOptions;
  readonly world: World;
  readonly pod: Pod;
  readonly log: Log;
  readonly volume: Volume;
  readonly acknowledgements: Acknowledgements;
  readonly privateDir: string;
  readonly signal: AbortSignal;
  readonly reloads: 'on' | 'off';
  readonly learn: (values: Iterable<SecretValue>) => void;
  readonly onRequest: (provider: string, request: StoreRequest) => void;
  readonly onSync: (secret: ExternalSecret, result: 'ok' | 'failed', durationMs: number) => void;
  readonly onReload: (delivery: Delivery, step: string, result: 'ok' | 'failed') => void;
  readonly onChange: () => void;
}

/** The rooms that don't know each other, joined: this is the only place where all of them meet. */
export function agentWorld(parts: AgentParts): AgentWorld {
  const { world, log, signal, pod, reloads, learn, onSync, onReload, onChange, privateDir } = parts;
  const memory = lazyMemory(() => templateRecord({ privateDir, now: world.clock.now, log }));
  return {
    ...{ clock: world.clock, log, signal, reloads, learn, onSync, onReload, onChange, fraction: podFraction(pod.seed) },
    open: (store, spec) => openStore(store, spec, parts),
    recorded: recordedEntries(parts),
    templates: (secret, spec) => templatesOf(secret, spec, parts, memory),
    delivererWorld: async (delivery) => delivererWorld(delivery, parts, memory),
  };
}

async function openStore(store: Store, spec: Spec, parts: AgentParts): Promise<Provider> {
  const kind = knownProviders[store.provider];
  if (!kind) throw new AgentError('SPEC_INVALID', `${store.id}: no provider is called ${store.provider}`);
  return learning(await kind.open(store, store.config, effectsFor(store, spec, parts)), parts.learn);
}

/** Whole values are known to the masker before anything is made of them: a refresh that fails has no entries to learn. */
function learning(provider: Provider, learn: AgentParts['learn']): Provider {
  const { find } = provider;
  return {
    ...provider,
    async read(refs, known, signal) {
      const answers = await provider.read(refs, known, signal);
      for (const answer of answers.values()) {
        if (answer.kind === 'found') learn(answer.propertyValue ? [answer.value, answer.propertyValue] : [answer.value]);
      }
      return answers;
    },
    ...(find
      ? {
          async find(query, signal) {
            const hits = await find.call(provider, query, signal);
            learn(hits.flatMap((hit) => (hit.kind === 'found' ? [hit.value] : [])));
            return hits;
          },
        }
      : {}),
  };
}

function effectsFor(store: Store, spec: Spec, { options, world, pod, log, learn, onRequest }: AgentParts): Effects {
  const readCredential = credentialReader({ documents: spec.secrets, dir: options.credentials }, log);
  return {
    ...{ clock: world.clock, log, env: world.env, identity: spec.identity, sessionName: pod.sessionName },
    async credential(ref) {
      const value = await readCredential(ref);
      learn([value]);
      return value;
    },
    configMap: configMapReader({ documents: spec.configMaps, dir: options.configmaps }),
    tokenFile: (audience) => findToken({ tokensDir: options.tokens, usualPlaces: usualTokenPlaces(world.env), audience }),
    allowNodeCredentials: options.allowNodeCredentials,
    onRequest: (request) => onRequest(store.provider, request),
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

async function templatesOf(
  secret: ExternalSecret,
  spec: Spec,
  parts: AgentParts,
  memory: TemplateMemory,
): Promise<SecretTemplates> {
  if (!hasTemplates(secret)) return noTemplates;
  const { options, log, learn } = parts;
  const { secretTemplates } = await import('../template/secret-templates.ts'); // The engine is loaded for whom it runs.
  const readCredential = credentialReader({ documents: spec.secrets, dir: options.credentials }, log);
  return secretTemplates(secret, {
    memory,
    configMap: configMapReader({ documents: spec.configMaps, dir: options.configmaps }),
    async credential(ref) {
      const value = await readCredential(ref);
      learn([value]);
      return value;
    },
  });
}

const noTemplates: SecretTemplates = {
  transform: (_template, key) => key,
  render: async (entries) => ({ entries, warnings: [] }),
};

function hasTemplates({ target, dataFrom }: ExternalSecret): boolean {
  return target.template !== undefined || dataFrom.some(({ rewrite }) => rewrite.some(({ kind }) => kind === 'transform'));
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
  return {
    place,
    render: (members) => renderDelivery(delivery, members, { templatesDir: world.templatesDir, readFile, memory }),
    reload: (step, signal) => sendSignal(step, { selfPid: world.pid, kill: world.kill, clock: world.clock, log, signal }),
    acknowledged: {
      read: (published) => acknowledgements.of(delivery.name, published),
      write: (generation) => acknowledgements.note(delivery.name, generation),
    },
  };
}
