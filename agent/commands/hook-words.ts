import type {
  Check,
  HttpStep,
  ProcessAliveStep,
  ProcessSelector,
  ReloadStep,
  SignalStep,
  Stagger,
  Validation,
  Verify,
  VerifyStep,
} from '../core/hooks.ts';

/** What is looked at before files are published, a line each. */
export function checkInWords({ validations, exec }: Check): readonly string[] {
  const program = exec ? [`run ${exec.command.join(' ')}, within ${seconds(exec.timeoutMs)}`] : [];
  return [...validations.map(validationInWords), ...program];
}

function validationInWords(validation: Validation): string {
  if (validation.kind === 'syntax') return `${validation.file} is ${validation.syntax}`;
  const { certificate, key, host } = validation;
  return `${key} fits ${certificate}, which is valid${host === undefined ? '' : ` for ${host}`}`;
}

export function reloadInWords(step: ReloadStep): string {
  switch (step.kind) {
    case 'signal':
      return signalInWords(step);
    case 'http':
      return callInWords(step);
    case 'exec':
      return `run ${step.command.join(' ')}`;
    case 'touch':
      return `touch ${step.path}`;
  }
}

function signalInWords({ signal, process, handled }: SignalStep): string {
  return `${signal} to ${processInWords(process)}${handled ? ', said to be handled' : ''}`;
}

function processInWords(selector: ProcessSelector): string {
  switch (selector.kind) {
    case 'name':
      return selector.name;
    case 'pidFile':
      return `the process of ${selector.path}`;
    case 'commandMatches':
      return `the command like ${selector.pattern.source}`;
  }
}

function callInWords({ method, url, socket }: HttpStep): string {
  return `${method} ${url}${socket === undefined ? '' : ` at ${socket}`}`;
}

/** What must hold after a reload, a line each. */
export function verifyInWords({ steps, timeoutMs }: Verify): readonly string[] {
  return steps.map((step) => `${verifyStepInWords(step)}, within ${seconds(timeoutMs)}`);
}

function verifyStepInWords(step: VerifyStep): string {
  switch (step.kind) {
    case 'http':
      return callInWords(step);
    case 'exec':
      return `run ${step.command.join(' ')}`;
    case 'tcp':
      return `${step.address} accepts connections`;
    case 'tlsServes':
      return `${step.address} serves the certificate of ${step.certificate}${step.startTls ? ` (${step.startTls})` : ''}`;
    case 'ackFile':
      return 'the app writes the number of the generation to its ack file';
    case 'processAlive':
      return aliveInWords(step);
  }
}

function aliveInWords({ forMs, process, expect }: ProcessAliveStep): string {
  const who = process ? processInWords(process) : 'the process';
  return expect === 'same' ? `${who} lives on for ${seconds(forMs)}` : `${who} is another one, and lives for ${seconds(forMs)}`;
}

/** When files that replace others are published; undefined: as soon as they are there. */
export function staggerInWords(stagger: Stagger): string | undefined {
  switch (stagger.kind) {
    case 'none':
      return undefined;
    case 'window':
      return `changes wait up to ${seconds(stagger.ms)}, by pod`;
    case 'ordinal':
      return `changes wait ${seconds(stagger.msEach)} for each pod before this one`;
  }
}

function seconds(ms: number): string {
  return `${ms / 1_000}s`;
}
