import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Rig } from '../test/rig.ts';

test('what could have been recorded after a resume and never came is lost, not withheld', () => {
  const rig = new Rig();
  const capture = rig.start(false);
  const from = rig.clock.now();
  rig.clock.advance(100);
  rig.resume(capture, true);
  const openedAt = rig.clock.now();
  rig.clock.advance(20);
  capture.receive(rig.unit(1, { isAnchor: false }));
  rig.clock.advance(20);
  capture.end(rig.clock.now());
  assert.deepEqual(rig.heardOf(capture).intervals, [
    { kind: 'withheld', from, to: openedAt, unitCount: 1 },
    { kind: 'lost', from: openedAt, to: rig.clock.now(), unitCount: 0, reason: 'network' },
  ]);
});
