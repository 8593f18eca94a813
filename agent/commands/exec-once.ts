import { AgentError } from '../core/agent-error.ts';
import type { EnvironmentPlan } from '../exec/child-environment.ts';
import { type FoundProgram, findProgram } from '../exec/find-program.ts';
import type { ExecInvocation } from './exec.ts';
import type { ExecRoot } from './exec-root.ts';
import { environmentNow, refuseUnknown, tellOf } from './exec-values.ts';
import { firstDelivery, reportUndone } from './init.ts';
import { type StartedAgent, startAgent } from './started-agent.ts';
import { writeStatusOf } from './status-writer.ts';
import type { World } from './world.ts';

/** `keytide exec --once`: as `init`, and then this process becomes the program. Returns only when it doesn't. */
export async function becomeOnce(
  invocation: ExecInvocation,
  plan: EnvironmentPlan,
  root: ExecRoot,
  world: World,
): Promise<number> {
  const { become } = world.itself;
  if (!become) {
    const hint = 'Leave out --once, or use it on Linux.';
    throw new AgentError('USAGE', '--once replaces this process, which works on Linux only', { hint });
  }
  const made = await deliverOnce(invocation, plan, root, world);
  if (typeof made === 'number') return made;
  const { environment, found } = made;
  const [word = '', ...args] = invocation.program;
  const script = found.interpreter === undefined ? [] : [found.interpreter];
  become(found.file, [script.length > 0 ? 'sh' : word, ...script, ...args], environment);
  return 126;
}

interface Made {
  readonly environment: Readonly<Record<string, string>>;
  readonly found: FoundProgram & { readonly kind: 'found' };
}

/** A number is the exit code of what did not work. */
async function deliverOnce(
  { options, program: [word = ''] }: ExecInvocation,
  plan: EnvironmentPlan,
  { remove }: ExecRoot,
  world: World,
): Promise<Made | number> {
  let started: StartedAgent | undefined;
  let end: 'revoke' | 'keep' = options.keepToken ? 'keep' : 'revoke';
  try {
    started = await startAgent(options, world, 'off');
    refuseUnknown(plan, started);
    const undone = await firstDelivery(started, options, world, 'early');
    if (world.signal.aborted) return world.exitCodeOfSignal();
    await writeStatusOf(started);
    if (undone.length > 0) return reportUndone(undone, started, world);
    const made = environmentNow(plan, started);
    tellOf(made, started);
    const found = findProgram(word, made.environment['PATH']);
    if (found.kind === 'unusable') {
      started.log.error({ program: word, reason: found.why }, 'the program could not be started');
      return found.code;
    }
    end = 'keep'; // What was issued is the program's now.
    return { environment: made.environment, found };
  } finally {
    await started?.stop(end);
    remove();
  }
}
