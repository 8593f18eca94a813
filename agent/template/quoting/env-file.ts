import type { Refuse } from './quoting.ts';

/**
 * A value in a file that `env[].valueFrom.fileKeyRef` of a pod reads. Kubernetes' reader (pkg/kubelet/util/env) takes what is in single
 * quotes as it is, over several lines, and knows no escapes. It drops a carriage return before a line break, and takes no line of 64 KiB.
 */
export function envFile(text: string, refuse: Refuse): string {
  if (text.includes('\0')) return refuse('an environment variable can not hold a NUL');
  if (text.includes("'")) return refuse('a Kubernetes env file can not hold a single quote');
  if (text.includes('\r\n')) return refuse('a Kubernetes env file can not hold a carriage return before a line break');
  const bytes = (line: string): number => encodeURIComponent(line).replace(/%../g, '.').length;
  if (text.split('\n').some((line) => bytes(line) > 65_000)) {
    return refuse('a Kubernetes env file can not hold a line of more than 65000 bytes');
  }
  return `'${text}'`;
}
