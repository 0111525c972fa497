/** A pause that cannot get its turn: its gates are told at once, and its caller is not left waiting (P2). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault, limits } from '@tacet/domain';
import { ControlUnderTest } from './control-under-test.ts';

test('a pause behind a command that does not end closes its gates at once and is answered with an error in time', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId, streams } = started;
  let letGo: () => void = () => undefined;
  const stuck = under.context.queue.run(conversationId, () => new Promise<void>((resolve) => (letGo = resolve)));
  const askedAt = under.clock.now();
  const asked = under.pause(conversationId).then(
    () => assert.fail('nothing was confirmed'),
    (error: unknown) => error,
  );
  await under.clock.pass(1);
  assert.deepEqual(under.gates(started), [false, false], 'told before the turn has come');
  const fault = await under.passUntil(asked, 10);
  assert.ok(fault instanceof Fault && fault.code === 'gateUnconfirmed');
  assert.deepEqual(
    fault.facts['streams'],
    streams.map(({ streamId }) => streamId),
  );
  assert.ok(under.clock.now() - askedAt <= limits.gateDeadlineMs + 1_000);
  assert.deepEqual(
    under.alarms.map(({ what }) => what),
    ['gateUnconfirmed'],
  );
  letGo();
  await stuck;
  await under.clock.pass(10);
  assert.equal((await under.stored(conversationId)).control.causes.length, 1, 'its turn comes, and it stays shut');
});
