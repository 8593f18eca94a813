import { configMapReader, credentialReader } from '../auth/mounted-credentials.ts';
import { findToken, usualTokenPlaces } from '../auth/token-files.ts';
import { AgentError } from '../core/agent-error.ts';
import type { Effects, SessionEvent, StoreRequest } from '../core/effects.ts';
import type { HandOver } from '../core/hand-over.ts';
import type { Log } from '../core/log.ts';
import type { SecretValue } from '../core/secret-value.ts';
import type { ExternalSecret, Spec, Store } from '../core/spec.ts';
import type { TemplateMemory } from '../core/template-memory.ts';
import { knownProviders } from '../providers/known.ts';
import type { Provider } from '../providers/provider.ts';
import type { secretTemplates } from '../template/secret-templates.ts';
import type { AgentOptions } from './options.ts';
import type { Pod } from './pod.ts';
import type { World } from './world.ts';

/** What stores and templates of a spec may use: the part of `agent-world.ts` that nothing is published for. */
export interface SpecParts {
  readonly options: AgentOptions;
  readonly world: World;
  readonly pod: Pod;
  readonly log: Log;
  readonly learn: (values: Iterable<SecretValue>) => void;
  readonly onRequest: (provider: string, request: StoreRequest) => void;
  readonly onSession?: (event: SessionEvent) => void;
  /** Absent where nobody comes after this process. */
  readonly handOver?: HandOver;
}

/** Throws SPEC_INVALID, and what opening this kind of store throws. */
export async function openStore(store: Store, spec: Spec, parts: SpecParts): Promise<Provider> {
  const kind = knownProviders[store.provider];
  if (!kind) throw new AgentError('SPEC_INVALID', `${store.id}: no provider is called ${store.provider}`);
  return learning(await kind.open(store, store.config, effectsFor(store.provider, spec, parts)), parts.learn);
}

/** Whole values are known to the masker before anything is made of them: a refresh that fails has no entries to learn. */
function learning(provider: Provider, learn: SpecParts['learn']): Provider {
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

/** What a provider, or a generator that asks one, may use of the world. */
export function effectsFor(provider: string, spec: Spec, parts: SpecParts): Effects {
  const { options, world, pod, log, learn, onRequest, onSession, handOver } = parts;
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
    onRequest: (request) => onRequest(provider, request),
    ...(onSession ? { onSession } : {}),
    ...(handOver ? { handOver } : {}),
  };
}

/** Throws TEMPLATE_FAILED. */
export type TargetTemplates = Awaited<ReturnType<typeof secretTemplates>>;

/** The Go templates of an external secret; ConfigMaps and Secrets of the spec, or mounted ones, answer what they name. */
export async function templatesOf(
  secret: ExternalSecret,
  spec: Spec,
  parts: SpecParts,
  memory: TemplateMemory,
): Promise<TargetTemplates> {
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

const noTemplates: TargetTemplates = {
  transform: (_template, key) => key,
  render: async (entries) => ({ entries, labels: new Map(), annotations: new Map(), warnings: [] }),
};

function hasTemplates({ target, dataFrom }: ExternalSecret): boolean {
  return target.template !== undefined || dataFrom.some(({ rewrite }) => rewrite.some(({ kind }) => kind === 'transform'));
}
