import { readFile } from 'node:fs/promises';
import { readClaims, type TokenClaims } from './token-claims.ts';
import { mountedTokenFiles, readToken, usualTokenPlaces } from './token-files.ts';

/** What the agent knows of its pod without asking the API server. */
export interface PodFacts {
  readonly namespace?: string;
  readonly serviceAccount?: string;
  readonly podName?: string;
  readonly podUid?: string;
}

export interface PodFactPlaces {
  /** Tokens to look at after those of --tokens. */
  readonly tokens: readonly string[];
  /** The file in which every pod with a service account finds its namespace. */
  readonly namespace: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * From the `kubernetes.io` claims of the pod's tokens; what they don't say, from the environment (downward API: POD_NAMESPACE, POD_NAME,
 * POD_UID, POD_SERVICE_ACCOUNT; HOSTNAME is the pod's name) and the service account's namespace file. Never throws.
 */
export async function readPodFacts(
  tokensDir: string,
  env: Environment,
  places: PodFactPlaces = usualPlaces(env),
): Promise<PodFacts> {
  const facts = [await claimedFacts([...(await mountedTokenFiles(tokensDir)), ...places.tokens]), factsFrom(env)];
  const namespace = first(facts, 'namespace') ?? (await readFile(places.namespace, 'utf8').catch(() => '')).trim();
  // A machine outside of Kubernetes has a HOSTNAME as well; there it is a fair name for a session, too.
  const podName = first(facts, 'podName') ?? env['HOSTNAME'] ?? '';
  return filled({ namespace, serviceAccount: first(facts, 'serviceAccount'), podName, podUid: first(facts, 'podUid') });
}

function usualPlaces(env: Environment): PodFactPlaces {
  return { tokens: usualTokenPlaces(env), namespace: '/var/run/secrets/kubernetes.io/serviceaccount/namespace' };
}

/** The first token that says something of Kubernetes; all tokens of a pod say the same. */
async function claimedFacts(paths: readonly string[]): Promise<PodFacts> {
  for (const path of paths) {
    const claims = await readToken(path).then(readClaims, () => undefined);
    if (claims?.namespace !== undefined) return podIdentityOf(claims);
  }
  return {};
}

/** Of all claims those that name the pod. */
function podIdentityOf({ namespace, serviceAccount, podName, podUid }: TokenClaims): PodFacts {
  return filled({ namespace, serviceAccount, podName, podUid });
}

function factsFrom(env: Environment): PodFacts {
  return filled({
    namespace: env['POD_NAMESPACE'],
    serviceAccount: env['POD_SERVICE_ACCOUNT'],
    podName: env['POD_NAME'],
    podUid: env['POD_UID'],
  });
}

function first(facts: readonly PodFacts[], name: keyof PodFacts): string | undefined {
  return facts.map((each) => each[name]).find((value) => value !== undefined);
}

function filled(facts: { readonly [Name in keyof PodFacts]: PodFacts[Name] | undefined }): PodFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined && value !== ''));
}
