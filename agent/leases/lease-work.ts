import { randomUUID } from 'node:crypto';
import { asAgentError } from '../core/agent-error.ts';
import { type LeaseEffect, type LeaseEvent, step } from '../core/lease.ts';
import type { Credential } from '../core/lease-times.ts';
import type { Doubt, LeaseUse, LedgerState } from './lease-use.ts';
import { sourceKey } from './lease-use.ts';
import { saveLedger } from './save-ledger.ts';
import type { IssueOutcome } from './source.ts';
import { dropFreeParents, sourceOf, usesOf } from './sources.ts';

/** One event into the state machine of a use, and its effects out into the world. */
export function dispatch(ledger: LedgerState, use: LeaseUse, event: LeaseEvent): void {
  const before = use.state;
  const next = step(before, event);
  use.state = next.state;
  forgetEnded(use, next.effects);
  const letGone = next.effects.flatMap((effect) => (effect.kind === 'letGo' ? [letGo(ledger, use, effect.credential)] : []));
  for (const effect of next.effects) {
    if (effect.kind === 'issue') use.issuing = Promise.all(letGone).then(() => issue(ledger, use));
    if (effect.kind === 'renew') void renew(ledger, use, effect.credential);
    if (effect.kind === 'refresh') ledger.world.refresh(use.secret);
  }
  if (before === next.state) return;
  ledger.wake.abort();
  ledger.world.onChange();
}

/** What the state machine has dropped without a word has ended by itself. */
function forgetEnded({ state, held, letting }: LeaseUse, effects: readonly LeaseEffect[]): void {
  const known = new Set([...(state.current ? [state.current] : []), ...state.outgoing].map(({ id }) => id));
  const leaving = effects.flatMap((effect) => (effect.kind === 'letGo' ? [effect.credential.id] : []));
  for (const id of held.keys()) if (!known.has(id) && !letting.has(id) && !leaving.includes(id)) held.delete(id);
}

/** Never rejects: what failed is in `use.error`. */
async function issue(ledger: LedgerState, use: LeaseUse): Promise<void> {
  const { world, nowMs } = ledger;
  let sentAtMs = nowMs();
  let doubt: Doubt | undefined;
  const before = async (parent: string): Promise<void> => {
    if (doubt) ledger.doubts.delete(doubt);
    doubt = { generator: use.generator.id, parent };
    ledger.doubts.add(doubt);
    await saveLedger(ledger); // Before the request goes out: whoever finds this and no credential knows what to do.
    sentAtMs = nowMs();
  };
  const outcome = await asked(ledger, use, before);
  const opened = ledger.sources.get(sourceKey(use.generator));
  if (opened && doubt) opened.phase = 'started';
  if (doubt && !(outcome.kind === 'failed' && outcome.mayExist)) ledger.doubts.delete(doubt);
  if (outcome.kind === 'issued') {
    const id = randomUUID();
    const { entries, leaseId } = outcome;
    use.held.set(id, { entries, parent: doubt?.parent ?? '', ...(leaseId === undefined ? {} : { leaseId }) });
    world.learn(entries.values());
    use.error = undefined;
    dispatch(ledger, use, {
      kind: 'issued',
      credential: newCredential(id, outcome, sentAtMs, world.clock.random()),
      atMs: nowMs(),
    });
    if (!use.isWanted) dispatch(ledger, use, { kind: 'unwanted' });
  } else {
    use.error = outcome.error;
    if (doubt && outcome.mayExist) renounceIfFree(ledger, use, doubt.parent);
    dispatch(ledger, use, { kind: 'issueFailed' });
  }
  use.issuing = undefined;
  await saveLedger(ledger); // Before anybody uses it.
}

async function asked(ledger: LedgerState, use: LeaseUse, before: (parent: string) => Promise<void>): Promise<IssueOutcome> {
  try {
    return await (await sourceOf(ledger, use.generator)).issue(before, ledger.world.signal);
  } catch (caught) {
    const error = asAgentError(caught, 'STORE_UNAVAILABLE', `${use.generator.id} could not be opened`);
    return { kind: 'failed', error, mayExist: false };
  }
}

