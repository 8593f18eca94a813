import type { Refuse } from './quoting.ts';

/**
 * One variable of a file that `env[].valueFrom.fileKeyRef` of a pod reads: `NAME='value'`, the entry `key` of `it`. Kubernetes' reader
 * (pkg/kubelet/util/env) takes what is in single quotes as it is, over several lines, and knows no escapes. It drops a carriage return
 * before a line break, and takes no line of 64 KiB. The names of what it refuses are told: a pod whose variable is missing doesn't start.
 */
export function envFile(entries: unknown, refuse: Refuse, key: string | undefined): string {
  if (typeof entries !== 'object' || entries === null || key === undefined || !(key in entries)) {
    return refuse('envFile takes `it` and a key of it');
  }
  const value = String(Reflect.get(entries, key));
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) return refuse(`key ${key} is not the name of an environment variable`);
  if (value.includes('\0')) return refuse(`key ${key}: an environment variable can not hold a NUL`);
  if (value.includes("'")) return refuse(`key ${key}: a Kubernetes env file can not hold a single quote`);
  if (value.includes('\r\n'))
    return refuse(`key ${key}: a Kubernetes env file can not hold a carriage return before a line break`);
  const bytes = (line: string): number => encodeURIComponent(line).replace(/%../g, '.').length;
  if (value.split('\n').some((line) => bytes(line) > 65_000)) {
    return refuse(`key ${key}: a Kubernetes env file can not hold a line of more than 65000 bytes`);
  }
  return `${key}='${value}'`;
}
