/** Captures whose spool fails: nothing is kept any more, and no gate stays open. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Fault } from '@tacet/domain';
import { Rig } from '../test/rig.ts';
import type { Capture } from './capture.ts';
import { isStorageFault } from './spool.ts';

/** Units 20 ms apart, marked from `from` to `to`. */
function speak(rig: Rig, capture: Capture, from: number, to: number): void {
  for (let mark = from; mark <= to; mark += 1) {
    rig.clock.advance(20);
    capture.receive(rig.unit(mark));
  }
}

test('when storage fails a capture is abandoned: its gate is shut, it takes nothing more and nothing of it is left', async () => {
  const rig = new Rig();
  const capture = rig.start();
  speak(rig, capture, 1, 60);
  rig.folder.failAppendsAfter(0);
  await assert.rejects(rig.spool.sync(), (error) => isStorageFault(error));
  assert.equal(rig.faults.length, 1);
  assert.equal(capture.gatekeeper.isOpen, false);
  assert.equal(capture.isOver, true);
  const next = rig.unit(61);
  capture.receive(next);
  assert.deepEqual(next.bytes, Buffer.alloc(next.bytes.length));
  assert.deepEqual(rig.heardOf(capture).segments, []);
  // What a worker may still do in good faith does no harm.
  capture.tick(rig.clock.now());
  capture.close(rig.clock.now());
  capture.end(rig.clock.now());
  assert.equal(rig.faults.length, 1);
});

test('a gate that cannot write down that it closed is closed all the same', async () => {
  const rig = new Rig();
  const capture = rig.start();
  speak(rig, capture, 1, 2);
  rig.folder.failCreatesAfter(0);
  await rig.spool.close();
  rig.clock.advance(5);
  assert.throws(
    () => capture.close(rig.clock.now()),
    (error) => isStorageFault(error),
  );
  assert.equal(capture.gatekeeper.isOpen, false);
  const next = rig.unit(3);
  capture.receive(next);
  assert.deepEqual(next.bytes, Buffer.alloc(next.bytes.length));
});

test('only the failure of the spool is a storage fault', () => {
  const rig = new Rig();
  rig.folder.failCreatesAfter(0);
  assert.throws(
    () => rig.start(),
    (error: Fault) => isStorageFault(error),
  );
  assert.equal(isStorageFault(new Error('storageUnavailable')), false);
});
