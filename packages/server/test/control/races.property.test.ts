/** Requests that race each other end in one order, the same in state, audit and spans (P11). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AuditEntry, type ConversationId, Fault, type SpanId, type WithheldSpan } from '@tacet/domain';
import { type SeededRandom, seededRandom } from '@tacet/testkit';
import fc from 'fast-check';
import { type SessionStarted, viewOf } from '../../src/control/index.ts';
import { ControlUnderTest } from './control-under-test.ts';

const requestCount = 50;
const far = Number.MAX_SAFE_INTEGER;

interface Answer {
  readonly state: 'ACTIVE' | 'PAUSED';
  readonly outcome: string;
}

function wait(under: ControlUnderTest, ms: number): Promise<void> {
  return new Promise((resolve) => void under.clock.later(ms, resolve));
}

async function askAt(
  under: ControlUnderTest,
  conversationId: ConversationId,
  atMs: number,
  state: Answer['state'],
): Promise<Answer> {
  await wait(under, atMs);
  try {
    return { state, outcome: (await under.ask(conversationId, state)).state };
  } catch (error) {
    assert.ok(error instanceof Fault, String(error));
    return { state, outcome: error.code };
  }
}

async function race(under: ControlUnderTest, conversationId: ConversationId, random: SeededRandom): Promise<Answer[]> {
  const spreadMs = 1 + random.below(1_500);
  return under.passUntil(
    Promise.all(
      Array.from({ length: requestCount }, () =>
        askAt(under, conversationId, random.below(spreadMs), random.chance(0.5) ? 'PAUSED' : 'ACTIVE'),
      ),
    ),
    3,
  );
}

/** What the audit log says became of the recording, entry by entry; `undefined` where it runs. */
function replay(entries: readonly AuditEntry[]): SpanId | undefined {
  let going: SpanId | undefined;
  for (const { action, result, facts } of entries) {
    const spanId = facts['spanId'] as SpanId | undefined;
    if (action === 'recordingPaused' && result === 'done') {
      assert.equal(going, undefined, 'a pause begins where none is going on');
      going = spanId;
    } else if (action === 'recordingPaused' && result === 'unchanged') {
      assert.notEqual(going, undefined, 'it was paused already');
    } else if (action === 'recordingResumed' && result === 'done') {
      assert.notEqual(going, undefined, 'a resume ends a pause');
      going = undefined;
    } else if (action === 'recordingResumed' && result === 'unchanged') {
      assert.equal(going, undefined, 'it ran already');
    } else if (action === 'recordingResumed' && result === 'failed' && spanId !== undefined) {
      going = spanId;
    }
  }
  return going;
}

/** No gate is open within a span: spans are what was withheld in every stream. */
function checkStretches(under: ControlUnderTest, { streams }: SessionStarted, spans: readonly WithheldSpan[]): void {
  for (const { streamId } of streams) {
    for (const { from, to = far } of under.media.scripted.openStretches(streamId)) {
      for (const span of spans) assert.ok(to <= span.closedAt || (span.openedAt ?? far) <= from);
    }
  }
}

async function checkOutcome(under: ControlUnderTest, started: SessionStarted): Promise<void> {
  const { conversationId } = started;
  const stored = await under.stored(conversationId);
  const going = replay(await under.audit(conversationId));
  const isPaused = going !== undefined;
  assert.deepEqual(
    stored.control.causes.map(({ spanId }) => spanId),
    isPaused ? [going] : [],
  );
  assert.deepEqual(under.context.live.get(conversationId)?.conversation.control, stored.control);
  assert.equal(viewOf(under.context, stored).recordingState, isPaused ? 'PAUSED' : 'ACTIVE');
  assert.deepEqual(under.gates(started), [!isPaused, !isPaused]);
  const spans = await under.spans(conversationId);
  assert.deepEqual(
    spans.filter(({ openedAt }) => openedAt === undefined).map(({ id }) => id),
    isPaused ? [going] : [],
  );
  // Two may begin in the same millisecond of the test's clock, of which the first then has no length.
  const inOrder = [...spans].sort((a, b) => a.closedAt - b.closedAt || (a.openedAt ?? far) - (b.openedAt ?? far));
  for (const [place, span] of inOrder.entries()) {
    const before = inOrder[place - 1];
    if (before !== undefined) assert.ok((before.openedAt ?? far) <= span.closedAt, 'spans do not overlap');
  }
  checkStretches(under, started, spans);
}

test('50 pauses and resumes in any interleaving end in one order: state, gates, spans and audit agree', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const random = seededRandom(seed, 'races');
      await using under = new ControlUnderTest({ guardMs: random.chance(0.3) ? 0 : random.below(120) });
      under.media.fenceMs = () => (random.chance(0.4) ? 0 : 1 + random.below(60));
      const started = await under.startCall();
      const { conversationId } = started;
      const answers = await race(under, conversationId, random);
      for (const { state, outcome } of answers) {
        const expected = state === 'PAUSED' ? ['PAUSED'] : ['ACTIVE', 'supersededByPause'];
        assert.ok(expected.includes(outcome), `${state} was answered ${outcome}`);
      }
      await checkOutcome(under, started);
      const asked = (await under.audit(conversationId)).filter(
        ({ action, result }) => action === 'recordingPaused' || (action === 'recordingResumed' && result !== 'failed'),
      );
      assert.equal(asked.length, requestCount, 'each request is in the audit log once');
      assert.deepEqual(under.alarms, []);
    }),
    { numRuns: 40 },
  );
});

test('a pause that wins over resumes is never answered before its gates are shut', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const random = seededRandom(seed, 'answers');
      await using under = new ControlUnderTest({ guardMs: random.below(50) });
      under.media.fenceMs = () => random.below(40);
      const started = await under.startCall();
      const { conversationId } = started;
      const promised: { readonly from: number; readonly answeredAt: number; readonly order: number }[] = [];
      const resumes: { readonly at: number; readonly order: number }[] = [];
      let order = 0;
      const asking = Array.from({ length: 20 }, async () => {
        await wait(under, random.below(600));
        order += 1;
        const mine = order;
        if (random.chance(0.5)) {
          resumes.push({ at: under.clock.now(), order: mine });
          await under.resume(conversationId).catch(() => undefined);
        } else {
          const { closedAt = assert.fail() } = await under.pause(conversationId);
          promised.push({ from: closedAt, answeredAt: under.clock.now(), order: mine });
        }
      });
      await under.passUntil(Promise.all(asking), 3);
      for (const pause of promised) {
        assert.ok(pause.from <= pause.answeredAt, 'closedAt is never later than the answer');
        // A resume that was asked for before the pause lost to it; only a later one may open a gate.
        const until = Math.min(far, ...resumes.filter((resume) => resume.order > pause.order).map(({ at }) => at));
        for (const { streamId } of started.streams) {
          for (const { from, to = far } of under.media.scripted.openStretches(streamId)) {
            assert.ok(to <= pause.from || from >= until, 'no gate was open from closedAt on');
          }
        }
      }
    }),
    { numRuns: 40 },
  );
});
