/** Whatever happens to a conversation in whatever order, what is told of it agrees with the audit log and with what it is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault, type StreamId } from '@tacet/domain';
import { type SeededRandom, seededRandom } from '@tacet/testkit';
import fc from 'fast-check';
import { type SessionStarted, takeMediaNews, viewOf } from '../../src/control/index.ts';
import { agent, ControlUnderTest, customer, otherAgent, stream } from './control-under-test.ts';

const actionCount = 30;

async function act(under: ControlUnderTest, random: SeededRandom, started: SessionStarted): Promise<void> {
  const { conversationId, recordingId } = started;
  await new Promise<void>((resolve) => void under.clock.later(random.below(3_000), resolve));
  const cause = random.chance(0.7) ? 'securePause' : 'holdSuppression';
  const choice = random.below(10);
  if (choice < 4) await under.pause(conversationId, { cause });
  else if (choice < 8) await under.resume(conversationId, { cause });
  else if (choice < 9) {
    const participants = random.chance(0.5) ? [customer, agent] : [customer, agent, otherAgent];
    await under.updateCall(recordingId, { participants, streams: [stream('1', 'p1'), stream('2', 'p2')] });
  } else {
    const [streamId = '' as StreamId] = under.context.live.get(conversationId)?.captures.keys() ?? [];
    const news = { kind: 'captureFailed', streamId, at: under.clock.now(), reason: 'overload', intervals: [] } as const;
    if (random.chance(0.2)) await takeMediaNews(under.context, news);
  }
}

async function agree(under: ControlUnderTest, { conversationId }: SessionStarted): Promise<void> {
  const events = await under.events();
  const moves = (await under.audit(conversationId)).filter(
    ({ action, result, facts }) =>
      (action === 'recordingPaused' && result === 'done') ||
      (action === 'recordingResumed' && (result === 'done' || facts['openedAt'] !== undefined)),
  );
  const told = events.flatMap((event) =>
    event.kind === 'recordingStateChanged' && event.spanId !== undefined ? event.correlationId : [],
  );
  assert.deepEqual(
    told,
    moves.map(({ by }) => by.requestId),
  );
  const last = events.findLast((event) => event.kind === 'conversationChanged');
  const view = viewOf(under.context, await under.stored(conversationId));
  assert.equal(last?.recordingState, view.recordingState);
  assert.deepEqual(new Set(last?.captured), view.captured);
  assert.deepEqual(last?.conversation.participants, JSON.parse(JSON.stringify(view.conversation.participants)));
  assert.deepEqual(
    events.map(({ number }) => number),
    events.map((_, place) => place + 1),
  );
}

test('every pause and resume is told once and in order, and the last thing told of a conversation is what it is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 1_000_000 }), async (seed) => {
      await using under = new ControlUnderTest({ guardMs: 100 });
      const random = seededRandom(seed, 'events');
      const started = await under.startCall();
      const acts = Array.from({ length: actionCount }, () =>
        act(under, random, started).catch((error) => assert.ok(error instanceof Fault, String(error))),
      );
      await under.passUntil(Promise.all(acts), 7);
      await under.quiet();
      await agree(under, started);
    }),
    { numRuns: 20 },
  );
});
