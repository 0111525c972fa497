/** Retention policies as they are carried out when a recording ends. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant, PolicyId, RetentionPolicy } from '@tacet/domain';
import { ControlUnderTest } from './control-under-test.ts';

const dayMs = 86_400_000;

function days(count: number): object {
  return { retentionDuration: { deleteRetention: { days: count } } };
}

/** After how many days a call is deleted under these policies; `undefined`: never. */
async function keptDays(...policies: readonly Partial<RetentionPolicy>[]): Promise<number | undefined> {
  await using under = new ControlUnderTest();
  const now: Instant = under.clock.now();
  const documents = policies.map((policy, place) => {
    const id = under.ids.next<PolicyId>();
    const about = { kind: 'mediaRetentionPolicy', name: 'one', order: place + 1, isEnabled: true } as const;
    return {
      kind: 'retentionPolicy',
      id,
      value: { id, ...about, createdAt: now, modifiedAt: now, ...policy },
    } as const;
  });
  await under.context.store.commit({ documents });
  const { recordingId } = await under.startCall();
  await under.endCall(recordingId);
  const { endedAt = assert.fail(), retention } = await under.recording(recordingId);
  return retention?.deleteAt === undefined ? undefined : (retention.deleteAt - endedAt) / dayMs;
}

test('of the policies that match, the first in order says how long a recording is kept', async () => {
  assert.equal(await keptDays(), undefined);
  assert.equal(await keptDays({ actions: days(9), order: 2 }, { actions: days(5), order: 1 }), 5);
  assert.equal(await keptDays({ actions: days(9), isEnabled: false }, { actions: days(5) }), 5);
  assert.equal(await keptDays({ actions: days(9), conditions: { mediaTypes: ['CHAT'] } }, { actions: days(5) }), 5);
  assert.equal(await keptDays({ actions: days(9), conditions: { mediaTypes: ['CALL'] } }, { actions: days(5) }), 9);
  assert.equal(await keptDays({ actions: { retainRecording: true } }, { actions: days(5) }), undefined);
  assert.equal(await keptDays({ actions: { alwaysDelete: true } }), 0);
  assert.equal(await keptDays({ mediaPolicies: { callPolicy: { actions: days(3) } } }), 3);
  assert.equal(await keptDays({ mediaPolicies: { chatPolicy: { actions: days(3) } } }), undefined);
});

test('a policy with a condition that cannot be judged deletes nothing', async () => {
  for (const conditions of [
    { wrapupCodes: [{ id: 'a' }] },
    { duration: { durationOperator: '>=' } },
    { unheardOf: 1 },
  ]) {
    assert.equal(await keptDays({ actions: { alwaysDelete: true }, conditions }), undefined);
  }
  assert.equal(await keptDays({ actions: days(4), conditions: { wrapupCodes: [] } }), 4, 'one that says nothing holds');
});
