import { request } from 'node:http';
import { join } from 'node:path';
import { AgentError } from '../core/agent-error.ts';
import type { Asked } from '../core/asked.ts';
import { controlSocketIn } from './control.ts';
import { exitCodes } from './exit-codes.ts';
import type { AgentOptions } from './options.ts';
import { fallbackPrivateDirectory } from './pod.ts';
import type { World } from './world.ts';

/** An agent answers at once: the refresh itself goes on after the answer. */
const answerMs = 5_000;

/** `keytide refresh`: asks the agent that runs beside it. Throws USAGE when there is none, or it doesn't know the name. */
export async function run(
  { options, name }: { readonly options: AgentOptions; readonly name?: string },
  world: World,
): Promise<number> {
  for (const asked of meaningsOf(name)) {
    const status = await ask(socketsOf(options), asked);
    if (status === 202) {
      world.stdout(`refreshing ${wordsOf(asked)}\n`);
      return exitCodes.done;
    }
    if (status !== 404) throw new AgentError('USAGE', `the agent answered ${status}`, { hint: 'See the log of the agent.' });
  }
  throw new AgentError('USAGE', `the agent has nothing that is called ${name?.slice(0, 300)}`, {
    hint: 'Name an external secret or a delivery of its spec: status.json lists them.',
  });
}

/** A name that both have is the external secret's, as for `render`. */
function meaningsOf(name: string | undefined): readonly Asked[] {
  if (name === undefined) return [{}];
  const [, kind, rest = ''] = /^(delivery|externalsecret)\/(.*)$/is.exec(name) ?? [];
  if (kind === undefined) return [{ externalSecret: name }, { delivery: name }];
  return [kind.toLowerCase() === 'delivery' ? { delivery: rest } : { externalSecret: rest }];
}

function wordsOf({ delivery, externalSecret }: Asked): string {
  if (delivery !== undefined) return `delivery ${delivery}`;
  return externalSecret === undefined ? 'all' : `external secret ${externalSecret}`;
}

function socketsOf({ private: privateDir, isPrivateGiven, root }: AgentOptions): readonly string[] {
  const fallback = fallbackPrivateDirectory(join(root, '.keytide'));
  return [controlSocketIn(privateDir), ...(isPrivateGiven ? [] : [controlSocketIn(fallback)])];
}

async function ask([socket = '', ...others]: readonly string[], asked: Asked): Promise<number> {
  try {
    return await post(socket, `/refresh?${new URLSearchParams({ ...asked })}`);
  } catch (error) {
    if (others.length > 0) return ask(others, asked);
    throw new AgentError('USAGE', `no agent answers at ${socket}`, {
      cause: error,
      hint: 'Run it in the container of a running agent, with the same --private and --root: kubectl exec POD -c keytide -- ...',
    });
  }
}

function post(socketPath: string, path: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request({ socketPath, path, method: 'POST', agent: false, timeout: answerMs }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer in time')));
    sent.on('error', reject).end();
  });
}
