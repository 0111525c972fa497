/** A call that is over and was paused twice, for tests of what is said about recordings. */
import assert from 'node:assert/strict';
import type { HttpUnderTest, StartedCall } from './http-under-test.ts';

/** A call of 101 s that was paused from second 61 to 81, and from 91 to 92. */
export async function pausedCall(under: HttpUnderTest): Promise<StartedCall> {
  const token = under.tokens.issue({ role: 'supervisor' });
  const call = await under.startCall();
  const door = `calls/${call.conversationId}/recordingstate`;
  for (const [ms, state] of [
    [61_000, 'PAUSED'],
    [20_000, 'ACTIVE'],
    [10_000, 'PAUSED'],
    [1_000, 'ACTIVE'],
  ] as const) {
    under.clock.advance(ms);
    assert.equal((await under.setState(door, state, token)).status, 200);
  }
  under.clock.advance(9_000);
  await under.endCall(call);
  return call;
}
