import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, instant } from '@tacet/domain';
import { framesPerMs } from './frames.ts';
import {
  type AudioPacket,
  type PlacedPacket,
  placeAudio,
  placedEarlierFramesMax,
  placedLaterFramesMax,
} from './place-audio.ts';
import { RtpClocks } from './rtp-clocks.ts';

const origin = instant(1_780_000_000_000);

interface Moment {
  /** When the source sent it, in ms of its own clock. */
  readonly clockMs: number;
  readonly arrivesMs: number;
}

/** Packets in the order sent, 20 ms each, of one source. */
function packetsOf(moments: readonly Moment[], sequenceFrom: number = 0): readonly AudioPacket[] {
  return moments.map(({ clockMs, arrivesMs }, n) => ({
    arrivedAt: after(origin, arrivesMs),
    ssrc: 7,
    sequence: (sequenceFrom + n) & 0xffff,
    timestamp: (clockMs * 8) >>> 0,
    ticksPerFrame: 1,
    payload: new Uint8Array(160),
    codec: { name: 'PCMU', payloadType: 0, clockRate: 8_000 },
    channels: [0],
  }));
}

/** `count` moments, one every 20 ms on both clocks. */
function steady(count: number, from: Moment): readonly Moment[] {
  return Array.from({ length: count }, (_, n) => ({
    clockMs: from.clockMs + 20 * n,
    arrivesMs: from.arrivesMs + 20 * n,
  }));
}

function place(moments: readonly Moment[], clocks: RtpClocks = new RtpClocks()): readonly PlacedPacket[] {
  const packets = packetsOf(moments);
  return placeAudio(
    [...packets].sort((a, b) => a.arrivedAt - b.arrivedAt),
    clocks,
    origin,
  );
}

/** Where each packet was placed, in ms, in the order sent. */
function placesOf(moments: readonly Moment[], clocks?: RtpClocks): readonly number[] {
  const placed = place(moments, clocks);
  return [...placed].sort((a, b) => a.packet.sequence - b.packet.sequence).map(({ frame }) => frame / framesPerMs);
}

test('silence suppression, however long, does not move a source on the clock of the conversation', () => {
  const speech = [...steady(60, { clockMs: 0, arrivesMs: 100 }), ...steady(60, { clockMs: 90_000, arrivesMs: 90_150 })];
  const places = placesOf(speech);
  assert.equal(places[0], 100);
  assert.equal(places[60], 90_100, 'the packet was 50 ms late, its clock says where it belongs');
  assert.equal(places[119], 91_280);
});

test('a network that stalls and then delivers everything at once moves nothing', () => {
  const speech = steady(300, { clockMs: 0, arrivesMs: 100 }).map(({ clockMs, arrivesMs }) => ({
    clockMs,
    arrivesMs: arrivesMs > 2_000 && arrivesMs < 3_500 ? 3_500 : arrivesMs,
  }));
  assert.deepEqual(
    placesOf(speech),
    speech.map(({ clockMs }) => clockMs + 100),
  );
});

test('a clock that was restarted is followed from its first packet on', () => {
  for (const clockMs of [5_000_000, 0, 2_700, 536_870_900 - 100]) {
    const before = steady(100, { clockMs: 3_000, arrivesMs: 100 });
    const moved = steady(100, { clockMs, arrivesMs: 2_100 });
    const places = placesOf([...before, ...moved]);
    assert.deepEqual(
      places,
      [...before, ...moved].map(({ arrivesMs }) => arrivesMs),
      `restarted at ${clockMs} ms`,
    );
  }
});

test('a clock that stood still while nothing was sent is followed as well', () => {
  const speech = [...steady(100, { clockMs: 0, arrivesMs: 0 }), ...steady(100, { clockMs: 2_000, arrivesMs: 9_000 })];
  assert.equal(placesOf(speech)[100], 9_000);
});

test('a clock off by no more than 200 ms is held to', () => {
  const places = placesOf([
    ...steady(100, { clockMs: 0, arrivesMs: 0 }),
    ...steady(100, { clockMs: 2_000, arrivesMs: 2_200 }),
  ]);
  assert.equal(places[100], 2_000);
  const farther = placesOf([
    ...steady(100, { clockMs: 0, arrivesMs: 0 }),
    ...steady(100, { clockMs: 2_000, arrivesMs: 2_201 }),
  ]);
  assert.equal(farther[100], 2_201);
});

test('a source is placed by the fastest of its first packets', () => {
  const speech = steady(50, { clockMs: 0, arrivesMs: 1_000 }).map(({ clockMs, arrivesMs }, n) => ({
    clockMs,
    arrivesMs: n === 30 ? arrivesMs : arrivesMs + 35 + (n % 5),
  }));
  assert.equal(placesOf(speech)[0], 1_000);
});

test('a segment too short to know the fastest way leaves the next one to correct it', () => {
  const clocks = new RtpClocks();
  const hasty = steady(3, { clockMs: 0, arrivesMs: 1_060 });
  assert.equal(placesOf(hasty, clocks)[0], 1_060);
  const rest = steady(100, { clockMs: 60, arrivesMs: 1_060 });
  assert.equal(placesOf(rest, clocks)[0], 1_060);
  const slower = steady(100, { clockMs: 5_000, arrivesMs: 6_090 });
  assert.equal(placesOf(slower, clocks)[0], 6_000, 'and once it is known it stays');
});

test('segments continue the clock of a source over a pause, to the frame', () => {
  for (const wrapsAfterMs of [-1_000, 0, 30_000, 90_000]) {
    const clockMs = 2 ** 29 - wrapsAfterMs;
    const clocks = new RtpClocks();
    placesOf(steady(100, { clockMs, arrivesMs: 100 }), clocks);
    const places = placesOf(steady(10, { clockMs: clockMs + 60_000, arrivesMs: 60_180 }), clocks);
    assert.equal(places[0], 60_100, `a clock that wraps after ${wrapsAfterMs} ms`);
  }
});

test('a source that comes back goes on by its own clock', () => {
  const clocks = new RtpClocks();
  const ours = packetsOf(steady(100, { clockMs: 0, arrivesMs: 0 }));
  const theirs = packetsOf(steady(100, { clockMs: 777_000, arrivesMs: 2_000 })).map((p) => ({ ...p, ssrc: 8 }));
  const again = packetsOf(steady(10, { clockMs: 4_000, arrivesMs: 4_090 }), 100);
  const placed = placeAudio([...ours, ...theirs, ...again], clocks, origin);
  assert.equal(placed.find(({ packet }) => packet === theirs[0])?.frame, 2_000 * framesPerMs);
  assert.equal(placed.find(({ packet }) => packet === again[0])?.frame, 4_000 * framesPerMs);
});

test('wherever timestamps and arrivals are, a packet stays within the bounds by which segments are read', () => {
  let state = 1;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  for (let round = 0; round < 200; round += 1) {
    const spread = [100, 3_000, 500_000_000][round % 3] ?? 0;
    const wild = Array.from({ length: 60 }, (_, n) => ({
      clockMs: 20 * n + next(spread),
      arrivesMs: 20 * n + next(6_000),
    }));
    const placed = place(wild);
    assert.equal(placed.length, wild.length);
    for (const { frame, packet } of placed) {
      const arrival = (packet.arrivedAt - origin) * framesPerMs;
      assert.ok(frame >= arrival - placedEarlierFramesMax && frame <= arrival + placedLaterFramesMax);
    }
  }
});
