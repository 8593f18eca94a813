import { type Invalid, invalid, type ShapeContext, type SpecNode } from '../core/shape.ts';
import { type Located, problemAt } from '../core/shape-rules.ts';
import { reloadUrlStep } from './http-step.ts';
import type { Annotations } from './metadata.ts';
import type { ReloadFields } from './reload-steps.ts';
import { pidFile, processName, type SignalFields, signalName } from './signal-step.ts';

const form = '"SIGHUP nginx", "SIGHUP pidfile:/run/app.pid" or "SIGHUP cmd:REGULAR EXPRESSION"';

/** What the annotations of an external secret that no Delivery names ask for: the signal first, then the call. */
export function reloadAnnotations(annotations: Annotations, report: ShapeContext['report']): readonly ReloadFields[] {
  const [at, url] = [annotations['keytide.dev/reload-signal'], annotations['keytide.dev/reload-url']];
  const signal = at && signalOf(at, report);
  const http = url && reloadUrlStep(url.value);
  if (url && typeof http === 'string') report(problemAt(url, 'error', http));
  return [...(signal ? [{ signal }] : []), ...(url && typeof http === 'object' ? [{ http: { ...url, value: http } }] : [])];
}

function signalOf(at: Located<string>, report: ShapeContext['report']): SignalFields | undefined {
  const context: ShapeContext = { path: at.path, report };
  const [, signal = '', rest = ''] = /^\s*(\S+)\s+(.*\S)\s*$/s.exec(at.value) ?? [];
  if (rest === '') {
    report({ severity: 'error', place: at.place, path: at.path, message: `a signal and a process are wanted: ${form}` });
    return undefined;
  }
  const name = signalName.decode(textNode(signal, at), context);
  const process = processOf(rest, at, context);
  return name === invalid || process === invalid ? undefined : { name, process, all: false, handled: false };
}

function processOf(text: string, at: Located<string>, context: ShapeContext): SignalFields['process'] | Invalid {
  const [, prefix, rest = ''] = /^(pidfile|cmd):\s*(.*)$/is.exec(text) ?? [];
  switch (prefix?.toLowerCase()) {
    case 'pidfile': {
      const path = pidFile.decode(textNode(rest, at), context);
      return path === invalid ? invalid : { pidFile: path };
    }
    case 'cmd':
      return { commandMatches: { ...at, value: rest } };
    default: {
      const name = processName.decode(textNode(text, at), context);
      return name === invalid ? invalid : { name };
    }
  }
}

function textNode(value: string, { place }: Located<string>): SpecNode {
  return { kind: 'string', value, place };
}
