import type { Log, LogFields } from '../core/log.ts';
import { jsonLine, type LogLevel, type LogRecord, logLevels, plainFields } from './log-fields.ts';
import { prettyLine } from './log-pretty.ts';

export interface LogOptions {
  /** Less important lines are left out. */
  readonly level: LogLevel;
  readonly format: 'json' | 'pretty';
  /** Takes one line with its newline, at once: nothing is held back that an exit could lose. */
  readonly write: (line: string) => void;
  /** Hides secret values (masker.ts). */
  readonly mask: (text: string) => string;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** pino takes 10 ms to load, a third of a bare start: it comes when the first publish is long done, or never (docs/decisions/0004). */
const pinoAfterMs = 1_000;

/** The log of this process. The first lines are written by `jsonLine`, later ones by pino: a test holds the two to the same form. */
export function createLog(options: LogOptions): Log {
  let write = options.format === 'pretty' ? pretty(options) : json(options);
  if (options.format === 'json') {
    const load = (): void => void withPino(options).then((better) => (write = better), ignore);
    setTimeout(load, pinoAfterMs).unref();
  }
  const enabled = logLevels.slice(logLevels.indexOf(options.level));
  const at = (level: LogLevel): ((fields: LogFields, message: string) => void) =>
    enabled.includes(level)
      ? (fields, message) => write({ level, at: new Date(options.now()), fields: plainFields(fields), message })
      : ignore;
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

type WriteRecord = (record: LogRecord) => void;

function ignore(): void {}

function pretty({ write, mask }: LogOptions): WriteRecord {
  return (record) => write(mask(prettyLine(record)));
}

function json(options: LogOptions): WriteRecord {
  return (record) => writeMasked(options, record, jsonLine(record));
}

/** For lines whose fields JSON.stringify gives up on (cycles, big integers), and for what is written thousands of times. */
export async function withPino(options: LogOptions): Promise<WriteRecord> {
  const { pino } = await import('pino');
  let current: LogRecord | undefined;
  const destination = {
    write: (line: string): void => {
      if (current) writeMasked(options, current, line.trimEnd());
    },
  };
  const time = (): string => `,"time":"${current?.at.toISOString() ?? ''}"`;
  const logger = pino(
    {
      level: 'debug',
      base: null,
      timestamp: time,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (e) => e },
    },
    destination,
  );
  return (record) => {
    current = record;
    logger[record.level](record.fields, record.message);
  };
}

/** A value that holds quotes or digits can take a piece of the line's own form with it: then its words are left out. */
function writeMasked({ write, mask }: LogOptions, { level, at }: LogRecord, line: string): void {
  const masked = mask(line);
  const isWhole = masked === line || isJson(masked);
  write(`${isWhole ? masked : jsonLine({ level, at, fields: {}, message: 'a line that held a secret value is left out' })}\n`);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
