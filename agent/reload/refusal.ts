import { AgentError } from '../core/agent-error.ts';
import type { ProcessSelector } from '../core/hooks.ts';
import { processLabel } from './find-process.ts';
import type { ProcessInfo } from './process-table.ts';
import type { Disposition, SignalState } from './signal-state.ts';

/** Why no process was signalled, in words for the operator. */
export function nobody(selector: ProcessSelector, isAlone: boolean): AgentError {
  const message = `no process ${selectorText(selector)} runs`;
  return isAlone
    ? new AgentError('RELOAD_FAILED', `${message} where the agent can see it: it sees only its own processes`, {
        hint: 'Set shareProcessNamespace: true in the pod spec, or reload without a signal.',
      })
    : new AgentError('RELOAD_FAILED', message, { hint: 'Compare the step with what `ps` shows in the pod.' });
}

export function ambiguous(selector: ProcessSelector, found: readonly ProcessInfo[]): AgentError {
  const list = found.map(processLabel).join(', ');
  return new AgentError('RELOAD_FAILED', `several unrelated processes are ${selectorText(selector)}: ${list}`, {
    hint: 'Choose one by pidFile or commandMatches, or signal each of them with `all: true`.',
  });
}

export function otherUser(app: ProcessInfo, self: SignalState, target: SignalState): AgentError {
  const users = `it runs as UID ${target.uids.real}, the agent as UID ${self.uids.effective}`;
  return new AgentError('RELOAD_FAILED', `${processLabel(app)} can't be signalled: ${users}`, {
    hint: 'Give both containers the same runAsUser, or reload by HTTP: the kernel lets a process signal only its own UID.',
  });
}

export function doubtful(signal: NodeJS.Signals, app: ProcessInfo, doubt: string): AgentError {
  return new AgentError('RELOAD_FAILED', `${processLabel(app)} was not sent ${signal}: ${doubt}`, {
    hint: `If this program handles ${signal}, say so with \`handled: true\`; else choose another signal.`,
  });
}

export function notTaken(signal: NodeJS.Signals, app: ProcessInfo, disposition: Exclude<Disposition, 'handles'>): AgentError {
  const [why, hint] = {
    ends: [
      `it has no handler for ${signal}, and would end`,
      `Handle ${signal} in the app, or choose the signal that it handles.`,
    ],
    ignores: [`it ignores ${signal}`, `Handle ${signal} in the app; a program started by nohup ignores SIGHUP.`],
    blocks: [`it blocks ${signal}`, `If it takes ${signal} by signalfd, say so with \`handled: true\`.`],
  }[disposition];
  return new AgentError(
    'RELOAD_FAILED',
    `${processLabel(app)} was not sent ${signal}: ${why}`,
    hint === undefined ? {} : { hint },
  );
}

function selectorText(selector: ProcessSelector): string {
  switch (selector.kind) {
    case 'name':
      return `named ${selector.name}`;
    case 'pidFile':
      return `named by pid file ${selector.path}`;
    case 'commandMatches':
      return `matched by command ${selector.pattern.source}`;
  }
}
