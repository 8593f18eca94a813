import { AgentError } from '../core/agent-error.ts';
import { jsonLine, plainFields } from '../observe/log-fields.ts';
import { prettyLine } from '../observe/log-pretty.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import type { Invocation } from './parse.ts';
import type { World } from './world.ts';

/**
 * The end of a process that could not do its job: says why in the form of its command, in the termination message too (but for
 * `render`, which leaves nothing behind), and returns the exit code. Whatever isn't an AgentError is a bug, and is shown with its stack: masked, as everything.
 */
export function reportLastError(error: unknown, invocation: Invocation | undefined, world: World): number {
  const bug = error instanceof AgentError ? undefined : asError(error);
  const words = error instanceof AgentError ? `${error.message}\n${error.hint}` : `a bug ended Keytide: ${bug?.message}`;
  // These are run beside an agent, in its container: those words are the agent's.
  if (invocation?.command !== 'render' && invocation?.command !== 'refresh') world.lastWords(words);
  const isService = invocation !== undefined && ['init', 'run', 'exec'].includes(invocation.command);
  if (isService || bug) world.stderr(world.masker.mask(logLine(bug ?? error, invocation, world)));
  else world.stderr(world.masker.mask(`keytide: ${words}\n`));
  return error instanceof AgentError ? exitCodeOf(error) : exitCodes.bug;
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(`thrown: ${typeof thrown}`);
}

function logLine(error: unknown, invocation: Invocation | undefined, world: World): string {
  const message = error instanceof AgentError ? 'ended' : 'ended by a bug in Keytide: please report it';
  const record = { level: 'error', at: new Date(world.clock.now()), fields: plainFields({ error }), message } as const;
  const isPretty = invocation && 'options' in invocation ? invocation.options.logFormat === 'pretty' : world.isTerminal;
  return isPretty ? prettyLine(record) : `${jsonLine(record)}\n`;
}
