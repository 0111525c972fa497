/** What a media worker tells of itself: counts that add up, and delays that somebody would feel. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EngineUnderTest } from './engine-under-test.ts';

test('every datagram of a worker is counted once: admitted, withheld or refused', async () => {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start();
  await under.send(port, 1, 50);
  port.arrive(Buffer.from('no RTP'));
  await under.send(port, 50, 50);
  await under.engine.close([streamId]);
  await under.send(port, 51, 60);
  assert.equal(under.engine.gauges().closedGates, 1);
  await under.passUntil(under.engine.open([streamId], under.clock.now()));
  await under.send(port, 61, 70);
  await under.send(port, 81, 90);
  await under.clock.pass(3_000);
  const { units, openGates, closedGates } = under.engine.gauges();
  assert.deepEqual([openGates, closedGates], [1, 0]);
  assert.deepEqual([units.admitted, units.withheld], [70, 10]);
  assert.deepEqual([units.refused['malformed'], units.refused['duplicate']], [1, 1]);
  assert.deepEqual(units.lost, { network: 10 });
  await under.stop();
});

test('counts of a capture that has ended stay in the totals', async () => {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start();
  await under.send(port, 1, 50);
  await under.passUntil(under.engine.end(streamId));
  await under.start();
  const { units, openGates } = under.engine.gauges();
  assert.equal(units.admitted, 50);
  assert.equal(openGates, 1);
  await under.stop();
});

test('a gate that waits for its fence is told as opening', async () => {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start(false);
  port.returnsFences = false;
  void under.engine.open([streamId], under.clock.now());
  assert.equal(under.engine.gauges().openingGates, 1);
  port.passFence();
  assert.equal(under.engine.gauges().openGates, 1);
  await under.stop();
});

test('a disk that stands still shows as backlog that grows in size and age', async () => {
  const under = new EngineUnderTest();
  const { port } = await under.start();
  await under.send(port, 1, 50);
  const before = under.engine.gauges();
  assert.ok(before.syncsMs.length > 0);
  under.spool.stall();
  await under.send(port, 51, 60);
  under.engine.gauges();
  await under.send(port, 61, 150);
  const { spoolBacklogBytes, spoolAgeMs, syncsMs } = under.engine.gauges();
  assert.ok(spoolBacklogBytes > before.spoolBacklogBytes);
  assert.ok(spoolAgeMs >= 1_500, `${spoolAgeMs} ms`);
  assert.equal(syncsMs.length, 0);
  under.spool.resume();
  await under.clock.pass(500);
  assert.ok(under.engine.gauges().syncsMs.some((ms) => ms >= 1_000));
  await under.stop();
});

test('units that a failed disk cost are counted as lost by storage', async () => {
  const under = new EngineUnderTest();
  const { port } = await under.start();
  await under.send(port, 1, 40);
  under.spool.failAppendsAfter(0);
  await under.clock.pass(2_000);
  const { units, openGates } = under.engine.gauges();
  assert.ok((units.lost['storage'] ?? 0) > 0);
  assert.equal(openGates, 0);
  await under.stop();
});

test('a segment that cannot be stored yet is told as waiting', async () => {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start();
  await under.send(port, 1, 50);
  under.onNews = () => new Promise(() => undefined);
  await under.engine.close([streamId]);
  await under.clock.pass(500);
  assert.equal(under.engine.gauges().segmentsWaiting, 1);
  await under.stop();
});
