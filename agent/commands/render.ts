import { readFile } from 'node:fs/promises';
import { AgentError } from '../core/agent-error.ts';
import { problemText } from '../core/problem.ts';
import type { Spec } from '../core/spec.ts';
import { createLog } from '../observe/log.ts';
import { renderDelivery } from '../template/render-delivery.ts';
import { acceptedSpec } from './accepted-spec.ts';
import { exitCodes } from './exit-codes.ts';
import type { AgentOptions } from './options.ts';
import { type Pod, podOf } from './pod.ts';
import { chosen } from './render-choice.ts';
import { type RenderWorld, renderContent } from './render-content.ts';
import { type ForgetfulMemory, forgetfulMemory } from './render-memory.ts';
import type { RenderSettings } from './render-options.ts';
import { type RenderReport, renderReport } from './render-report.ts';
import { renderText } from './render-text.ts';
import { openStore, type SpecParts, templatesOf } from './spec-world.ts';
import type { World } from './world.ts';

/** What the command line said. */
export interface RenderInvocation extends RenderSettings {
  readonly options: AgentOptions;
}

/**
 * `keytide render`: fetches and renders what NAME would be, and prints it on stdout. Nothing is made: no volume, no private directory, no
 * reload. Throws USAGE, the spec's errors, and what a refresh would report.
 */
export async function run(invocation: RenderInvocation, world: World): Promise<number> {
  const { values, output, name, format } = invocation;
  if (values === 'shown' && !world.isOutputTerminal()) throw noTerminal();
  if (format && name === undefined) {
    const { formatsText } = await import('./render-formats.ts');
    world.stdout(await formatsText(format, output, world));
    return exitCodes.done;
  }
  const report = await inTime(invocation, world, (signal) => reported(invocation, world, signal));
  if (report === 'interrupted') return world.exitCodeOfSignal();
  world.stdout(output === 'json' ? `${JSON.stringify(report, undefined, 2)}\n` : renderText(report, values));
  return exitCodes.done;
}

function noTerminal(): AgentError {
  return new AgentError('USAGE', '--show-values prints secrets and does so only at a terminal: stdout is a file or a pipe', {
    hint: 'Run it at a terminal (kubectl exec -it), or leave out --show-values.',
  });
}

/** The signal aborts when nobody waits any more. Throws STORE_UNAVAILABLE when the time is over. */
async function inTime<T>(
  { timeoutMs, name = 'the external secret' }: RenderInvocation,
  { clock, signal }: World,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | 'interrupted'> {
  const stop = new AbortController();
  const within = AbortSignal.any([signal, stop.signal]);
  try {
    const over = clock.sleep(timeoutMs, within).then((): 'over' => 'over');
    const result = await Promise.race([work(within), over]);
    if (result !== 'over') return result;
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    stop.abort();
  }
  if (signal.aborted) return 'interrupted';
  throw new AgentError('STORE_UNAVAILABLE', `${name} could not be fetched and rendered within ${timeoutMs / 1_000}s`, {
    hint: 'Check the network, DNS and the state of the store; --timeout gives it more time.',
  });
}

async function reported(invocation: RenderInvocation, world: World, signal: AbortSignal): Promise<RenderReport> {
  const { options, name, values, format } = invocation;
  const { masker } = world;
  const pod = await podOf(options, world);
  const warn = (text: string): void => world.stderr(masker.mask(`keytide: ${text}\n`));
  const spec = await acceptedSpec(options, pod, { ...world, warn: (problem) => warn(problemText(problem)) });
  masker.leaveAlone(spec.ownText);
  const memory = forgetfulMemory(world.clock.now);
  const choice = chosen(spec, name);
  const content = await renderContent(
    format ? await (await import('./render-formats.ts')).inFormat(choice, format, world) : choice,
    spec.stores,
    renderWorld(spec, { options, world, pod, memory, signal }),
  );
  return renderReport(content, { root: options.root, values, mask: masker.mask, madeUp: memory.asked });
}

interface RenderParts {
  readonly options: AgentOptions;
  readonly world: World;
  readonly pod: Pod;
  readonly memory: ForgetfulMemory;
  readonly signal: AbortSignal;
}

/** As agent-world.ts, without all that writes. */
function renderWorld(spec: Spec, { options, world, pod, memory, signal }: RenderParts): RenderWorld {
  const { clock, masker, templatesDir } = world;
  const { learn } = masker;
  const { logLevel: level, logFormat: format } = options;
  const log = createLog({ level, format, write: world.stderr, mask: masker.mask, now: clock.now });
  const parts: SpecParts = { options, world, pod, log, learn, onRequest: () => undefined };
  return {
    ...{ clock, signal, learn },
    open: (store) => openStore(store, spec, parts),
    templates: (secret) => templatesOf(secret, spec, parts, memory),
    files: (delivery, members) => renderDelivery(delivery, members, { templatesDir, readFile, memory }),
  };
}
