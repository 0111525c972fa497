import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoredUnit } from '@tacet/capture';
import { after, type Interval, instant } from '@tacet/domain';
import { seededRandom } from '@tacet/testkit';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import fc from 'fast-check';
import { compound } from '../test/sender.ts';
import { alignPackets } from './align-packets.ts';
import { framesPerMs } from './frames.ts';
import { mediaLimits } from './limits.ts';
import { type AudioPacket, type PlacedPacket, placeAudio } from './place-audio.ts';
import { RtpClocks } from './rtp-clocks.ts';
import { type ClockClaim, clockClaims } from './sender-clocks.ts';
import { alignedEarlierFramesMax, noBeliefs, StreamAlignment } from './stream-alignment.ts';

const origin = instant(1_780_000_000_000);
const packetMs = 20;
const minuteMs = 60_000;
const likeOthers: Pick<AudioPacket, 'payload' | 'codec' | 'ticksPerFrame' | 'channels'> = {
  payload: new Uint8Array(160),
  codec: { name: 'PCMU', payloadType: 0, clockRate: 8_000 },
  ticksPerFrame: 1,
  channels: [0],
};

function segmentsOf(intervals: readonly (readonly [number, number])[]): readonly { readonly captured: Interval }[] {
  return intervals.map(([from, to]) => ({ captured: { from: after(origin, from), to: after(origin, to) } }));
}

interface Stream {
  readonly ssrc: number;
  /** Parts per million by which its packets' clock is fast, beside the clock that its reports tell. */
  readonly ppm: number;
  /** Ms that a packet takes at least, in a minute of the call. */
  readonly delayIn: (minute: number) => number;
  /** Minutes in which nothing of it is kept. */
  readonly isShutIn?: (minute: number) => boolean;
}

interface Call {
  readonly minutes: number;
  readonly streams: readonly Stream[];
  /** Parts per million by which the sender's own clock is fast. */
  readonly senderPpm: number;
}

/** Plays a call minute by minute. @returns per minute, by how many ms packets sent at one moment stand apart at worst. */
function worstApart({ minutes, streams, senderPpm }: Call): readonly number[] {
  const random = seededRandom(5, 'jitter');
  const kept = Array.from({ length: minutes }, (_, minute) => minute).filter(
    (minute) => streams[0]?.isShutIn?.(minute) !== true,
  );
  const segments = segmentsOf(kept.map((minute) => [minute * minuteMs, (minute + 1) * minuteMs - 1]));
  const alignment = new StreamAlignment(streams.map(() => segments));
  const clocks = streams.map(() => new RtpClocks());
  return kept.map((minute, place) => {
    const placed = streams.map((stream, line) => {
      const { ssrc, ppm, delayIn } = stream;
      const ticksPerMs = 8 * (1 + ppm / 1_000_000);
      const delay = (): number => delayIn(minute) + random.below(8_000) / 1_000;
      const packets = Array.from({ length: minuteMs / packetMs }, (_, at): AudioPacket => {
        const ms = minute * minuteMs + at * packetMs;
        const timestamp = Math.round(ms * ticksPerMs) >>> 0;
        const arrivedAt = after(origin, ms + delay());
        return { arrivedAt, ssrc, sequence: (ms / packetMs) & 0xffff, timestamp, ...likeOthers };
      });
      const reports: StoredUnit[] = [];
      for (let ms = minute * minuteMs + 2_000; ms < (minute + 1) * minuteMs; ms += 5_000) {
        const bytes = compound(ssrc, 'sbc', ms * (1 + senderPpm / 1_000_000), Math.round(ms * ticksPerMs));
        reports.push({ bytes, isAnchor: true, arrivedAt: after(origin, ms + delay()) });
      }
      const all = placeAudio(
        [...packets].sort((a, b) => a.arrivedAt - b.arrivedAt),
        clocks[line] ?? assert.fail(),
        origin,
      );
      alignment.learn(line, place, clockClaims(reports, all));
      return all;
    });
    const isNext = kept[place - 1] === minute - 1;
    const bySequence = placed.map((all, line) => {
      const before = isNext ? alignment.beliefs(line, place - 1) : undefined;
      const edge = isNext ? 0 : minute * minuteMs * framesPerMs;
      const aligned = alignPackets(all, { before, beliefs: alignment.beliefs(line, place), edge });
      assert.equal(aligned.length, all.length);
      return new Map(aligned.map(({ packet, frame }) => [packet.sequence, frame / framesPerMs]));
    });
    const [one, other] = bySequence;
    // The first ten seconds are what it takes to come back behind a gap.
    const late = [...(one ?? [])].sort(([, a], [, b]) => a - b).slice(500);
    return late.reduce((most, [sequence, ms]) => Math.max(most, Math.abs(ms - (other?.get(sequence) ?? ms))), 0);
  });
}

