/** A call that was paused and is over, with its recording. */
import assert from 'node:assert/strict';
import type { StartedCall } from '../http/http-under-test.ts';
import type { ContractUnderTest } from './contract-under-test.ts';

/** Paused from second 2 to 4 of 6. */
export async function pausedCall({ under }: ContractUnderTest): Promise<StartedCall> {
  const call = await under.startCall();
  const token = under.tokens.issue({ role: 'recorder-integration' });
  const door = `calls/${call.conversationId}/recordingstate`;
  for (const state of ['PAUSED', 'ACTIVE']) {
    under.clock.advance(2_000);
    assert.equal((await under.setState(door, state, token)).status, 200);
  }
  under.clock.advance(2_000);
  await under.endCall(call);
  return call;
}
