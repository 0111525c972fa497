/** A resume that fails so badly that nobody knows whether a gate is open: what is claimed about it, then and later (P1, P2). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '@tacet/domain';
import { viewOf } from '../../src/control/index.ts';
import { ControlUnderTest } from './control-under-test.ts';

test('a gate that may be open since a grant ends the span there, and only a pause that is confirmed begins another', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, streams } = await under.startCall();
  const stray = streams[0]?.streamId ?? assert.fail();
  const first = await under.pause(conversationId);
  under.clock.advance(1_000);
  const grantedAt = under.clock.now();
  // The gate opens, and from then on its node says nothing and does nothing.
  under.media.open = async (streamIds, notBefore) => {
    await under.media.scripted.open([stray], notBefore, 0);
    under.media.scripted.silence(stray);
    await new Promise<void>((resolve) => void under.clock.later(limits.gateDeadlineMs, resolve));
    return { confirmed: [], unconfirmed: streamIds };
  };
  await assert.rejects(under.passUntil(under.resume(conversationId)), { code: 'gateUnconfirmed' });
  const unsure = await under.stored(conversationId);
  assert.equal(unsure.control.hasUnconfirmedPause, true, 'what joins starts closed');
  assert.notEqual(viewOf(under.context, unsure).recordingState, 'PAUSED');
  under.clock.advance(3_000);
  under.media.scripted.revive(stray);
  const second = await under.pause(conversationId);
  const kept = under.media.scripted.openStretches(stray).at(-1) ?? assert.fail();
  assert.ok(kept.to !== undefined && second.closedAt !== undefined && second.closedAt >= kept.to);
  assert.deepEqual(
    (await under.spans(conversationId)).map((span) => [span.closedAt, span.openedAt]),
    [
      [first.closedAt, grantedAt],
      [second.closedAt, undefined],
    ],
  );
});
