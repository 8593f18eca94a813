import { type LogLevel, logLevels } from '../observe/log-fields.ts';

/** What `init`, `run`, `check` and `render` are told: flags, else KEYTIDE_* variables, else defaults. */
export interface AgentOptions {
  /** Files or directories of manifests. */
  readonly spec: readonly string[];
  readonly root: string;
  readonly credentials: string;
  readonly configmaps: string;
  readonly tokens: string;
  readonly annotations: string;
  /** Undefined: the token says it. */
  readonly namespace?: string;
  readonly private: string;
  /** True when it was named, so that it is made where it is missing. */
  readonly isPrivateGiven: boolean;
  readonly feedback: string;
  /** `:8421`, `127.0.0.1:8421`, `off`. */
  readonly listen: string;
  readonly initTimeoutMs: number;
  readonly graceMs: number;
  readonly allowDisk: boolean;
  readonly strictIdentity: boolean;
  readonly allowNodeCredentials: boolean;
  /** At the end, logins and leases are left to the next agent instead of being given back. */
  readonly keepToken: boolean;
  /** `run` ends when everything was delivered once and the app has taken it. */
  readonly exitAfterFirst: boolean;
  /** Hosts that hooks may call, beside loopback. */
  readonly hookHosts: readonly string[];
  /** Which template languages a manifest may use. */
  readonly templates: readonly ('eta' | 'go')[];
  readonly logLevel: LogLevel;
  readonly logFormat: 'json' | 'pretty';
  /** Where Kubernetes reads the last words of a container. */
  readonly terminationLog: string;
}

/** One row of the table that parsing, help, completion and docs/cli.md are made from. */
export interface Option {
  /** Without `--`; the variable is KEYTIDE_ and the same in capitals, `_` for `-`. */
  readonly flag: string;
  /** `names` are split at commas, `texts` are not. */
  readonly kind: 'path' | 'paths' | 'text' | 'texts' | 'names' | 'duration' | 'switch' | 'choice' | 'choices';
  /** What stands for the value in help. */
  readonly value?: string;
  readonly choices?: readonly string[];
  /** As it would be written; none: see `meaning`. */
  readonly default?: string;
  /** Without one, it is a flag only. */
  readonly variable?: 'none';
  readonly meaning: string;
  /** Heading in help. */
  readonly group: "The program's environment" | 'Where things are' | 'Serving and time' | 'What is allowed' | 'Log' | 'Result';
}

/** The kubelet's own default for terminationMessagePath. */
export const defaultTerminationLog = '/dev/termination-log';

