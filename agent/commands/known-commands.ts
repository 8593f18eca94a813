import { execOptions } from './exec-options.ts';
import { agentOptions, exitAfterFirstOption, type Option, outputOption } from './options.ts';
import { renderOptions } from './render-options.ts';

/** One command as the command line, help and completion know it. */
export interface Command {
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What it does, for whoever reads it at 3 a.m. */
  readonly description: string;
  readonly options: readonly Option[];
  /** Words it takes beside options. */
  readonly positional?: {
    readonly name: string;
    /** None: any word. */
    readonly choices?: readonly string[];
    readonly presence: 'required' | 'optional';
  };
  /** What stands after all options. */
  readonly program?: string;
  /** Codes beside 0, 1 and 2. */
  readonly exitCodes: readonly number[];
  readonly examples: readonly { readonly command: string; readonly meaning: string }[];
}

const names = ['init', 'run', 'exec', 'check', 'render', 'refresh', 'schema', 'version', 'completion', 'help'] as const;

export type CommandName = (typeof names)[number];
export const commandNames: readonly CommandName[] = names;

/** Part of the design; this version does not have them yet. */
export const laterCommands: readonly string[] = ['doctor', 'status', 'inject', 'policy'];

/** Where the agent that is asked has its socket. */
const refreshOptions: readonly Option[] = agentOptions.filter(({ flag }) => flag === 'root' || flag === 'private');

