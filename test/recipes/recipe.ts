import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ask, type KeytideProcess, keytide, type Place, place, until, writeAtomically } from '../e2e/keytide-process.ts';
import { documents, fakeData, fakeStore } from '../e2e/manifests.ts';
import { freePort } from '../servers/free-port.ts';

/** What the page says and this machine has otherwise: text of the page -> text here. Each must be on the page. */
type Changes = Readonly<Record<string, string>>;

/** What the store holds: remote key -> its properties. */
type StoreContent = Readonly<Record<string, Readonly<Record<string, string>>>>;

type Environment = Readonly<Record<string, string>>;

export interface Delivered {
  readonly name: string;
  readonly state: string;
  readonly published: number;
  readonly acknowledged: number;
  readonly held: boolean;
  readonly heldBack?: { readonly generation: number; readonly reason: string };
  readonly error?: { readonly code: string; readonly message: string };
}

/** A page of docs/recipes/, run for real: its manifest, its app's configuration, an agent, and the app. */
export interface Recipe {
  readonly place: Place;
  /** The port of the app. */
  readonly port: number;
  /** A path in the test's own directory, outside the volume. */
  readonly path: (name: string) => string;
  /** The page's block in this language, with the changes made; which one, if there are several. */
  readonly block: (language: string, index?: number) => string;
  readonly startAgent: (content: StoreContent) => Promise<void>;
  /** Runs the page's command line (its block in `sh`), and waits until `isUp` resolves. */
  readonly startApp: (isUp: () => Promise<unknown>, line?: string) => Promise<App>;
  /** Puts other values into the store, and waits until the app is proved to have them. */
  readonly takes: (content: StoreContent) => Promise<Delivered>;
  /** Puts values into the store that the app can't take, and waits until status says so. */
  readonly refuses: (content: StoreContent, how: (delivery: Delivered) => boolean) => Promise<Delivered>;
  readonly delivery: () => Promise<Delivered>;
  readonly log: () => string;
  readonly close: () => Promise<void>;
}

export interface App {
  readonly child: ChildProcess;
  readonly said: () => string;
}

interface At {
  readonly place: Place;
  readonly port: number;
  readonly path: (name: string) => string;
}

export interface RecipeOptions {
  /** Told where this test's place and port are. */
  readonly changes: (at: At) => Changes;
  /** What agent and app get beside PATH. */
  readonly env?: Environment;
  /** Which of the page's blocks in `yaml`. */
  readonly manifest?: number;
  /** Whether the app is started by the agent: the page's block in `sh` is a line of `keytide exec`. */
  readonly isExec?: true;
}

/** The manifest's store is named `store`, and is the fake one here. */
export async function recipe(name: string, options: RecipeOptions): Promise<Recipe> {
  const [here, port] = [await place(), await freePort()];
  const path = (file: string): string => join(here.dir, file);
  const page = pageOf(name, options.changes({ place: here, port, path }));
  const data = join(here.dir, 'data.json');
  const apps: App[] = [];
  let agent: KeytideProcess | undefined;
  const fill = (content: StoreContent): void =>
    writeAtomically(data, fakeData(Object.fromEntries(Object.entries(content).map(([key, of]) => [key, JSON.stringify(of)]))));
  mkdirSync(path('feedback'));
  const log = (): string => (agent ? agent.stdout() + agent.stderr() : '');
  const delivery = async (): Promise<Delivered> => {
    const found: Delivered | undefined = JSON.parse((await ask(here.url('/status'))).body).deliveries[0];
    assert.ok(found);
    return found;
  };
  return {
    ...{ place: here, port, path, block: page.block, delivery, log },
    async startAgent(content) {
      fill(content);
      here.write('manifest.yaml', documents(fakeStore(data), page.block('yaml', options.manifest)));
      const [command = 'run', ...more] = options.isExec ? page.block('sh').trim().split(/\s+/).slice(1) : [];
      const flags = [...here.flags, '--feedback', path('feedback'), '--listen', `127.0.0.1:${here.port}`];
      agent = keytide([command, ...flags, ...more], {
        PATH: process.env['PATH'] ?? '',
        ...options.env,
      });
      const { child, stdout, stderr } = agent;
      const isDelivered = async (): Promise<boolean> => {
        assert.equal(child.exitCode, null, stdout() + stderr());
        return (await ask(here.url('/startup'))).status === 200;
      };
      await until('the agent has delivered', isDelivered).catch((error: unknown) => {
        throw new Error(log().slice(-6_000), { cause: error });
      });
    },
    async startApp(isUp, line = page.block('sh')) {
      const app = start(line, options.env ?? {}, here.dir);
      apps.push(app);
      await until('the app is up', () => {
        assert.equal(app.child.exitCode, null, app.said());
        return isUp().then(
          () => true,
          () => false,
        );
      });
      return app;
    },
    async takes(content) {
      const before = await delivery();
      fill(content);
      const isTaken = (now: Delivered) =>
        now.acknowledged > before.acknowledged &&
        now.state === 'acknowledged' &&
        now.published === now.acknowledged &&
        !now.error;
      return reached(delivery, isTaken, 'acknowledged', log);
    },
    async refuses(content, how) {
      fill(content);
      return reached(delivery, how, 'refused', log);
    },
    async close() {
      agent?.child.kill(options.isExec ? 'SIGTERM' : 'SIGKILL');
      for (const { child } of apps) killGroup(child);
      await Promise.all([agent?.ended, ...apps.map(({ child }) => gone(child))]);
      here.remove();
    },
  };
}

/** State, and what is held, of a delivery whose generation was proved not to be taken. */
export function isRolledBack({ state, held, heldBack }: Delivered): boolean {
  return state === 'rolledBack' && held && heldBack !== undefined;
}

/** Nothing of it was published: the check said no. */
export function isRefusedByCheck({ state, error }: Delivered): boolean {
  return state === 'unpublished' && error?.code === 'CHECK_FAILED';
}

function pageOf(name: string, changes: Changes): { readonly block: (language: string, index?: number) => string } {
  const path = join(import.meta.dirname, '../../docs/recipes', `${name}.md`);
  const text = readFileSync(path, 'utf8');
  for (const from of Object.keys(changes)) assert.ok(text.includes(from), `docs/recipes/${name}.md does not say ${from}`);
  const changed = Object.entries(changes).reduce((so, [from, to]) => so.replaceAll(from, to), text);
  return {
    block(language, index = 0) {
      const blocks = [...changed.matchAll(/^```(\w+)\n(.*?)^```$/gms)].filter(([, found]) => found === language);
      const block = blocks[index]?.[2];
      assert.ok(block, `docs/recipes/${name}.md has no block ${index} in ${language}`);
      return block;
    },
  };
}

async function reached(
  delivery: () => Promise<Delivered>,
  holds: (delivery: Delivered) => boolean,
  what: string,
  log: () => string,
): Promise<Delivered> {
  let last = await delivery();
  for (const endAt = Date.now() + 60_000; !holds(last); last = await delivery()) {
    assert.ok(Date.now() < endAt, `not ${what}: ${JSON.stringify(last)}\n${log().slice(-6_000)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return last;
}

function start(line: string, env: Environment, cwd: string): App {
  const options = { env: { PATH: process.env['PATH'] ?? '', ...env }, cwd, detached: true };
  const child = spawn('sh', ['-c', `exec ${line.trim()}`], { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-100_000);
    });
  child.on('error', (error) => {
    said += error.message;
  });
  return { child, said: () => said };
}

/** The app with its workers, which would outlive it. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {} // All have ended.
}

function gone(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('close', () => resolve()));
}