function newCredential(id: string, { life }: IssueOutcome & { kind: 'issued' }, sentAtMs: number, spread: number): Credential {
  return {
    ...{ id, ...life, issuedAtMs: sentAtMs, sentAtMs, fullMs: life.grantedMs, spread },
    ...{ parentEndsAtMs: Number.POSITIVE_INFINITY, renewal: 'idle', failures: 0, retryAtMs: 0 },
  };
}

/**
 * A credential may hang on this token that nobody knows. Where nothing else does, another token is used from now on, and this one is
 * revoked when the present credential is. Where others hang on it, theirs are not all replaced for one that ends by itself.
 */
function renounceIfFree(ledger: LedgerState, use: LeaseUse, parent: string): void {
  const others = usesOf(ledger, use.generator).filter((each) => each !== use);
  if (others.some(({ held, issuing }) => issuing || [...held.values()].some((each) => each.parent === parent))) return;
  const source = ledger.sources.get(sourceKey(use.generator))?.source;
  source?.renounceParent(parent);
  tellOfParents(ledger, use);
}

/** Whether the tokens that its credentials hang on live, and for how long. */
export function tellOfParents(ledger: LedgerState, use: LeaseUse): void {
  const opened = ledger.sources.get(sourceKey(use.generator));
  if (!opened?.source || opened.phase !== 'started') return;
  const all = [...(use.state.current ? [use.state.current] : []), ...use.state.outgoing];
  for (const { id, kind, parentEndsAtMs, replaceAtMs } of all) {
    const parent = use.held.get(id)?.parent ?? '';
    const endsAtMs = opened.source.parentEndsAt(parent);
    const isDoubted = [...ledger.doubts].some((doubt) => doubt.generator === use.generator.id && doubt.parent === parent);
    const goes =
      isDoubted && endsAtMs < Number.POSITIVE_INFINITY && !(replaceAtMs !== undefined && replaceAtMs <= ledger.nowMs());
    if (kind === 'lease' && (goes || endsAtMs !== parentEndsAtMs))
      dispatch(ledger, use, { kind: 'parent', id, endsAtMs, goes, atMs: ledger.nowMs() });
  }
}

async function renew(ledger: LedgerState, use: LeaseUse, credential: Credential): Promise<void> {
  const { world, nowMs } = ledger;
  const { id, fullMs } = credential;
  const leaseId = use.held.get(id)?.leaseId ?? '';
  const sentAtMs = nowMs();
  const source = await sourceOf(ledger, use.generator).catch(() => undefined);
  const outcome = source && (await source.renew(leaseId, fullMs, world.signal));
  if (world.signal.aborted) return;
  const spread = world.clock.random();
  world.onRenewal(use.generator.id, outcome?.kind === 'renewed' ? 'ok' : 'failed');
  if (outcome?.kind === 'renewed') {
    const { grantedMs, isRenewable } = outcome;
    use.error = undefined;
    dispatch(ledger, use, { kind: 'renewed', id, sentAtMs, grantedMs, isRenewable, spread });
  } else {
    const { outcome: how = 'later', error } = outcome ?? {};
    use.error = error;
    world.log.warn({ externalSecret: use.secret, generator: use.generator.id, outcome: how, error }, 'a lease was not renewed');
    dispatch(ledger, use, { kind: 'renewFailed', id, outcome: how, atMs: nowMs(), spread });
  }
  await saveLedger(ledger);
}

/** How long a credential that is no longer used may keep others waiting. */
const revokeMs = 10_000;

async function letGo(ledger: LedgerState, use: LeaseUse, credential: Credential): Promise<void> {
  const holding = use.held.get(credential.id);
  use.letting.set(credential.id, credential);
  const source = await sourceOf(ledger, use.generator).catch(() => undefined);
  const within = AbortSignal.any([ledger.world.signal, AbortSignal.timeout(revokeMs)]);
  if (source && holding?.leaseId !== undefined) await source.revoke(holding.leaseId, within);
  if (ledger.world.signal.aborted) return; // It stays in the record, for whoever ends or takes over.
  use.letting.delete(credential.id);
  use.held.delete(credential.id);
  const opened = ledger.sources.get(sourceKey(use.generator));
  if (opened && holding) await dropFreeParents(ledger, opened, [holding.parent]);
  await saveLedger(ledger);
}
