import { AgentError } from '../core/agent-error.ts';
import type { HookSubject, VerifyStep } from '../core/hooks.ts';
import type { RenderedFile } from '../core/rendered-file.ts';
import type { Delivery } from '../core/spec.ts';
import type { HookContext } from './hook-context.ts';
import type { HookWorld } from './hook-world.ts';
import type { ProcessInfo } from './process-table.ts';
import { runReload } from './reload-steps.ts';
import { type SentSignal, watchSignal } from './send-signal.ts';
import { type BeforeReload, runVerify } from './verify-steps.ts';

/** What a delivery does around the swap (DeliveryHooks of deliverer-world.ts). Each ends early when the signal aborts. */
export function deliveryHooks(delivery: Delivery, world: HookWorld) {
  /** Of the last reload, for the first proof after it. */
  let before: (BeforeReload & { readonly generation: number }) | undefined;
  return {
    /** On the staged files. Throws CHECK_FAILED. */
    check: (subject: HookSubject, files: readonly RenderedFile[], signal: AbortSignal) =>
      check(delivery, files, contextOf(subject, delivery, world), world, signal),
    /** All steps in their order. Throws RELOAD_FAILED. */
    async reload(subject: HookSubject, signal: AbortSignal): Promise<void> {
      const { generation } = subject;
      const processes = await processesBefore(delivery, world);
      before = { generation, processes, signals: [] };
      const signals = await runReload(delivery.reload, contextOf(subject, delivery, world), world, signal);
      if (delivery.verify) before = { generation, processes, signals };
      else await watchAll(signals, world, signal);
    },
    /** Resolves when all steps hold. Throws VERIFY_FAILED when one does not within the time. */
    async verify(subject: HookSubject, _files: readonly RenderedFile[], signal: AbortSignal): Promise<void> {
      if (!delivery.verify) return;
      const known = before?.generation === subject.generation ? before : undefined;
      // A proof that is repeated later asks for who lives then: kubelet may have started the app anew meanwhile.
      if (known) before = { ...known, processes: onlyRestarted(known.processes), signals: [] };
      const context = contextOf(subject, delivery, world);
      await runVerify(delivery.verify, { before: known ?? nothingBefore, context, world, stopping: signal });
    },
  };
}

const nothingBefore: BeforeReload = { processes: new Map(), signals: [] };

function onlyRestarted(processes: BeforeReload['processes']): BeforeReload['processes'] {
  return new Map([...processes].filter(([step]) => step.kind === 'processAlive' && step.expect === 'restarted'));
}

function contextOf({ generation, directory }: HookSubject, { name }: Delivery, { feedback }: HookWorld): HookContext {
  return { delivery: name, generation, directory, feedback };
}

async function check(
  { name, check: wanted }: Delivery,
  files: readonly RenderedFile[],
  context: HookContext,
  world: HookWorld,
  signal: AbortSignal,
): Promise<void> {
  if (!wanted) return;
  const startedAt = world.clock.now();
  const { generation } = context;
  const done = (result: 'ok' | 'failed', step: 'validate' | 'exec'): void => {
    if (!signal.aborted) world.onStep({ deed: 'check', step, result, seconds: (world.clock.now() - startedAt) / 1_000 });
  };
  if (wanted.validations.length > 0) {
    await world.validate(wanted.validations, files).then(
      () => done('ok', 'validate'),
      (error: unknown) => {
        done('failed', 'validate');
        throw error;
      },
    );
    world.log.info({ delivery: name, generation, step: 'validate' }, 'check passed');
  }
  if (!wanted.exec) return;
  const { runProgram } = await import('./exec-hook.ts');
  const { failure, output } = await runProgram(wanted.exec, context, world, signal);
  done(failure ? 'failed' : 'ok', 'exec');
  const program = wanted.exec.command[0] ?? '';
  if (failure) {
    const { reason, hint } = failure;
    throw new AgentError('CHECK_FAILED', `delivery ${name}: the check ${program} ${reason}`, hint === undefined ? {} : { hint });
  }
  world.log.info({ delivery: name, generation, step: 'exec', program, ...(output === '' ? {} : { output }) }, 'check passed');
}

/** Who runs before the reload, for the steps that ask for it. */
async function processesBefore({ verify }: Delivery, world: HookWorld): Promise<BeforeReload['processes']> {
  const found = new Map<VerifyStep, readonly ProcessInfo[]>();
  for (const step of verify?.steps ?? []) {
    if (step.kind !== 'processAlive' || !step.process) continue;
    const { processesNow } = await import('./process-alive.ts');
    const now = await processesNow(step.process, world);
    found.set(step, 'reason' in now ? [] : now);
  }
  return found;
}

/** Without a proof the signal must at least have done no harm. Throws RELOAD_FAILED. */
async function watchAll(signals: readonly SentSignal[], world: HookWorld, signal: AbortSignal): Promise<void> {
  const harms = await Promise.all(signals.map((sent) => watchSignal(sent, { ...world, signal })));
  const harm = harms.find((each) => each !== undefined);
  if (harm) throw harm;
}
