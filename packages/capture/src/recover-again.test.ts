/** A stream that began twice in one run, because somebody else had its first port. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instant } from '@tacet/domain';
import { seededRandom } from '@tacet/testkit';
import { Rig } from '../test/rig.ts';
import { intervalOfCrash, SpoolReading } from './recover.ts';

test('a capture that could not begin on one port is live on the next', async () => {
  const rig = new Rig();
  const refused = rig.start();
  await rig.spool.sync();
  rig.clock.advance(1);
  refused.end(rig.clock.now());
  rig.clock.advance(5);
  const capture = rig.start(true, undefined, refused.home.streamId);
  for (let mark = 1; mark <= 100; mark += 1) {
    rig.clock.advance(20);
    capture.receive(rig.unit(mark));
  }
  await rig.spool.sync();
  const left = rig.folder.crash({ ...seededRandom(1, 'crash'), below: () => 0, chance: () => false });
  const reading = new SpoolReading();
  for (const name of left.names()) reading.read(left.readAll(name));
  const [found = assert.fail(), ...others] = reading.captures();
  assert.deepEqual(others, []);
  assert.equal(found.overAt, undefined);
  assert.deepEqual(found.intervals, [], 'nothing came between the two that could be lost');
  // A chunk takes 30 units of 20 ms; the ten behind the third chunk were not sealed yet.
  assert.deepEqual(
    found.segments.map(({ descriptor }) => descriptor.unitCount),
    [90],
  );
  const lost = intervalOfCrash(found, instant(found.lastAt + 700));
  assert.deepEqual([lost?.kind, lost?.to], ['lost', found.lastAt + 700]);
});
