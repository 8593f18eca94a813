import type { GoRegexp } from '../core/go-regexp.ts';
import type { ProcessInfo } from './process-table.ts';
import { lastPart, scriptArgument } from './script-argument.ts';

/** How a step names a process, once a pid file is read. */
export type Wanted =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'pid'; readonly pid: number }
  | { readonly kind: 'commandMatches'; readonly pattern: GoRegexp };

/** Who the agent is among the processes. */
export interface AgentProcess {
  /** Our own PID. */
  readonly selfPid: number;
  /** The program that `keytide exec` runs now: the app, though we started it. */
  readonly programPid?: () => number | undefined;
}

/**
 * The processes that are meant: of those that match, the topmost ones (a master, not its workers). Never the pause
 * container, the kernel's own threads, ourselves or what we started, but for exec's program.
 */
export function findProcesses(wanted: Wanted, all: readonly ProcessInfo[], agent: AgentProcess): readonly ProcessInfo[] {
  const byPid = new Map(all.map((each) => [each.pid, each]));
  const matching = all.filter((each) => matches(each, wanted) && !isOffLimits(each, byPid, agent));
  return topmost(withoutWrappers(matching, byPid), byPid);
}

/** True when the agent sees nothing but itself, what started it and what it started: nobody shares a PID namespace with it. */
export function seesOnlyItself(all: readonly ProcessInfo[], agent: AgentProcess): boolean {
  const byPid = new Map(all.map((each) => [each.pid, each]));
  const above = new Set(ancestors(byPid.get(agent.selfPid), byPid).map(({ pid }) => pid));
  return all.every((each) => above.has(each.pid) || each.isKernelThread || isOurs(each, byPid, agent));
}

/** Who it is, for messages: the name and the script it runs, but no other argument, as those may hold secrets. */
export function processLabel({ pid, comm, args }: ProcessInfo): string {
  const script = scriptArgument(args);
  return script === undefined ? `process ${pid} (${comm})` : `process ${pid} (${comm}, running ${lastPart(script)})`;
}

/** The kernel cuts comm to 15 bytes. */
const longestComm = 15;

function matches(app: ProcessInfo, wanted: Wanted): boolean {
  switch (wanted.kind) {
    case 'pid':
      return app.pid === wanted.pid;
    case 'commandMatches':
      return app.args.length > 0 && wanted.pattern.matches(app.args.join(' '));
    case 'name':
      return isNamed(app, wanted.name);
  }
}

/** By comm, or the last part of the program's path, or of its script's: Node's comm is `MainThread` whatever it runs. */
function isNamed({ comm, args }: ProcessInfo, name: string): boolean {
  const cut = Buffer.from(name, 'utf8').subarray(0, longestComm).toString('utf8');
  return comm === cut || lastPart(args[0] ?? '') === name || lastPart(scriptArgument(args) ?? '') === name;
}

function isOffLimits(app: ProcessInfo, byPid: ReadonlyMap<number, ProcessInfo>, agent: AgentProcess): boolean {
  return app.isKernelThread || app.comm === 'pause' || isOurs(app, byPid, agent);
}

function isOurs(app: ProcessInfo, byPid: ReadonlyMap<number, ProcessInfo>, { selfPid, programPid }: AgentProcess): boolean {
  const line = [app, ...ancestors(app, byPid)].map(({ pid }) => pid);
  const below = line.indexOf(selfPid);
  const program = programPid?.();
  return below >= 0 && (program === undefined || !line.slice(0, below).includes(program));
}

/** Shells and inits that only start something: `sh -c "nginx -g ..."` matches `nginx` by its command line, and takes no signal. */
const wrappers = new Set([
  'sh',
  'bash',
  'dash',
  'ash',
  'zsh',
  'ksh',
  'tini',
  'dumb-init',
  'docker-init',
  'catatonit',
  's6-svscan',
]);

/** Leaves a wrapper out when what it wraps matches as well. */
function withoutWrappers(matching: readonly ProcessInfo[], byPid: ReadonlyMap<number, ProcessInfo>): readonly ProcessInfo[] {
  const wrapping = new Set(matching.flatMap((each) => ancestors(each, byPid).map(({ pid }) => pid)));
  return matching.filter((each) => !(wrappers.has(each.comm) && wrapping.has(each.pid)));
}

function topmost(matching: readonly ProcessInfo[], byPid: ReadonlyMap<number, ProcessInfo>): readonly ProcessInfo[] {
  const pids = new Set(matching.map(({ pid }) => pid));
  return matching.filter((each) => !ancestors(each, byPid).some(({ pid }) => pids.has(pid)));
}

/** From its parent up. The table is read one process after the other, so a loop in it is possible; it ends the walk. */
function ancestors(app: ProcessInfo | undefined, byPid: ReadonlyMap<number, ProcessInfo>): readonly ProcessInfo[] {
  const found = new Set<ProcessInfo>();
  for (let at = byPid.get(app?.parentPid ?? 0); at && at !== app && !found.has(at); at = byPid.get(at.parentPid)) {
    found.add(at);
  }
  return [...found];
}
