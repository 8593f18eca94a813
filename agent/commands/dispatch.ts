import type { Invocation } from './parse.ts';
import type { World } from './world.ts';

/** Runs a command, of which only its own code is loaded. Returns the exit code; throws AgentError for failures it expects. */
export async function dispatch(invocation: Invocation, world: World): Promise<number> {
  switch (invocation.command) {
    case 'init':
      return (await import('./init.ts')).run(invocation.options, world);
    case 'run':
      return (await import('./run.ts')).run(invocation.options, world);
    case 'exec':
      if (world.pid === 1 && !invocation.once) (await import('./exec-reaped.ts')).becomeReaped(world);
      return (await import('./exec.ts')).run(invocation, world);
    case 'check':
      return (await import('./check.ts')).run(invocation, world);
    case 'render':
      return (await import('./render.ts')).run(invocation, world);
    case 'refresh':
      return (await import('./refresh.ts')).run(invocation, world);
    case 'schema':
      return (await import('./schema.ts')).run(world);
    case 'version':
      return (await import('./version.ts')).run(invocation, world);
    case 'completion':
      return (await import('./completion.ts')).run(invocation, world);
    case 'help':
      return (await import('./help.ts')).run(invocation, world);
  }
}
