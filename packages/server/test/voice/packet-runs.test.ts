/** Packets that a receiver read at once, against the same packets one by one: what is kept, refused and told of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instant } from '@tacet/domain';
import fc from 'fast-check';
import { EngineUnderTest, numbered, range } from './engine-under-test.ts';

/** What may be wrong with one packet of many. */
type Odd = 'twice' | 'late' | 'missing' | 'marked' | 'otherType' | 'otherSource' | 'padded' | 'leap';
const odds: readonly Odd[] = ['twice', 'late', 'missing', 'marked', 'otherType', 'otherSource', 'padded', 'leap'];

interface Reading {
  readonly odds: readonly (Odd | undefined)[];
  readonly closesBehind: boolean;
}

/** The packets of one reading; `next` is the number of the first, and what is answered that of the next one. */
function packetsOf(reading: readonly (Odd | undefined)[], next: number): readonly [readonly Buffer[], number] {
  const packets: Buffer[] = [];
  let number = next;
  for (const odd of reading) {
    if (odd === 'missing') number += 1;
    if (odd === 'leap') number += 9_000;
    const packet = numbered(odd === 'late' ? number - 3 : number, odd === 'otherSource' ? 9 : 7);
    if (odd === 'marked' || odd === 'otherType') packet[1] = odd === 'marked' ? 0x80 : 8;
    if (odd === 'padded') {
      packet[0] = 0xa0;
      packet[packet.length - 1] = 4;
    }
    packets.push(packet);
    if (odd === 'twice') packets.push(Buffer.from(packet));
    if (odd !== 'late') number += 1;
  }
  return [packets, number];
}

async function outcomeOf(readings: readonly Reading[], asRuns: boolean): Promise<readonly [unknown, number]> {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start();
  let [next, takenInRuns] = [100, 0];
  for (const { odds: reading, closesBehind } of readings) {
    const [packets, behind] = packetsOf(reading, next);
    next = behind;
    const from = under.clock.now();
    await under.clock.pass(packets.length * 20);
    const arrivals = packets.map((_, place) => instant(from + place * 20 + 1));
    if (asRuns) takenInRuns += port.arriveAsRun(packets, arrivals);
    else for (const [place, packet] of packets.entries()) port.arriveAt(packet, arrivals[place] ?? from, 0);
    if (!closesBehind) continue;
    await under.engine.close([streamId]);
    await under.passUntil(under.engine.open([streamId], under.clock.now()));
  }
  await under.clock.pass(3_000);
  const { units } = under.engine.gauges();
  const ended = await under.passUntil(under.engine.end(streamId));
  const outcome = { units, ended, intervals: under.intervals, stored: await under.stored(streamId) };
  await under.stop();
  return [outcome, takenInRuns];
}

test('packets that were read at once come to the same as one by one, whatever is odd about some of them', async () => {
  const odd = fc.oneof(
    { weight: 9, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.constantFrom(...odds) },
  );
  const reading = fc.record({ odds: fc.array(odd, { minLength: 1, maxLength: 12 }), closesBehind: fc.boolean() });
  let takenInRuns = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(reading, { minLength: 1, maxLength: 6 }), async (readings) => {
      const [asRuns, taken] = await outcomeOf(readings, true);
      takenInRuns += taken;
      assert.deepEqual(asRuns, (await outcomeOf(readings, false))[0]);
    }),
    { numRuns: 60 },
  );
  assert.ok(takenInRuns > 200, `${takenInRuns} packets went in as runs`);
});

test('of packets that nothing is odd about, all behind the first two are taken as a run', async () => {
  const under = new EngineUnderTest();
  const { streamId, port } = await under.start();
  const since = under.clock.now();
  await under.clock.pass(1_000);
  const packets = range(1, 40).map((number) => numbered(number));
  const arrivals = packets.map((_, place) => instant(since + 20 * place + 1));
  assert.ok(port.arriveAsRun(packets, arrivals) >= 38);
  await under.passUntil(under.engine.end(streamId));
  assert.deepEqual(await under.stored(streamId), range(1, 40));
  await under.stop();
});
