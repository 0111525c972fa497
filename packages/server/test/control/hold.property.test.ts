/** Pauses, holds and everything else that happens to a call, in any order: the gates are open iff no cause is left (P6). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConversationId, Fault, isOnHold, isSecurePause } from '@tacet/domain';
import fc from 'fast-check';
import { Requests } from './change-under-test.ts';
import {
  agent,
  agentAddress,
  ControlUnderTest,
  customer,
  customerAddress,
  otherAgent,
  otherAgentAddress,
  otherUser,
  stranger,
  stream,
} from './control-under-test.ts';

const kinds = [
  'pause',
  'resume',
  'hold',
  'unhold',
  'transfer',
  'consult',
  'cancel',
  'join',
  'leave',
  'describe',
  'nextSession',
] as const;

interface Step {
  readonly kind: (typeof kinds)[number];
  readonly who: string;
}

const step: fc.Arbitrary<Step> = fc.record({
  // What needs something before it can happen is tried more often.
  kind: fc.constantFrom(...kinds, 'consult' as const, 'transfer' as const, 'cancel' as const),
  who: fc.constantFrom(customerAddress, agentAddress, otherAgentAddress),
});

const three = { participants: [customer, agent, otherAgent], streams: [stream('1', 'p1'), stream('2', 'p2', 'p3')] };
const two = { participants: [customer, agent] };

/** What must be so, said without the code under test. */
class Model {
  isSecure = false;
  readonly held = new Set<string>();
  connected = new Set([customerAddress, agentAddress]);
  consulted = false;

  seat(...addresses: readonly string[]): void {
    const isTargetGone = this.connected.has(otherAgentAddress) && !addresses.includes(otherAgentAddress);
    if (isTargetGone || !addresses.includes(agentAddress)) this.endConsult();
    this.connected = new Set(addresses);
    for (const address of [...this.held]) if (!this.connected.has(address)) this.held.delete(address);
  }

  leave(address: string): void {
    this.seat(...[...this.connected].filter((other) => other !== address));
  }

  /** A consultation is over when one of the three is gone; nobody is on hold for it any more. */
  endConsult(): void {
    if (this.consulted) this.held.delete(customerAddress);
    if (this.consulted) this.held.delete(otherAgentAddress);
    this.consulted = false;
  }

  get canConsult(): boolean {
    const isCall = this.connected.has(agentAddress) && this.connected.has(customerAddress);
    return isCall && this.connected.size === 2 && !this.consulted;
  }

  get isOpen(): boolean {
    return !this.isSecure && this.held.size === 0;
  }
}

class Run {
  readonly model = new Model();
  readonly under: ControlUnderTest;
  readonly conversationId: ConversationId;
  readonly requests: Requests;
  recordingId: Awaited<ReturnType<ControlUnderTest['startCall']>>['recordingId'];
  #sessions = 1;

  constructor(under: ControlUnderTest, started: Awaited<ReturnType<ControlUnderTest['startCall']>>) {
    this.under = under;
    this.conversationId = started.conversationId;
    this.recordingId = started.recordingId;
    // A program, so that who takes part at the moment does not matter.
    this.requests = new Requests(under, started.conversationId, adminOf(stranger));
  }

  async take({ kind, who }: Step): Promise<void> {
    const { model, under, requests, conversationId } = this;
    const can = model.connected.has(who);
    if (kind === 'pause' || kind === 'resume') {
      model.isSecure = kind === 'pause';
      await under[kind](conversationId);
    } else if (kind === 'hold' && can) {
      model.held.add(who);
      await requests.hold(who);
    } else if (kind === 'unhold' && can) {
      model.held.delete(who);
      await requests.hold(who, false);
    } else if (kind === 'transfer' && model.connected.has(agentAddress)) {
      model.leave(agentAddress);
      await requests.replace(agentAddress, { userId: otherUser });
    } else if (kind === 'consult' && model.canConsult) {
      model.held.add(customerAddress);
      model.consulted = true;
      await new Requests(under, conversationId).consult(customerAddress, { userId: otherUser });
    } else if (kind === 'cancel' && model.consulted) {
      model.endConsult();
      model.connected.delete(otherAgentAddress);
      await requests.cancel(customerAddress);
    } else if (kind === 'describe' && can) {
      await requests.describe(who, { step: kind });
    } else if (kind === 'join' || kind === 'leave') {
      await this.seat(kind);
    } else if (kind === 'nextSession') {
      await this.nextSession();
    }
  }