export const knownCommands: Readonly<Record<CommandName, Command>> = {
  init: {
    summary: 'deliver everything once, then end',
    description:
      'For an init container: reads the spec, fetches what it names, publishes the files and ends. Tries again until --init-timeout ' +
      'is over, but ends earlier when waiting cannot mend it. What works is published even if something else fails; the exit code ' +
      'and the termination message then name the first thing to look at. An interrupted init ends with 143.',
    options: agentOptions,
    exitCodes: [3, 4, 5, 6, 7],
    examples: [
      { command: 'keytide init', meaning: 'manifests of /etc/keytide to the volume at /run/keytide' },
      {
        command: 'keytide init --spec deploy/secrets --root /tmp/keytide --allow-disk',
        meaning: 'on a laptop, with its own cloud identity',
      },
    ],
  },
  run: {
    summary: 'deliver, and keep the files fresh until SIGTERM',
    description:
      'For a sidecar: delivers like init, then refreshes each external secret on its own clock, publishes what changed in one step ' +
      'and tells the app. When a store is down the files stay as they are. A changed spec is taken live; a refused one leaves the old ' +
      'one running. `keytide refresh` and POST /refresh refresh at once; SIGUSR2, POST /hint and a touched hint file as often as is good. Health, metrics and status are served at --listen. Ends with 0 on SIGTERM; ' +
      'with 4 to 7 only if a delivery has no files at all when --init-timeout is over; with --exit-after-first as init does, and with 8 ' +
      'when the app did not take what was published.',
    options: [...agentOptions, exitAfterFirstOption],
    exitCodes: [3, 4, 5, 6, 7, 8],
    examples: [
      { command: 'keytide run', meaning: 'the whole job of a native sidecar: its startup probe is GET :8421/startup' },
      { command: 'keytide run --listen 127.0.0.1:9000 --log-level debug', meaning: 'another address, more to read' },
      { command: 'keytide run --exit-after-first --listen off', meaning: 'beside the app of a Job: deliver once, then end' },
    ],
  },
  exec: {
    summary: 'run a program with secrets in its environment, and restart it when they change',
    description:
      'For programs that take nothing but environment variables: delivers like run, then starts CMD with the agent’s own environment ' +
      '(without KEYTIDE_*) and what --env-from, --env and references in it (keytide://DELIVERY/KEY) say. When one of these variables changes, ' +
      'CMD is restarted. Signals go to CMD, and exec ends as CMD ends: with its exit code, or by its signal. Standard streams are ' +
      'those of exec. Until CMD runs, exec ends with the codes of init; 126 or 127: CMD could not be started.',
    options: execOptions,
    program: '-- CMD [ARGS...]',
    exitCodes: [3, 4, 5, 6, 7],
    examples: [
      { command: 'keytide exec --env-from db-credentials -- ./server', meaning: 'each entry is a variable' },
      {
        command: 'keytide exec --env PGPASSWORD=db-credentials/password --on-change none -- psql',
        meaning: 'one variable; a new password does not end the session',
      },
      {
        command: 'keytide exec --once --env-from db-credentials -- ./server',
        meaning: 'nothing of Keytide stays beside the server',
      },
    ],
  },
  check: {
    summary: 'examine the spec offline: errors, and what run would do',
    description:
      'Reads the manifests and touches nothing else: no network, no volume. Prints every error and warning with file, line and ' +
      'column, then what would be read from which store as which identity, which files would be written with which mode and owner, ' +
      'and how many calls a day that takes.',
    options: [...agentOptions, outputOption],
    exitCodes: [3],
    examples: [
      { command: 'keytide check --spec deploy/', meaning: 'before a merge: ends with 3 when run would refuse the spec' },
      { command: 'keytide check --spec deploy/ -o json | jq .problems', meaning: 'for a program' },
    ],
  },
  render: {
    summary: 'show what an external secret or a delivery would be, without writing anything',
    description:
      'Fetches NAME (an external secret or a delivery) with the identity it has, renders its templates, and prints each key and file ' +
      'with size and form. Nothing is written and nobody is told. NAME may be left out when the spec has one external secret; ' +
      'delivery/NAME and externalsecret/NAME say which is meant. When anything fails, that is printed, and nothing else.',
    options: renderOptions,
    positional: { name: 'NAME', presence: 'optional' },
    exitCodes: [3, 4, 5, 6, 7],
    examples: [
      { command: 'keytide render db-credentials --spec deploy/', meaning: 'try a manifest: keys, files, modes, sizes' },
      { command: 'keytide render db-credentials --show-values', meaning: 'at a terminal: the values themselves' },
      { command: 'keytide render web -o json | jq .deliveries', meaning: 'for a program' },
      { command: 'keytide render --format list', meaning: 'the formats that are shipped' },
      { command: 'keytide render --format pgpass', meaning: 'one of them: what it needs, what it can hold, an example' },
      { command: 'keytide render db-credentials --format pgpass --with host=db', meaning: 'a secret in this format' },
    ],
  },
  refresh: {
    summary: 'have a running agent refresh now, and try again what it holds back',
    description:
      'Asks the agent of this container, over a socket in its private directory, to refresh everything, or NAME (an external secret or a ' +
      'delivery; delivery/NAME and externalsecret/NAME say which is meant). What the app did not take before, and is held back since, is ' +
      'tried again. It does not wait for the result: status.json and the log say it.',
    options: refreshOptions,
    positional: { name: 'NAME', presence: 'optional' },
    exitCodes: [],
    examples: [
      { command: 'keytide refresh', meaning: 'everything' },
      { command: 'keytide refresh delivery/web', meaning: 'what one delivery is made of' },
    ],
  },
  schema: {
    summary: 'print JSON Schema for all kinds we accept',
    description:
      'Prints one JSON Schema for the documents of a spec, made from the same definitions that check them. Editors use it.',
    options: [],
    exitCodes: [],
    examples: [
      {
        command: 'keytide schema > keytide.schema.json',
        meaning: 'then, in YAML: # yaml-language-server: $schema=keytide.schema.json',
      },
      { command: 'keytide schema | jq ".definitions | keys"', meaning: 'which kinds there are' },
    ],
  },
  version: {
    summary: 'print the version',
    description: 'Prints the version of Keytide, the commit it was built from, and the version of Node it runs on.',
    options: [outputOption],
    exitCodes: [],
    examples: [
      { command: 'keytide version', meaning: 'one line' },
      { command: 'keytide version -o json', meaning: 'for a program' },
    ],
  },
  completion: {
    summary: 'print a completion script for bash or zsh',
    description: 'Prints a script that completes commands, options and their values in your shell.',
    options: [],
    positional: { name: 'shell', choices: ['bash', 'zsh'], presence: 'required' },
    exitCodes: [],
    examples: [
      { command: 'source <(keytide completion bash)', meaning: 'for this shell' },
      { command: 'keytide completion zsh > ~/.zfunc/_keytide', meaning: 'for all later ones, with ~/.zfunc in fpath' },
    ],
  },
  help: {
    summary: 'show what a command does, its options and exit codes',
    description: 'Shows all commands, or one with its options. `keytide COMMAND --help` is the same.',
    options: [],
    positional: { name: 'command', choices: names, presence: 'optional' },
    exitCodes: [],
    examples: [
      { command: 'keytide help run', meaning: 'options of run, with defaults and variables' },
      { command: 'keytide help', meaning: 'all commands' },
    ],
  },
};

/** Options of all commands, each once. */
export const allOptions: readonly Option[] = [
  ...new Map(
    Object.values(knownCommands)
      .flatMap(({ options }) => options)
      .map((option) => [option.flag, option] as const),
  ).values(),
];
