import { AgentError, errorClass } from '../core/agent-error.ts';
import type { LogFields } from '../core/log.ts';

/** Levels in order, as pino numbers them. */
export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** One thing that happened. */
export interface LogRecord {
  readonly level: LogLevel;
  readonly at: Date;
  readonly fields: LogFields;
  readonly message: string;
}

/** The fields with errors as plain data: an AgentError in its own words, anything else as the bug it is. */
export function plainFields(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, value instanceof Error ? errorFields(value) : value]),
  );
}

function errorFields(error: Error): LogFields {
  if (!(error instanceof AgentError)) return { name: error.name, message: error.message, stack: error.stack };
  const { code, message, hint, serverCode, cause } = error;
  return {
    ...{ code, class: errorClass(error), message, hint },
    ...(serverCode === undefined ? {} : { serverCode }),
    ...(cause instanceof Error ? { cause: causeName(cause) } : {}),
  };
}

/** `ECONNREFUSED`, `SyntaxError`: its text may quote what was parsed, so it is left out. */
function causeName(cause: Error): string {
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
}

/** A whole line of JSON: level, time, fields, message, in this order. Never throws, whatever the fields hold. */
export function jsonLine({ level, at, fields, message }: LogRecord): string {
  const head = { level, time: at.toISOString() };
  try {
    return JSON.stringify({ ...head, ...fields, msg: message });
  } catch {
    return JSON.stringify({ ...head, msg: message, unloggable: Object.keys(fields) });
  }
}
