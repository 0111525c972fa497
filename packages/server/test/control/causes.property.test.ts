/** Two causes that know nothing of each other: recording runs only when none is left (P6). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PauseCause, pauseCauses } from '@tacet/domain';
import fc from 'fast-check';
import { ControlUnderTest } from './control-under-test.ts';

interface Step {
  readonly cause: PauseCause;
  readonly state: 'ACTIVE' | 'PAUSED';
}

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({
    cause: fc.constantFrom<PauseCause>(...pauseCauses),
    state: fc.constantFrom<'ACTIVE' | 'PAUSED'>('ACTIVE', 'PAUSED'),
  }),
  { minLength: 1, maxLength: 10 },
);

test('a secure pause, hold suppression and the pauses of the source are independent causes', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (given) => {
      await using under = new ControlUnderTest();
      const started = await under.startCall();
      const { conversationId } = started;
      const held = new Set<PauseCause>();
      for (const { cause, state } of given) {
        under.clock.advance(100);
        const answer = await under.ask(conversationId, state, { cause });
        if (state === 'PAUSED') held.add(cause);
        else held.delete(cause);
        const isShut = held.size > 0;
        assert.equal(answer.state, isShut ? 'PAUSED' : 'ACTIVE');
        assert.deepEqual(under.gates(started), [!isShut, !isShut]);
        const stored = await under.stored(conversationId);
        assert.deepEqual(new Set(stored.control.causes.map((active) => active.cause)), held);
        const going = (await under.spans(conversationId)).filter((span) => span.openedAt === undefined);
        assert.deepEqual(new Set(going.map((span) => span.cause)), held);
      }
    }),
    { numRuns: 60 },
  );
});

test('the end of a hold never clears a secure pause that was not confirmed', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId, streams } = started;
  await under.pause(conversationId, { cause: 'holdSuppression' });
  const silent = streams[0]?.streamId ?? assert.fail();
  under.media.scripted.silence(silent);
  await assert.rejects(under.passUntil(under.pause(conversationId)), { code: 'gateUnconfirmed' });
  under.media.scripted.revive(silent);
  await under.passUntil(under.resume(conversationId, { cause: 'holdSuppression' }));
  assert.deepEqual(under.gates(started), [false, false]);
  assert.equal((await under.stored(conversationId)).control.hasUnconfirmedPause, true);
  const answer = await under.resume(conversationId);
  assert.equal(answer.state, 'ACTIVE');
  assert.deepEqual(under.gates(started), [true, true]);
});

test('the end of a hold that never was opens no gate that an unconfirmed pause has shut', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId, streams } = started;
  const silent = streams[0]?.streamId ?? assert.fail();
  under.media.scripted.silence(silent);
  await assert.rejects(under.passUntil(under.pause(conversationId)), { code: 'gateUnconfirmed' });
  under.media.scripted.revive(silent);
  await under.passUntil(under.resume(conversationId, { cause: 'holdSuppression' }));
  assert.deepEqual(under.gates(started), [true, false], 'what had closed stays closed, and nothing else is touched');
  assert.deepEqual(await under.changes(conversationId), ['recordingPaused failed', 'recordingResumed unchanged']);
});

test('a secure pause inside a hold is a span that begins with the request, and both ends are in the audit log', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  const hold = await under.pause(conversationId, { cause: 'holdSuppression' });
  under.clock.advance(1_000);
  const secure = await under.pause(conversationId);
  assert.deepEqual([secure.closedAt, secure.state], [under.clock.now(), 'PAUSED']);
  under.clock.advance(1_000);
  const secureOverAt = under.clock.now();
  await under.resume(conversationId);
  under.clock.advance(1_000);
  await under.resume(conversationId, { cause: 'holdSuppression' });
  const spans = await under.spans(conversationId);
  assert.deepEqual(
    spans.map((span) => [span.cause, span.closedAt, span.openedAt]),
    [
      ['holdSuppression', hold.closedAt, under.clock.now()],
      ['securePause', secure.closedAt, secureOverAt],
    ],
  );
  const resumes = (await under.audit(conversationId)).filter(({ action }) => action === 'recordingResumed');
  assert.deepEqual(
    resumes.map(({ facts }) => facts['openedAt']),
    [secureOverAt, under.clock.now()],
  );
});