/** Options of every command that works on a spec, in the order of help. */
export const agentOptions = [
  {
    flag: 'spec',
    kind: 'paths',
    value: 'PATH',
    default: '/etc/keytide',
    meaning: 'file or directory of manifests; may be given several times (in the variable: PATH:PATH)',
    group: 'Where things are',
  },
  {
    flag: 'root',
    kind: 'path',
    value: 'DIR',
    default: '/run/keytide',
    meaning: 'the volume that deliveries are published on',
    group: 'Where things are',
  },
  {
    flag: 'credentials',
    kind: 'path',
    value: 'DIR',
    default: '/etc/keytide-credentials',
    meaning: 'Secrets that stores refer to, mounted as DIR/<Secret name>/<key>',
    group: 'Where things are',
  },
  {
    flag: 'configmaps',
    kind: 'path',
    value: 'DIR',
    default: '/etc/keytide-configmaps',
    meaning: 'ConfigMaps that manifests refer to, mounted as DIR/<ConfigMap name>/<key>',
    group: 'Where things are',
  },
  {
    flag: 'tokens',
    kind: 'path',
    value: 'DIR',
    default: '/var/run/secrets/keytide',
    meaning: 'projected service account tokens; the one whose audience fits is used, then the usual places of the clouds',
    group: 'Where things are',
  },
  {
    flag: 'annotations',
    kind: 'path',
    value: 'FILE',
    default: '/etc/podinfo/annotations',
    meaning: 'downwardAPI file of the pod annotations; a changed force-sync annotation refreshes at once',
    group: 'Where things are',
  },
  {
    flag: 'namespace',
    kind: 'text',
    value: 'NAME',
    meaning: 'namespace of this pod; without it what the token says',
    group: 'Where things are',
  },
  {
    flag: 'private',
    kind: 'path',
    value: 'DIR',
    default: '/run/keytide-private',
    meaning: "the agent's own memory volume, mounted in no other container; if missing, ROOT/.keytide is used",
    group: 'Where things are',
  },
  {
    flag: 'feedback',
    kind: 'path',
    value: 'DIR',
    default: '/run/keytide-feedback',
    meaning: 'small directory that the app may write to',
    group: 'Where things are',
  },
  {
    flag: 'termination-log',
    kind: 'path',
    value: 'FILE',
    default: defaultTerminationLog,
    meaning: "where the last error goes; the container's terminationMessagePath",
    group: 'Where things are',
  },
  {
    flag: 'listen',
    kind: 'text',
    value: 'ADDR',
    meaning: 'address of health, metrics and status: :PORT, HOST:PORT or off; without it :8421 for run, off for all else',
    group: 'Serving and time',
  },
  {
    flag: 'init-timeout',
    kind: 'duration',
    value: 'TIME',
    default: '5m',
    meaning: 'how long the first delivery may take',
    group: 'Serving and time',
  },
  {
    flag: 'grace',
    kind: 'duration',
    value: 'TIME',
    default: '2s',
    meaning: 'how long stopping may take',
    group: 'Serving and time',
  },
  {
    flag: 'keep-token',
    kind: 'switch',
    meaning: 'at the end, leave logins and leases (of Vault) alive for the next start instead of revoking them',
    group: 'Serving and time',
  },
  { flag: 'allow-disk', kind: 'switch', meaning: 'publish on a volume that is not in memory', group: 'What is allowed' },
  {
    flag: 'strict-identity',
    kind: 'switch',
    meaning: "refuse a manifest that refers to another service account than the pod's, instead of warning",
    group: 'What is allowed',
  },
  {
    flag: 'allow-node-credentials',
    kind: 'switch',
    meaning: "let stores without credentials of their own use the node's role (instance profile)",
    group: 'What is allowed',
  },
  {
    flag: 'hook-hosts',
    kind: 'names',
    value: 'HOST[,HOST]',
    meaning: 'hosts that the hooks of a Delivery may call, beside localhost, 127.0.0.0/8 and ::1',
    group: 'What is allowed',
  },
  {
    flag: 'templates',
    kind: 'choices',
    choices: ['eta', 'go'],
    default: 'eta,go',
    meaning: 'template languages that manifests may use; eta is JavaScript',
    group: 'What is allowed',
  },
  {
    flag: 'log-level',
    kind: 'choice',
    choices: logLevels,
    default: 'info',
    meaning: 'the least important lines that are logged',
    group: 'Log',
  },
  {
    flag: 'log-format',
    kind: 'choice',
    choices: ['json', 'pretty'],
    meaning: 'form of log lines; without it json, or pretty at a terminal',
    group: 'Log',
  },
] as const satisfies readonly Option[];

/** Of `run` alone. */
export const exitAfterFirstOption = {
  flag: 'exit-after-first',
  kind: 'switch',
  meaning: 'for Jobs: end when every delivery is published and acknowledged, with the exit codes of init',
  group: 'Serving and time',
} as const satisfies Option;

/** Flags of `agentOptions`. */
export type AgentFlag = (typeof agentOptions)[number]['flag'];

/** Of commands whose result a program may read. */
export const outputOption = {
  flag: 'output',
  kind: 'choice',
  choices: ['text', 'json'],
  default: 'text',
  variable: 'none',
  meaning: 'form of the result',
  group: 'Result',
} as const satisfies Option;

/** The variable that mirrors a flag. */
export function variableOf(flag: string): string {
  return `KEYTIDE_${flag.toUpperCase().replaceAll('-', '_')}`;
}