const apart = { near: { ssrc: 1, ppm: 0, delayIn: () => 10 }, far: { ssrc: 2, ppm: 0, delayIn: () => 90 } };

for (const [ppm, senderPpm] of [
  [100, 0],
  [-100, 0],
  [0, 100],
  [100, -100],
] as const) {
  test(`streams ${ppm} ppm apart, of a sender ${senderPpm} ppm fast, stand together for two hours`, () => {
    const streams = [apart.near, { ...apart.far, ppm }];
    const worst = worstApart({ minutes: 120, streams, senderPpm });
    assert.ok(Math.max(...worst) < 20, `${Math.max(...worst)} ms`);
  });
}

test('streams stay together over pauses that withhold their reports as well', () => {
  const isShutIn = (minute: number): boolean => minute % 5 >= 3;
  const streams = [apart.near, { ...apart.far, ppm: 50 }].map((stream) => ({ ...stream, isShutIn }));
  const worst = worstApart({ minutes: 60, streams, senderPpm: 100 });
  assert.ok(Math.max(...worst) < 20, `${Math.max(...worst)} ms`);
});

test('a way that becomes longer is followed, once its stream was moved to where it now comes from', () => {
  const streams = [apart.near, { ...apart.far, delayIn: (minute: number) => (minute < 5 ? 10 : 130) }];
  const worst = worstApart({ minutes: 12, streams, senderPpm: 0 });
  assert.ok(Math.max(...worst.slice(0, 5), ...worst.slice(8)) < 12, `${worst}`);
});

function claim(ssrc: number, zeroMs: number, sender: string = 'sbc'): ClockClaim {
  return { ssrc, sender, zero: zeroMs * framesPerMs };
}

/** What source 2 is moved by in each segment, in ms, when it says that it is so much later than source 1. */
function movesOf(saidMs: readonly (number | undefined)[]): readonly number[] {
  const segments = segmentsOf(saidMs.map((_, place) => [place * minuteMs, (place + 1) * minuteMs - 1]));
  const alignment = new StreamAlignment([segments, segments]);
  return saidMs.map((ms, place) => {
    alignment.learn(0, place, [claim(1, 0)]);
    alignment.learn(1, place, ms === undefined ? [] : [claim(2, ms)]);
    return (alignment.beliefs(1, place).get(2)?.shift ?? 0) / framesPerMs;
  });
}

test('reports that jump are believed when the next ones say the same', () => {
  assert.deepEqual(movesOf([80, 80, 300, 80, 80]), [-80, -80, -80, -80, -80]);
  assert.deepEqual(movesOf([80, 80, 300, 310, 310]), [-80, -80, -80, -310, -310]);
  assert.deepEqual(movesOf([80, 120, 60, 0]), [-80, -120, -60, 0], 'a step that any network takes is followed');
});

test('where reports say nothing, or move a stream by more than half a second, what was believed is held', () => {
  assert.deepEqual(movesOf([80, undefined, undefined, 90]), [-80, -80, -80, -90]);
  assert.deepEqual(movesOf([500, 501]), [-500, -500]);
  assert.deepEqual(movesOf([501, 501, 9_000]), [0, 0, 0]);
  assert.deepEqual(movesOf([4, 83, 85]), [0, -83, -83], 'what nobody hears moves nothing');
});

