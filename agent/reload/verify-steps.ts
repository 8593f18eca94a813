import { AgentError } from '../core/agent-error.ts';
import type { Verify, VerifyStep } from '../core/hooks.ts';
import { type HookContext, type StepFailure, secondsInWords, timed } from './hook-context.ts';
import type { HookWorld } from './hook-world.ts';
import type { ProcessInfo } from './process-table.ts';
import { type SentSignal, watchSignal } from './send-signal.ts';
import { stepLabel } from './step-label.ts';
import { tryVerifyStep } from './verify-step.ts';

/** What is known of the processes from the reload before. */
export interface BeforeReload {
  /** By the step: who ran. */
  readonly processes: ReadonlyMap<VerifyStep, readonly ProcessInfo[]>;
  /** Whoever got one of these and ended meanwhile fails the proof. */
  readonly signals: readonly SentSignal[];
}

export interface Proof {
  readonly before: BeforeReload;
  readonly context: HookContext;
  readonly world: HookWorld;
  /** Aborts when the agent stops. */
  readonly stopping: AbortSignal;
}

/** Resolves when every step has held once within the time. What doesn't is tried again. Throws VERIFY_FAILED. */
export async function runVerify({ steps, timeoutMs }: Verify, proof: Proof): Promise<void> {
  const { before, context, world, stopping } = proof;
  const { value: failures } = await timed(timeoutMs, world.clock, stopping, (limit) => {
    const giveUp = new AbortController();
    const over = AbortSignal.any([limit, giveUp.signal]);
    const proofs = steps.map(async (step, index): Promise<Unproved | undefined> => {
      const failure = await holds(step, proof, over);
      if (failure?.isFinal) giveUp.abort();
      return failure && { place: `verify step ${index + 1} (${stepLabel(step)})`, failure };
    });
    return withWatch(before.signals, Promise.all(proofs), giveUp, world, over);
  });
  if (failures.length > 0) throw unproved(context, failures, timeoutMs);
}

interface Unproved {
  /** '': the signal, not a step. */
  readonly place: string;
  readonly failure: StepFailure;
}

/** The processes are watched beside the proof, and looked at once more after it: the proof doesn't wait for the end of the watch. */
async function withWatch(
  signals: readonly SentSignal[],
  proofs: Promise<readonly (Unproved | undefined)[]>,
  giveUp: AbortController,
  world: HookWorld,
  over: AbortSignal,
): Promise<readonly Unproved[]> {
  const proved = new AbortController();
  const signal = AbortSignal.any([over, proved.signal]);
  const watches = signals.map(async (sent) => {
    if (await watchSignal(sent, { ...world, signal })) giveUp.abort();
  });
  const results = await proofs;
  proved.abort();
  await Promise.all(watches);
  const harms = await Promise.all(signals.map(({ harm }) => harm()));
  const dead = harms.flatMap((harm): readonly Unproved[] =>
    harm ? [{ place: '', failure: { reason: harm.message, hint: harm.hint, isFinal: true } }] : [],
  );
  return [...dead, ...results.filter((each) => each !== undefined)];
}

/** What can't be mended says more than what was given up because of it. */
function unproved({ delivery }: HookContext, failures: readonly Unproved[], timeoutMs: number): AgentError {
  const final = failures.filter(({ failure }) => failure.isFinal);
  const told = final.length > 0 ? final.slice(0, 1) : failures;
  const within = final.length > 0 ? '' : ` within ${secondsInWords(timeoutMs)}`;
  const reasons = told.map(({ place, failure: { reason } }) =>
    place === '' ? reason : `${place} did not hold${within}: ${reason}`,
  );
  const hint = told[0]?.failure.hint;
  const message = `delivery ${delivery}: ${reasons.join('; ')}`;
  return new AgentError('VERIFY_FAILED', message, hint === undefined ? {} : { hint });
}

/** Tries a step until it holds, can't be mended, or it is over. */
async function holds(step: VerifyStep, proof: Proof, over: AbortSignal): Promise<StepFailure | undefined> {
  const { context, world, stopping } = proof;
  const startedAt = world.clock.now();
  const failure = await triedUntilItHolds(step, proof, over);
  const ms = world.clock.now() - startedAt;
  const result = failure ? 'failed' : 'ok';
  if (!stopping.aborted) world.onStep({ deed: 'verify', step: step.kind, result, seconds: ms / 1_000 });
  const { delivery, generation } = context;
  if (!failure) world.log.info({ delivery, generation, step: step.kind, ms }, 'verify step holds');
  return failure;
}

async function triedUntilItHolds(step: VerifyStep, proof: Proof, over: AbortSignal): Promise<StepFailure | undefined> {
  const { clock } = proof.world;
  const startedAt = clock.now();
  let last: StepFailure | undefined;
  while (!over.aborted) {
    const failure = await tryVerifyStep(step, proof, over);
    if (!failure || failure.isFinal) return failure;
    if (over.aborted) return last ?? failure; // Cut short, it knows less than the one before.
    last = failure;
    await clock.sleep(pauseMs(step, clock.now() - startedAt), over);
  }
  return last ?? { reason: 'was not looked at' };
}

/** A tenth of the time that it took so far: little against the app's own time, and few tries of what takes long. */
function pauseMs({ kind }: VerifyStep, elapsedMs: number): number {
  const shortest = kind === 'exec' ? 50 : 20;
  const longest = kind === 'ackFile' ? 50 : 1_000;
  return Math.min(Math.max(elapsedMs / 10, shortest), longest);
}
