import { dirname, join } from 'node:path';
import { acknowledgements } from '../acknowledgements.ts';
import { type Agent, agent } from '../agent.ts';
import { asAgentError } from '../core/agent-error.ts';
import type { Clock } from '../core/clock.ts';
import type { Log } from '../core/log.ts';
import { type Problem, problemText } from '../core/problem.ts';
import type { Spec } from '../core/spec.ts';
import type { Status } from '../core/status.ts';
import { createLog } from '../observe/log.ts';
import { createMeter, type Meter } from '../observe/meter.ts';
import { removeDrafts } from '../publish/drafts.ts';
import { secretRecords } from '../publish/secret-records.ts';
import { openVolume, type Volume } from '../publish/volume.ts';
import { fingerprintOf, fingerprintWith } from '../spec/spec-fingerprint.ts';
import { acceptedSpec } from './accepted-spec.ts';
import { agentWorld } from './agent-world.ts';
import { type Bell, bell } from './bell.ts';
import type { AgentOptions } from './options.ts';
import { type Pod, podOf, privateDirectory } from './pod.ts';
import type { World } from './world.ts';

/** An agent whose spec was accepted and whose loops run. */
export interface StartedAgent {
  readonly agent: Agent;
  readonly clock: Clock;
  readonly log: Log;
  readonly mask: (text: string) => string;
  readonly meter: Meter;
  readonly volume: Volume;
  readonly pod: Pod;
  readonly privateDir: string;
  readonly status: () => Status;
  /** Rings whenever status changes. */
  readonly changes: Bell;
  /** What the spec looked like just before it was read, and the folders of its templates before they were used. */
  readonly specSince: string;
  /** Folders of the template files that the running spec names. */
  readonly templateFolders: () => readonly string[];
  /** Reads the spec again: takes it, or leaves the old one running and says so. */
  readonly rereadSpec: () => Promise<void>;
  /** Ends the loops, waits for what must not be cut off, and closes the stores: what was issued is given back, or left to the next agent. */
  readonly stop: (end: 'revoke' | 'keep') => Promise<void>;
}

/** Throws SPEC_INVALID, SPEC_UNREADABLE, VOLUME_NOT_MEMORY, VOLUME_UNUSABLE: then nothing was done yet. */
export async function startAgent(options: AgentOptions, world: World, reloads: 'on' | 'off'): Promise<StartedAgent> {
  const { masker } = world;
  const { now } = world.clock;
  const log = createLog({ level: options.logLevel, format: options.logFormat, write: world.stderr, mask: masker.mask, now });
  const meter = createMeter({ version: world.version, node: world.nodeVersion });
  const pod = await podOf(options, world);
  const readSince = await fingerprintOf(options.spec);
  const read = () => acceptedSpec(options, pod, { templatesDir: world.templatesDir, warn: (problem) => warned(problem, log) });
  const spec = await read();
  const volume = await openVolume({ root: options.root, allowDisk: options.allowDisk, log, now });
  const privateDir = await privateDirectory(options, volume.privateDirectory, log);
  removeDrafts(privateDir, log);
  const [stop, changes] = [new AbortController(), bell()];
  let atEnd: 'revoke' | 'keep' = 'revoke'; // Of a store that leaves the spec, too.
  const handOver = { claim: secretRecords(join(privateDir, 'hand-over')), atEnd: () => atEnd };
  const running = agent(
    agentWorld({
      ...{ options, world, pod, log, volume, reloads, privateDir, handOver, acknowledgements: acknowledgements(privateDir) },
      ...{
        signal: stop.signal,
        learn: masker.learn,
        onRequest: meter.recordRequest,
        onSession: (event) => meter.recordSession(event, now()),
        onLeaseRenewal: meter.recordLeaseRenewal,
        onChange: changes.ring,
      },
      onSync: ({ name, namespace = pod.namespace }, result, durationMs) =>
        meter.recordSync({ name, namespace, result, durationMs }),
      onHook: ({ name }, { deed, ...event }) => {
        if (deed === 'reload') meter.recordReload({ delivery: name, ...event });
        if (deed === 'verify') meter.recordVerify({ delivery: name, ...event });
      },
      onRollback: ({ name }) => meter.recordRollback(name),
    }),
  );
  const startedAt = new Date(now());
  const taken = specTaker({
    read,
    apply: running.apply,
    masker,
    log,
    changed: changes.ring,
  });
  await taken.take(spec);
  const specSince = await fingerprintWith(readSince, taken.templateFolders());
  const loop = running.run();
  return {
    ...{ agent: running, clock: world.clock, log, mask: masker.mask, meter, volume, pod, privateDir, changes, specSince },
    rereadSpec: taken.reread,
    templateFolders: taken.templateFolders,
    status: () => running.status(taken.state(), startedAt),
    stop: async (end) => {
      atEnd = end;
      stop.abort();
      await Promise.all([loop, running.close()]);
    },
  };
}

interface SpecWorld {
  readonly read: () => Promise<Spec>;
  readonly apply: (spec: Spec) => Promise<void>;
  readonly masker: World['masker'];
  readonly log: Log;
  readonly changed: () => void;
}

interface SpecTaker {
  readonly take: (spec: Spec) => Promise<void>;
  readonly reread: () => Promise<void>;
  readonly state: () => Status['spec'];
  readonly templateFolders: () => readonly string[];
}

/** A spec is taken as a whole, or refused as a whole: then the one before goes on, and status says so. */
function specTaker({ read, apply, masker, log, changed }: SpecWorld): SpecTaker {
  let state: Status['spec'] = { accepted: true, errors: [] };
  let folders: readonly string[] = [];
  return { take, reread, state: () => state, templateFolders: () => folders };

  async function take(spec: Spec): Promise<void> {
    masker.leaveAlone(spec.ownText);
    await apply(spec);
    folders = foldersOf(spec);
    state = { accepted: true, errors: [] };
  }

  async function reread(): Promise<void> {
    try {
      await take(await read());
      log.info({}, 'the changed spec runs');
    } catch (caught) {
      const error = asAgentError(caught, 'SPEC_UNREADABLE', 'the changed spec could not be read');
      state = { accepted: false, errors: error.message.split('\n') };
      log.error({ error }, 'the changed spec is refused; the old one goes on');
    }
    changed();
  }
}

function warned(problem: Problem, log: Log): void {
  log.warn({ problem: problemText(problem) }, 'about the spec');
}

/** They may be anywhere; partials are beside those that include them. */
function foldersOf({ deliveries }: Spec): readonly string[] {
  const templates = deliveries.flatMap(({ files }) => files.map(({ template }) => template));
  return [...new Set(templates.flatMap((template) => ('path' in template ? [dirname(template.path)] : [])))];
}