test('what is believed in a segment does not depend on which was asked about first', () => {
  const segments = segmentsOf([0, 1, 2, 3].map((place) => [place * minuteMs, (place + 1) * minuteMs - 1]));
  const told = [claim(2, 80), claim(2, 200), claim(2, 330), claim(2, 335)];
  const ask = (order: readonly number[]): readonly (number | undefined)[] => {
    const alignment = new StreamAlignment([segments, segments]);
    for (const [place, one] of told.entries()) {
      alignment.learn(0, place, [claim(1, 0)]);
      alignment.learn(1, place, [one]);
    }
    const found = order.map((place) => [place, alignment.beliefs(1, place).get(2)?.shift] as const);
    return [...found].sort(([a], [b]) => a - b).map(([, shift]) => shift);
  };
  assert.deepEqual(ask([3, 0, 2, 1]), ask([0, 1, 2, 3]));
});

test('of however many sources a stream has, no more are remembered than clocks are', () => {
  const segments = segmentsOf(Array.from({ length: 50 }, (_, place) => [place * 1_000, place * 1_000 + 999] as const));
  const alignment = new StreamAlignment([segments, segments]);
  for (const place of segments.keys()) {
    alignment.learn(0, place, [claim(1, 0)]);
    alignment.learn(1, place, [claim(place + 2, 80)]);
  }
  const last = alignment.beliefs(1, 49);
  assert.equal(last.size, mediaLimits.clocksPerStreamMax);
  assert.equal(last.get(51)?.shift, -80 * framesPerMs);
});

test('however far sources are moved, each packet is there once, no later, within bounds, and behind its edge', () => {
  const shift = fc.integer({ min: -alignedEarlierFramesMax, max: 0 });
  const some = fc.record({
    frames: fc.array(fc.record({ step: fc.nat({ max: 900 }), ssrc: fc.nat({ max: 1 }) }), { maxLength: 200 }),
    shifts: fc.tuple(shift, shift),
    before: fc.option(fc.tuple(shift, shift), { nil: undefined }),
    edge: fc.nat({ max: 20_000 }),
  });
  fc.assert(
    fc.property(some, ({ frames, shifts, before, edge }) => {
      let frame = 0;
      const placed = frames.map(({ step, ssrc }, sequence): PlacedPacket => {
        frame += step;
        return { frame, packet: { arrivedAt: origin, ssrc, sequence, timestamp: 0, ...likeOthers } };
      });
      const believed = (pair: readonly [number, number]) =>
        new Map(pair.map((one, ssrc) => [ssrc, { shift: one, proposed: one }]));
      const moved = alignPackets(placed, {
        before: before === undefined ? undefined : believed(before),
        beliefs: believed(shifts),
        edge,
      });
      const was = new Map(placed.map((one) => [one.packet, one.frame]));
      assert.deepEqual(new Set(moved.map(({ packet }) => packet)), new Set(was.keys()));
      assert.equal(moved.length, placed.length);
      const last = new Map<number, number>();
      for (const { frame: at, packet } of moved) {
        const from = was.get(packet) ?? assert.fail();
        assert.ok(at <= from && at >= from - alignedEarlierFramesMax && at >= Math.min(from, edge));
        assert.ok(packet.sequence > (last.get(packet.ssrc) ?? -1), 'in the order sent');
        last.set(packet.ssrc, packet.sequence);
      }
    }),
  );
});

test('where nothing is believed nothing is touched', () => {
  const placed: readonly PlacedPacket[] = [];
  assert.equal(alignPackets(placed, { before: undefined, beliefs: noBeliefs, edge: 0 }), placed);
});

test('whatever stands in stored reports, claims are bounded and finite', () => {
  const packet = { arrivedAt: origin, ssrc: 7, sequence: 0, timestamp: 0, ...likeOthers };
  const seeds = [compound(7, 'sbc', 1_000, 8_000), compound(7, '', 0, 0)];
  let claimCount = 0;
  for (const input of fuzzInputs(24, seeds, 2_000, 'RTCP')) {
    const unit = { bytes: input, isAnchor: true, arrivedAt: after(origin, 1) };
    const claims = clockClaims([unit, unit, unit], [{ frame: 0, packet }]);
    assert.ok(claims.length <= mediaLimits.clocksPerStreamMax && claims.every(({ zero }) => Number.isFinite(zero)));
    claimCount += claims.length;
  }
  assert.ok(claimCount > 100);
});
