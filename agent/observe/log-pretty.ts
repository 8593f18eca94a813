import type { LogRecord } from './log-fields.ts';

/** One line for a person at a terminal: local time, level, message, then the facts; an error's message and hint on lines below. */
export function prettyLine({ level, at, fields, message }: LogRecord): string {
  const { error, ...facts } = fields;
  const time = at.toTimeString().slice(0, 8);
  const head = `${time} ${level.toUpperCase().padEnd(5)} ${message}${factsText(facts)}`;
  return `${[head, ...errorLines(error)].join('\n')}\n`;
}

function factsText(facts: Readonly<Record<string, unknown>>): string {
  return Object.entries(facts)
    .map(([name, value]) => ` ${name}=${valueText(value)}`)
    .join('');
}

function valueText(value: unknown): string {
  if (typeof value === 'string') return /^[^\s"]+$/.test(value) ? value : JSON.stringify(value);
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return '?';
  }
}

/** As log-fields.ts made it plain. */
function errorLines(error: unknown): readonly string[] {
  if (typeof error !== 'object' || error === null) return error === undefined ? [] : [`    ${valueText(error)}`];
  const { code, message, hint, stack }: { code?: unknown; message?: unknown; hint?: unknown; stack?: unknown } = error;
  if (typeof stack === 'string') return stack.split('\n').map((line) => `    ${line}`);
  const told = [code, message].filter((text) => typeof text === 'string').join(': ');
  return [`    ${told}`, ...(typeof hint === 'string' ? [`    ${hint}`] : [])];
}
