import { AgentError, asAgentError } from '../core/agent-error.ts';
import type { ReloadStep } from '../core/hooks.ts';
import type { HookContext, StepFailure } from './hook-context.ts';
import type { HookWorld } from './hook-world.ts';
import { type SentSignal, sendSignal } from './send-signal.ts';
import { stepLabel } from './step-label.ts';

/** Carries out the steps in their order, until one fails. Resolves with the signals that were sent. Throws RELOAD_FAILED. */
export async function runReload(
  steps: readonly ReloadStep[],
  context: HookContext,
  world: HookWorld,
  signal: AbortSignal,
): Promise<readonly SentSignal[]> {
  const sent: SentSignal[] = [];
  for (const [index, step] of steps.entries()) {
    const startedAt = world.clock.now();
    const done = (result: 'ok' | 'failed'): void => {
      if (signal.aborted && result === 'failed') return;
      world.onStep({ deed: 'reload', step: step.kind, result, seconds: (world.clock.now() - startedAt) / 1_000 });
    };
    try {
      const signalled = await runStep(step, `reload step ${index + 1}`, context, world, signal);
      if (signalled) sent.push(signalled);
      done('ok');
    } catch (caught) {
      done('failed');
      throw asAgentError(caught, 'RELOAD_FAILED', `delivery ${context.delivery}: reload step ${index + 1} failed`);
    }
  }
  return sent;
}

async function runStep(
  step: ReloadStep,
  place: string,
  context: HookContext,
  world: HookWorld,
  signal: AbortSignal,
): Promise<SentSignal | undefined> {
  const { log } = world;
  const about = { delivery: context.delivery, generation: context.generation, step: step.kind };
  if (step.kind === 'signal') {
    const signalled = await sendSignal(step, { ...world, signal });
    log.info({ ...about, signal: step.signal, ...signalled.sent }, 'signal sent');
    return signalled;
  }
  const { failure, fields } = await carriedOut(step, context, world, signal);
  if (!failure) log.info({ ...about, ...fields }, 'reload step done');
  else throw failed(`delivery ${context.delivery}: ${place} (${stepLabel(step)}) ${failure.reason}`, failure);
  return undefined;
}

interface Outcome {
  readonly failure?: StepFailure | undefined;
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** What a step needs is loaded when the first one of its kind runs. */
async function carriedOut(
  step: Exclude<ReloadStep, { kind: 'signal' }>,
  context: HookContext,
  world: HookWorld,
  signal: AbortSignal,
): Promise<Outcome> {
  switch (step.kind) {
    case 'http': {
      const { httpCall } = await import('./http-call.ts');
      return { failure: await httpCall(step, context, world, signal), fields: { call: stepLabel(step) } };
    }
    case 'exec': {
      const { runProgram } = await import('./exec-hook.ts');
      const { failure, output } = await runProgram(step, context, world, signal);
      return { failure, fields: { program: step.command[0], ...(output === '' ? {} : { output }) } };
    }
    case 'touch': {
      const { touchFile } = await import('./touch-file.ts');
      return { failure: await touchFile(step, context, new Date(world.clock.now())), fields: { path: step.path } };
    }
  }
}

function failed(message: string, { hint }: StepFailure): AgentError {
  return new AgentError('RELOAD_FAILED', message, hint === undefined ? {} : { hint });
}
