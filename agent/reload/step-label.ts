import type { ProcessSelector, ReloadStep, VerifyStep } from '../core/hooks.ts';

/** A step as messages name it, such as `GET http://127.0.0.1:8080/healthz`. */
export function stepLabel(step: ReloadStep | VerifyStep): string {
  switch (step.kind) {
    case 'signal':
      return `${step.signal} to ${processName(step.process)}`;
    case 'http':
      return `${step.method} ${step.url.replace(/[?#].*$/, '')}${step.socket === undefined ? '' : ` at ${step.socket}`}`;
    case 'exec':
      return `exec ${step.command[0] ?? ''}`;
    case 'touch':
      return `touch ${step.path}`;
    case 'tcp':
    case 'tlsServes':
      return `${step.kind} ${step.address}`;
    case 'ackFile':
      return step.kind;
    case 'processAlive':
      return `${step.kind}${step.process ? ` ${processName(step.process)}` : ''}`;
  }
}

function processName(selector: ProcessSelector): string {
  switch (selector.kind) {
    case 'name':
      return selector.name;
    case 'pidFile':
      return selector.path;
    case 'commandMatches':
      return `/${selector.pattern.source}/`;
  }
}
