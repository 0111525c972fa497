/** Requests that race each other end in one order, the same in state, audit and intervals (P11). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '@tacet/testkit';
import { HttpUnderTest } from './http-under-test.ts';

for (const seed of [1, 2, 3, 4, 5]) {
  test(`20 pauses and resumes at once end in one order, the same in state, audit and spans (seed ${seed})`, async () => {
    await using under = await HttpUnderTest.start({ resumeGuardMs: 20 });
    const token = under.tokens.issue({ role: 'supervisor' });
    const { conversationId, streamIds } = await under.startCall();
    const random = seededRandom(seed, 'race');
    const wishes = Array.from({ length: 20 }, () => (random.chance(0.5) ? 'PAUSED' : 'ACTIVE'));
    const answers = await under.passUntil(
      Promise.all(
        wishes.map((state, place) =>
          place % 3 === 0
            ? under.setState(`${conversationId}/recordingstate`, state, token, 'PATCH')
            : under.setState(`calls/${conversationId}/recordingstate`, state, token),
        ),
      ),
      5,
    );
    for (const [place, { status, json }] of answers.entries()) {
      const isPause = wishes[place] === 'PAUSED';
      const expected = isPause ? [200, 202] : [200, 202, 409];
      assert.ok(expected.includes(status), `${wishes[place]} was answered ${status} ${JSON.stringify(json)}`);
    }

    const entries = (await under.audit(conversationId)).filter(({ action }) => action.startsWith('recording'));
    const changes = entries.filter(
      ({ action, result }) => result === 'done' && (action === 'recordingPaused' || action === 'recordingResumed'),
    );
    const names = changes.map(({ action }) => action);
    const alternating = names.map((_, place) => (place % 2 === 0 ? 'recordingPaused' : 'recordingResumed'));
    assert.deepEqual(names, alternating, 'pauses and resumes take turns');
    const answered = entries.filter(({ action }) => action === 'recordingPaused' || action === 'recordingResumed');
    assert.equal(answered.length, 20, 'each request is in the audit log once');

    const isPaused = names.at(-1) === 'recordingPaused';
    const { json } = await under.send('GET', `/api/v2/conversations/${conversationId}`, { token });
    assert.partialDeepStrictEqual(json, { recordingState: isPaused ? 'PAUSED' : 'ACTIVE', securePause: isPaused });
    const spans = await under.control.store.spansOf(conversationId);
    assert.equal(spans.length, names.filter((name) => name === 'recordingPaused').length);
    assert.equal(spans.filter(({ openedAt }) => openedAt === undefined).length, isPaused ? 1 : 0);
    for (const streamId of streamIds) {
      assert.equal(under.media.isOpen(streamId), !isPaused);
      for (const { from, to = Number.POSITIVE_INFINITY } of under.media.openStretches(streamId)) {
        for (const span of spans) {
          const until = span.openedAt ?? Number.POSITIVE_INFINITY;
          assert.ok(to <= span.closedAt || until <= from, 'no gate is open within a span');
        }
      }
    }
  });
}
