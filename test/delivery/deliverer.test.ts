import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Delivery } from '../../agent/core/spec.ts';
import { deliveryOf } from '../template/rendering.ts';
import { type Ending, Machine } from './machine.ts';

const proved: Partial<Delivery> = {
  externalSecrets: ['db'],
  keepPreviousMs: 60_000,
  check: { validations: [] },
  reload: [{ kind: 'touch', path: '/feedback/reload' }],
  verify: { timeoutMs: 20_000, steps: [] },
  firstReload: true,
};

async function machine(changes: Partial<Delivery> = {}): Promise<Machine> {
  const made = new Machine(deliveryOf({ ...proved, ...changes }));
  await made.start();
  await made.offer('good 1');
  await made.settle();
  return made;
}

describe('a delivery that is verified', () => {
  it('shows the generation before under a new number when the app does not take one, and tells the app of it', async () => {
    const here = await machine();
    await here.offer('bad 2');
    await here.settle();
    assert.deepEqual([here.current, here.contentOf(3), here.told, here.rollbacks], [3, 'good 1', 'good 1', 1]);
    const { state, held, heldBack, published, acknowledged, error } = here.agent.status();
    assert.deepEqual(
      { state, held, published, acknowledged, error },
      { state: 'rolledBack', held: true, published: 3, acknowledged: 3, error: undefined },
    );
    assert.deepEqual([heldBack?.generation, heldBack?.reason], [2, 'the app does not run on it']);
  });

  it('holds what failed, however often it is offered, over a restart as well, until the store has something else', async () => {
    const here = await machine();
    await here.offer('bad 2');
    await here.settle();
    await here.offer('bad 2');
    await here.settle();
    await here.kill();
    await here.settle();
    assert.deepEqual([here.current, here.rollbacks, here.agent.status().state], [3, 1, 'rolledBack']);
    await here.offer('good 3');
    await here.settle();
    assert.deepEqual([here.contentOf(here.current), here.agent.status().held, here.record?.held], ['good 3', false, undefined]);
  });

  it('tries what is held again when the operator forces it', async () => {
    const here = await machine();
    await here.offer('bad 2');
    await here.settle();
    await here.force();
    await here.settle();
    assert.deepEqual([here.current, here.rollbacks, here.agent.status().state], [5, 2, 'rolledBack']);
  });

  it('keeps what failed and tells the app again, where that is asked for', async () => {
    const here = await machine({ onVerifyFailure: 'keep' });
    await here.offer('bad 2');
    await here.settle();
    assert.deepEqual([here.current, here.told, here.rollbacks, here.agent.status().state], [2, 'bad 2', 0, 'unverified']);
    await here.offer('good 3');
    await here.settle();
    assert.deepEqual([here.agent.status().state, here.told], ['acknowledged', 'good 3']);
  });

  it('publishes nothing that the check refuses, and forgets about it when the store has the old value again', async () => {
    const here = await machine();
    await here.offer('malformed 2');
    await here.settle();
    assert.deepEqual([here.current, here.agent.status().error?.code], [1, 'CHECK_FAILED']);
    await here.offer('good 1');
    await here.settle();
    assert.deepEqual([here.current, here.agent.status().state, here.agent.status().error], [1, 'acknowledged', undefined]);
  });

  it('does nothing but look when the way back fails as well, and is healed when the app comes round', async () => {
    const here = await machine();
    await here.offer('bad 2');
    for (const ending of ['usual', 'usual', 'usual', 'usual', 'usual', 'usual', 'failure'] as const) await here.end(0, ending);
    assert.equal(here.agent.status().state, 'failed');
    await here.pass(400_000);
    assert.deepEqual(
      here.deeds.map(({ kind }) => kind),
      ['verify'],
    );
    await here.settle();
    assert.equal(here.agent.status().state, 'rolledBack');
  });
});

describe('whatever happens in whatever order', () => {
  const endings: readonly Ending[] = ['usual', 'usual', 'usual', 'failure', 'killBefore', 'killAfter'];
  const happening = fc.oneof(
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('offer'), what: fc.constantFrom('good', 'bad', 'malformed'), nth: fc.nat(3) }),
    },
    { weight: 8, arbitrary: fc.record({ kind: fc.constant('end'), at: fc.nat(2), ending: fc.constantFrom(...endings) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('pass'), ms: fc.constantFrom(10, 1_000, 400_000) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('kill', 'force') }) },
  );

  it('the app keeps what it runs on, numbers grow, one deed at a time, nothing refused comes twice, and it ends in order', async () => {
    const rules = fc.record({
      firstReload: fc.boolean(),
      quiet: fc.constantFrom(0, 1_000),
      onVerifyFailure: fc.constantFrom('rollback' as const, 'keep' as const),
    });
    await fc.assert(
      fc.asyncProperty(rules, fc.array(happening, { maxLength: 50 }), async ({ quiet, ...chosen }, happenings) => {
        const here = await machine({ ...chosen, settle: { quietMs: quiet, maxMs: 5 * quiet } });
        for (const each of happenings) await happen(here, each);
        await here.settle();
        assertInOrder(here, chosen.onVerifyFailure);
      }),
      { numRuns: 300 },
    );
  });
});

type Happening = { readonly kind: string } & Partial<{
  readonly what: string;
  readonly nth: number;
  readonly at: number;
  readonly ending: Ending;
  readonly ms: number;
}>;

async function happen(here: Machine, { kind, what, nth, at = 0, ending = 'usual', ms = 0 }: Happening): Promise<void> {
  if (kind === 'offer') await here.offer(`${what} ${nth}`);
  else if (kind === 'end') await here.end(at, ending);
  else if (kind === 'pass') await here.pass(ms);
  else if (kind === 'kill') await here.kill();
  else await here.force();
}

/** Nothing is left to do: the app runs on what readers see, and that is the newest, or what is held says why not. */
function assertInOrder(here: Machine, onVerifyFailure: 'rollback' | 'keep'): void {
  const { state, held, acknowledged, published, error } = here.agent.status();
  const shown = here.contentOf(here.current);
  const facts = JSON.stringify({ state, held, acknowledged, published, error, shown, newest: here.newest, told: here.told });
  if (here.newest.startsWith('malformed')) assert.ok(error?.code === 'CHECK_FAILED' || held, facts);
  else if (here.newest.startsWith('bad') && onVerifyFailure === 'keep') assert.equal(state, 'unverified', facts);
  else assert.ok(shown === here.newest || held, facts);
  if (error === undefined) assert.deepEqual([acknowledged, published], [here.current, here.current], facts);
  assert.ok(state !== 'acknowledged' || (shown === here.newest && !held), facts);
  assert.ok(state !== 'rolledBack' || (held && shown !== here.newest), facts);
}
