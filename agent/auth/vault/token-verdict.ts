import { AgentError } from '../../core/agent-error.ts';
import type { Held, SessionState } from './session-state.ts';
import { isDeadToken } from './token-login.ts';
import { obtain } from './token-supply.ts';

/** Another node may not know a token yet (vault.md R-31): so long a rejection isn't believed. */
const freshMs = 2_000;
const freshPausesMs = [250, 500, 1_000] as const;
/** Dead sooner than this twice in a row: a further login would do no better. */
const earlyMs = 10_000;
/** Where look-ups are forbidden and the server doesn't say more, a rejected token as old as this is replaced to be sure. */
const replaceBlindlyMs = 600_000;

/**
 * Whether a token that was just rejected is dead and has been replaced, or is fresh and worth another try; false when the policy denies
 * (vault.md ). Throws AgentErrors.
 */
export async function judge(state: SessionState, held: Held, errors: readonly string[]): Promise<boolean> {
  const isFresh = ageOf(state, held) < freshMs && held.token.isOurs;
  const finding = isFresh ? await findWithPatience(state, held) : await find(state, held, errors);
  if (finding === 'alive') {
    state.earlyDeaths = 0;
    state.refusedLookUps = 0;
    return isFresh;
  }
  return finding === 'denied' ? false : replace(state, held, finding);
}

type Finding = 'alive' | 'dead' | 'refused' | 'denied';

async function find(state: SessionState, held: Held, errors: readonly string[]): Promise<Finding> {
  if (isDeadToken(errors)) return 'dead';
  if (state.lookUp === 'forbidden') return ageOf(state, held) < replaceBlindlyMs ? 'denied' : 'refused';
  return state.requests.lookUp(held.token.value, state.end.signal);
}

/** Waits in any case, so that trying again makes sense. */
async function findWithPatience(state: SessionState, held: Held): Promise<Finding> {
  const { clock } = state.world;
  let finding: Finding = 'denied';
  for (const pauseMs of freshPausesMs) {
    await clock.sleep(pauseMs, state.end.signal);
    if (state.lookUp === 'forbidden') return 'alive';
    finding = await state.requests.lookUp(held.token.value, state.end.signal);
    if (finding === 'alive') break;
  }
  return finding;
}

async function replace(state: SessionState, held: Held, finding: 'dead' | 'refused'): Promise<boolean> {
  const { login, world } = state;
  const isEarly = ageOf(state, held) < earlyMs;
  state.earlyDeaths = isEarly ? state.earlyDeaths + 1 : 0;
  if (isEarly && state.earlyDeaths > 1) throw unsteady(login.identity);
  if (state.held === held) {
    state.held = undefined;
    state.care.abort();
  }
  world.log.info({ identity: login.identity }, 'Vault does not take this token any more; logging in anew');
  const next = await obtain(state);
  state.refusedLookUps = finding === 'refused' ? state.refusedLookUps + 1 : 0;
  if (state.refusedLookUps > 1) await checkLookUps(state, next);
  return !next.token.value.equals(held.token.value);
}

/** Two look-ups in a row were refused without a word of the token: if the new token's is refused, too, it's the policy that forbids them. */
async function checkLookUps(state: SessionState, { token }: Held): Promise<void> {
  if ((await state.requests.lookUp(token.value, state.end.signal).catch(() => 'alive')) !== 'refused') return;
  state.lookUp = 'forbidden';
  state.world.log.warn(
    { identity: state.login.identity },
    'this role may not look up its own token (auth/token/lookup-self, part of the policy default), so a dead token can not be told from a denied path',
  );
}

function ageOf({ nowMs }: SessionState, { loggedInAtMs }: Held): number {
  return nowMs() - loggedInAtMs;
}

function unsteady(identity: string): AgentError {
  return new AgentError(
    'IDENTITY_UNAVAILABLE',
    `Vault takes the logins of ${identity}, but not the tokens that it gives for them`,
    {
      hint: 'Look whether all nodes behind this address are one cluster, and replication keeps up; or the role has a token_bound_cidrs that this pod is outside of.',
    },
  );
}
