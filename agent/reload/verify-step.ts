import type { VerifyStep } from '../core/hooks.ts';
import { type StepFailure, secondsInWords, timed } from './hook-context.ts';
import type { Proof } from './verify-steps.ts';

/** One try of one step: undefined when it holds. What a step needs is loaded when the first one of its kind runs. */
export async function tryVerifyStep(
  step: VerifyStep,
  { before, context, world }: Pick<Proof, 'before' | 'context' | 'world'>,
  signal: AbortSignal,
): Promise<StepFailure | undefined> {
  switch (step.kind) {
    case 'http': {
      const { httpCall } = await import('./http-call.ts');
      return httpCall(step, context, world, signal);
    }
    case 'exec': {
      const { runProgram } = await import('./exec-hook.ts');
      return (await runProgram(step, context, world, signal)).failure;
    }
    case 'tcp': {
      const { tcpOpen } = await import('./tcp-open.ts');
      return connection((limit) => tcpOpen(step, context, limit));
    }
    case 'tlsServes': {
      const { tlsServes } = await import('./tls-serves.ts');
      return connection((limit) => tlsServes(step, context, limit));
    }
    case 'ackFile': {
      const { ackFile } = await import('./ack-file.ts');
      return ackFile(context);
    }
    case 'processAlive': {
      const { processAlive } = await import('./process-alive.ts');
      const { process } = step;
      if (!process) return { reason: 'names no process', isFinal: true };
      return processAlive({ ...step, process }, before.processes.get(step) ?? [], world, signal);
    }
  }

  /** A connection that hangs is given up: the next one may reach a process that works. */
  async function connection(deed: (limit: AbortSignal) => Promise<StepFailure | undefined>): Promise<StepFailure | undefined> {
    const { value, isOver } = await timed(longestConnectionMs, world.clock, signal, deed);
    return value && isOver ? { reason: `did not answer within ${secondsInWords(longestConnectionMs)}` } : value;
  }
}

const longestConnectionMs = 5_000;