  async seat(kind: 'join' | 'leave'): Promise<void> {
    this.model.seat(customerAddress, agentAddress, ...(kind === 'join' ? [otherAgentAddress] : []));
    await this.under.updateCall(this.recordingId, kind === 'join' ? three : two);
  }

  /** A telephone system may end one recording session and begin another when it transfers. */
  async nextSession(): Promise<void> {
    this.model.seat();
    await this.under.endCall(this.recordingId);
    this.#sessions += 1;
    const started = await this.under.startCall(two, `call-${this.#sessions}`);
    assert.equal(started.conversationId, this.conversationId);
    this.recordingId = started.recordingId;
    this.model.seat(customerAddress, agentAddress);
  }

  async check(): Promise<void> {
    const { model, under, conversationId } = this;
    const live = under.context.live.get(conversationId) ?? assert.fail('it is still going on');
    const open = [...live.captures.keys()].map((id) => under.isOpen(id));
    assert.deepEqual(new Set(open), new Set([model.isOpen]), 'every gate is open, or none is');
    const stored = await under.stored(conversationId);
    const causes = new Set(stored.control.causes.map(({ cause }) => cause));
    const expected = [
      ...(model.isSecure ? ['securePause' as const] : []),
      ...(model.held.size > 0 ? ['holdSuppression' as const] : []),
    ];
    assert.deepEqual(causes, new Set(expected));
    assert.equal(isSecurePause(stored.control), model.isSecure);
    const going = (await under.spans(conversationId)).filter((span) => span.openedAt === undefined);
    assert.deepEqual(new Set(going.map(({ cause }) => cause)), causes, 'a span goes on for each cause');
    assert.deepEqual(live.conversation, stored);
  }
}

function adminOf(actor: typeof stranger): typeof stranger {
  return {
    ...actor,
    rights: [{ ...actor.rights[0], division: '*', permissions: new Set(everything) }],
  } as typeof stranger;
}

const everything = [
  'conversation:recording:pauseOthers',
  'conversation:participant:wrapup',
  'conversation:participant:attributesedit',
  'conversation:communication:disconnect',
  'conversation:communication:blindTransfer',
  'conversation:communication:consultTransfer',
] as const;

test('the gates are open iff neither a secure pause nor a hold is in force, whatever happens to the call', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 16 }), async (steps) => {
      await using under = new ControlUnderTest({ suppressesOnHold: true, lingerMs: 60_000 });
      const run = new Run(under, await under.startCall());
      for (const one of steps) {
        under.clock.advance(20);
        await under.passUntil(run.take(one));
        // A hold whose participant is gone ends without anybody waiting for it.
        for (let turn = 0; turn < 6; turn += 1) await under.clock.pass(20);
        await run.check();
      }
      assert.deepEqual(under.reports, []);
    }),
    { numRuns: 120 },
  );
});

const racing: fc.Arbitrary<Step> = step.filter(({ kind }) => ['pause', 'resume', 'hold', 'unhold'].includes(kind));

test('whatever races, hold suppression is in force iff somebody is on hold, and the gates obey both causes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(racing, { minLength: 2, maxLength: 8 }), fc.nat(20), async (steps, guardMs) => {
      await using under = new ControlUnderTest({ suppressesOnHold: true, guardMs });
      const run = new Run(under, await under.startCall());
      const all = steps.map(async (one, place) => {
        for (let turn = 0; turn < place % 3; turn += 1) await Promise.resolve();
        await run.take(one).catch((error: unknown) => {
          assert.ok(error instanceof Fault && error.code === 'supersededByPause', String(error));
        });
      });
      await under.passUntil(Promise.all(all));
      for (let turn = 0; turn < 6; turn += 1) await under.clock.pass(20);
      const stored = await under.stored(run.conversationId);
      const live = under.context.live.get(run.conversationId) ?? assert.fail();
      assert.deepEqual(live.conversation, stored);
      assert.equal(
        stored.control.causes.some(({ cause }) => cause === 'holdSuppression'),
        isOnHold(stored),
      );
      const isOpen = stored.control.causes.length === 0;
      assert.deepEqual(new Set([...live.captures.keys()].map((id) => under.isOpen(id))), new Set([isOpen]));
    }),
    { numRuns: 120 },
  );
});
