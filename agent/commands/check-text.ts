import { problemText } from '../core/problem.ts';
import type { CheckReport, DeliveryReport, StoreReport } from './check-report.ts';

/** The report for a person: problems first, as an editor can follow them, then what would happen. */
export function checkText(report: CheckReport): string {
  const problems = report.problems.map(problemText);
  if (!report.accepted) return blocks([problems, [`refused: ${counted(countOf(report, 'error'), 'error')}`]]);
  const warnings = countOf(report, 'warning');
  const verdict = `accepted${warnings === 0 ? '' : `, with ${counted(warnings, 'warning')}`}`;
  const total = `${report.callsPerDay} calls a day for one pod, if nothing fails`;
  return blocks([problems, ...report.stores.map(storeLines), ...report.deliveries.map(deliveryLines), [total, verdict]]);
}

function countOf({ problems }: CheckReport, severity: string): number {
  return problems.filter((problem) => problem.severity === severity).length;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function blocks(parts: readonly (readonly string[])[]): string {
  return parts
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
}

function storeLines({ store, place, identity, reads, callsAtStart, callsPerDay, notes }: StoreReport): readonly string[] {
  return [
    `${store}: ${place}`,
    ...(identity === '' ? [] : [row('as', identity)]),
    ...reads.map(({ what, externalSecrets }) => row('reads', `${what}  for ${externalSecrets.join(', ')}`)),
    row('calls', `${callsAtStart} at the start, ${callsPerDay} a day`),
    ...notes.map((note) => row('note', note)),
  ];
}

function deliveryLines(report: DeliveryReport): readonly string[] {
  const { delivery, directory, externalSecrets, files } = report;
  return [
    `delivery ${delivery}: ${directory}`,
    ...externalSecrets.map(({ name, refresh }) => row('from', `${name}, ${refresh}`)),
    ...files.map(({ path, isKnown, mode, owner = 'agent', group = 'agent' }) =>
      row('file', `${mode} ${`${owner}:${group}`.padEnd(11)} ${isKnown ? path : `(${path})`}`),
    ),
    ...hookLines(report),
  ];
}

function hookLines({ check, reload, verify, onVerifyFailure, stagger }: DeliveryReport): readonly string[] {
  return [
    ...(stagger === undefined ? [] : [row('wait', stagger)]),
    ...check.map((step) => row('check', step)),
    ...(reload.length > 0 ? reload.map((step) => row('reload', step)) : [row('reload', 'none: the app watches its files')]),
    ...verify.map((step) => row('verify', step)),
    ...(onVerifyFailure ? [row('else', afterFailure[onVerifyFailure])] : []),
  ];
}

const afterFailure = {
  rollback: 'the files before are published again',
  keep: 'the new files stay, and the app is told again',
} as const;

function row(name: string, text: string): string {
  return `  ${name.padEnd(6)} ${text}`;
}
