import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, type Instant, instant } from '@tacet/domain';
import { writeRtpPacket } from '@tacet/wire/rtp';
import fc from 'fast-check';
import { mediaLimits } from './limits.ts';
import { LossMeter } from './loss-meter.ts';
import { RtpSource } from './rtp-source.ts';

const start = instant(1_780_000_000_000);
const later = mediaLimits.reorderAllowanceMs;

function at(ms: number): Instant {
  return after(start, ms);
}

/** A meter behind a source, as in a recorded port; packet `n` is sent at `20 n` ms. */
class Line {
  readonly meter = new LossMeter();
  readonly #rtp = new RtpSource({ payloadTypes: [0], clockRate: 8000 });

  hear(sequence: number, ms: number = sequence * 20, ssrc: number = 7): void {
    const payload = new Uint8Array(160);
    const bytes = writeRtpPacket({ payloadType: 0, sequence, timestamp: sequence * 160, ssrc, payload });
    const unit = this.#rtp.accept(bytes, { address: '192.0.2.1', port: 4000 }, at(ms));
    if (typeof unit !== 'string' && this.#rtp.run !== undefined) this.meter.mark(this.#rtp.run, unit.arrivedAt);
  }
}

test('missing packets are lost between the arrivals around them, once they are too late to come', () => {
  const line = new Line();
  for (const n of [0, 1, 2, 6, 7]) line.hear(n);
  const behindGap = 6 * 20;
  assert.deepEqual(line.meter.take(at(behindGap + later - 1)), []);
  assert.deepEqual(line.meter.take(at(behindGap + later)), [{ from: at(40), to: at(120), unitCount: 3 }]);
  assert.deepEqual(line.meter.take(at(behindGap + later)), [], 'each is told once');
});

test('a packet that comes late fills its place, and a gap that is filled is no loss', () => {
  const line = new Line();
  for (const n of [0, 3]) line.hear(n);
  line.hear(2, 75);
  assert.deepEqual(line.meter.takeAll(), [{ from: at(0), to: at(60), unitCount: 1 }]);
  for (const n of [4, 6]) line.hear(n);
  line.hear(5, 130);
  assert.deepEqual(line.meter.takeAll(), []);
});

test('another SSRC is another numbering, and no loss', () => {
  const line = new Line();
  line.hear(0);
  line.hear(1);
  line.hear(500, 40, 8);
  line.hear(502, 80, 8);
  assert.deepEqual(line.meter.takeAll(), [{ from: at(40), to: at(80), unitCount: 1 }]);
});

test('a late packet of the SSRC before fills its place and changes nothing for the one that runs', () => {
  const line = new Line();
  line.hear(0);
  line.hear(2);
  line.hear(500, 60, 8);
  line.hear(1, 70);
  line.hear(502, 100, 8);
  assert.deepEqual(line.meter.takeAll(), [{ from: at(60), to: at(100), unitCount: 1 }]);
});

test('two sources that are heard in turns have numberings of their own, and what each lost is told', () => {
  const line = new Line();
  for (let n = 0; n < 100; n += 1) {
    if (n !== 40 && n !== 41) line.hear(n, n * 20, 7);
    if (n !== 41 && n !== 70) line.hear(5_000 + n, n * 20 + 10, 8);
  }
  assert.deepEqual(line.meter.takeAll(), [
    { from: at(39 * 20), to: at(42 * 20), unitCount: 2 },
    { from: at(40 * 20 + 10), to: at(42 * 20 + 10), unitCount: 1 },
    { from: at(69 * 20 + 10), to: at(71 * 20 + 10), unitCount: 1 },
  ]);
});

test('a source that comes back after another has spoken lost nothing of what it sent meanwhile', () => {
  const line = new Line();
  for (const n of [0, 1]) line.hear(n);
  for (let n = 0; n < 150; n += 1) line.hear(9_000 + n, 40 + n * 20, 8);
  line.hear(1_000, 3_060);
  line.hear(1_002, 3_100);
  assert.deepEqual(line.meter.takeAll(), [{ from: at(3_060), to: at(3_100), unitCount: 1 }]);
});

test('a late packet fills its place whatever source was heard since', () => {
  const line = new Line();
  for (const n of [0, 2]) line.hear(n);
  for (const n of [0, 1]) line.hear(700 + n, 45 + n * 20, 8);
  line.hear(1, 70);
  line.hear(3, 75);
  assert.deepEqual(line.meter.takeAll(), []);
});

test('over more sources than are remembered, nothing that arrived is told lost', () => {
  const line = new Line();
  const sourceCount = mediaLimits.sourcesPerStreamMax + 2;
  for (let n = 0; n < 200; n += 1) {
    for (let source = 0; source < sourceCount; source += 1) line.hear(source * 7_000 + n, n * 20 + source, source);
  }
  assert.deepEqual(line.meter.takeAll(), []);
});

test('a source that begins its numbering anew has lost nothing by it', () => {
  const line = new Line();
  for (const n of [100, 101, 102]) line.hear(n, n);
  for (const n of [40_000, 40_001, 40_003]) line.hear(n, n);
  assert.deepEqual(line.meter.takeAll(), [{ from: at(40_001), to: at(40_003), unitCount: 1 }]);
});

test('one stray packet from long ago is no loss, and neither is the return from it', () => {
  const line = new Line();
  for (const n of [1_000, 1_001, 1_002]) line.hear(n, n);
  line.hear(500, 1_002.5);
  for (const n of [1_003, 1_004, 1_006]) line.hear(n, n);
  assert.deepEqual(line.meter.takeAll(), [{ from: at(1_004), to: at(1_006), unitCount: 1 }]);
});

test('an interval of loss is never empty, even when both packets around it came in one batch', () => {
  const line = new Line();
  line.hear(0, 50);
  line.hear(2, 50);
  const [lost] = line.meter.takeAll();
  assert.ok(lost !== undefined && lost.from < lost.to);
});

test('however many gaps wait, memory is bounded and the count of lost packets stays right', () => {
  const line = new Line();
  const gapCount = mediaLimits.gapsWaitingMax * 3;
  for (let gap = 0; gap <= gapCount; gap += 1) line.hear((gap * 2) & 0xffff, gap * 0.5);
  const lost = line.meter.takeAll();
  assert.equal(lost.length, mediaLimits.gapsWaitingMax);
  assert.equal(
    lost.reduce((sum, { unitCount }) => sum + unitCount, 0),
    gapCount,
  );
  for (const [place, { from }] of lost.entries()) assert.ok(from >= (lost[place - 1]?.to ?? from), 'in order, apart');
});

test('over any loss and any turns of three sources, the units told lost are those that never came', () => {
  const turns = fc.array(fc.record({ source: fc.nat({ max: 2 }), isLost: fc.boolean() }), { maxLength: 90 });
  fc.assert(
    fc.property(turns, (sent) => {
      const line = new Line();
      const numbers = [0, 30_000, 65_500];
      const heard = [0, 0, 0];
      const waiting = [0, 0, 0];
      let missing = 0;
      for (const [turn, { source, isLost }] of sent.entries()) {
        const number = numbers[source] ?? 0;
        numbers[source] = (number + 1) & 0xffff;
        if (isLost) {
          // Before its first packet nobody can know of a source.
          waiting[source] = (waiting[source] ?? 0) + Number((heard[source] ?? 0) > 0);
          continue;
        }
        line.hear(number, turn * 20, source);
        heard[source] = 1;
        missing += waiting[source] ?? 0;
        waiting[source] = 0;
      }
      const told = line.meter.takeAll().reduce((sum, { unitCount }) => sum + unitCount, 0);
      assert.equal(told, missing);
    }),
  );
});

test('over any loss and reordering, the units told lost are those that never came', () => {
  const packets = fc.array(fc.record({ isLost: fc.boolean(), delay: fc.nat({ max: 80 }) }), {
    minLength: 3,
    maxLength: 300,
  });
  fc.assert(
    fc.property(packets, fc.nat({ max: 0xffff }), (sent, first) => {
      const line = new Line();
      const came = sent.flatMap(({ isLost, delay }, n) => (isLost ? [] : [{ n, ms: 20 * n + delay }]));
      came.sort((a, b) => a.ms - b.ms);
      for (const { n, ms } of came) line.hear((first + n) & 0xffff, ms);
      // What lies before the first packet heard, or behind the last, nobody can know of.
      const numbers = came.map(({ n }) => n);
      const from = numbers[0] ?? 0;
      const to = numbers.reduce((a, b) => Math.max(a, b), 0);
      const missing = sent.filter(({ isLost }, n) => isLost && n > from && n < to).length;
      const told = line.meter.takeAll().reduce((sum, { unitCount }) => sum + unitCount, 0);
      assert.equal(told, missing);
    }),
  );
});
