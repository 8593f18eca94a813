import type { Refuse } from './quoting.ts';

/**
 * A value in a file for `docker run --env-file`. Docker's reader (docker/cli, pkg/kvfile) takes all behind the `=` as it is, quotes and
 * spaces too: what would end the line can't be held. It drops a carriage return at the end of a line, and takes no line of 64 KiB.
 */
export function dockerEnv(text: string, refuse: Refuse): string {
  if (text.includes('\0')) return refuse('an environment variable can not hold a NUL');
  if (text.includes('\n')) return refuse('an env file of Docker can not hold a line break');
  if (text.endsWith('\r')) return refuse('an env file of Docker can not hold a carriage return at the end of a value');
  if (text.length > 20_000 && encodeURIComponent(text).replace(/%../g, '.').length > 65_000) {
    return refuse('an env file of Docker can not hold a value of more than 65000 bytes');
  }
  return text;
}
