import type { Refuse } from './quoting.ts';

/**
 * A value in a file that EnvironmentFile= of a systemd unit names, in double quotes, with a backslash before `"`, `\`, `` ` `` and `$`
 * (systemd.exec, "EnvironmentFile="). All versions of systemd read that alike, and so does a POSIX shell; in single quotes old versions
 * took a backslash for an escape. What is no character to Unicode is invalid UTF-8 to systemd (unichar_is_valid).
 */
export function systemdEnv(text: string, refuse: Refuse): string {
  if (text.includes('\0')) return refuse('an environment variable can not hold a NUL');
  if (/\p{Noncharacter_Code_Point}/u.test(text))
    return refuse('an environment file of systemd can not hold a noncharacter of Unicode');
  return `"${text.replace(/["\\`$]/g, '\\$&')}"`;
}
