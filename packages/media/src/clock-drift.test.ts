import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, instant } from '@tacet/domain';
import { seededRandom } from '@tacet/testkit';
import { framesPerMs } from './frames.ts';
import { type AudioPacket, placeAudio } from './place-audio.ts';
import { RtpClocks } from './rtp-clocks.ts';

const origin = instant(1_780_000_000_000);
const packetMs = 20;
const segmentPackets = 3_000;
const likeOthers: Pick<AudioPacket, 'payload' | 'codec' | 'ticksPerFrame' | 'channels'> = {
  payload: new Uint8Array(160),
  codec: { name: 'PCMU', payloadType: 0, clockRate: 8_000 },
  ticksPerFrame: 1,
  channels: [0],
};

interface Sender {
  /** Parts per million by which its clock is fast. */
  readonly ppm: number;
  readonly minutes: number;
  readonly jitterMs: number;
  /** Minutes in which nothing of it is kept. */
  readonly silentMinutes?: readonly number[];
}

/** By how many ms each packet was placed beside the instant at which it was really sent, at worst, minute by minute. */
function worstByMinute({ ppm, minutes, jitterMs, silentMinutes = [] }: Sender): readonly number[] {
  const clocks = new RtpClocks();
  const random = seededRandom(5, 'jitter');
  const worst: number[] = [];
  // Its packets hold 20 ms of its own clock, which are a little less or more of ours.
  const trueMs = packetMs / (1 + ppm / 1_000_000);
  for (let minute = 0; minute < minutes; minute += 1) {
    if (silentMinutes.includes(minute)) continue;
    const packets = Array.from({ length: segmentPackets }, (_, at): AudioPacket => {
      const n = minute * segmentPackets + at;
      const arrivedAt = after(origin, n * trueMs + random.below(jitterMs * 1_000) / 1_000);
      return { arrivedAt, ssrc: 7, sequence: n & 0xffff, timestamp: (n * 160) >>> 0, ...likeOthers };
    });
    let most = 0;
    for (const { frame, packet } of placeAudio(packets, clocks, origin)) {
      const n = minute * segmentPackets + ((packet.sequence - minute * segmentPackets) & 0xffff);
      most = Math.max(most, Math.abs(frame / framesPerMs - n * trueMs));
    }
    worst.push(most);
  }
  return worst;
}

for (const ppm of [100, -100]) {
  test(`a sender whose clock runs ${ppm} ppm fast is in place after three hours as after a minute`, () => {
    const worst = worstByMinute({ ppm, minutes: 180, jitterMs: 8 });
    assert.ok(Math.max(...worst) < 15, `${Math.max(...worst)} ms`);
  });
}

test('a clock that drifts is followed through long pauses', () => {
  const silentMinutes = Array.from({ length: 60 }, (_, minute) => minute).filter((minute) => minute % 10 >= 7);
  const worst = worstByMinute({ ppm: 100, minutes: 60, jitterMs: 8, silentMinutes });
  // A pause of three minutes alone is 18 ms of drift.
  assert.ok(Math.max(...worst) < 40, `${Math.max(...worst)} ms`);
});

test('jitter alone moves nothing', () => {
  const clocks = new RtpClocks();
  const random = seededRandom(6, 'jitter');
  const packets = Array.from({ length: 9_000 }, (_, n): AudioPacket => {
    const arrivedAt = after(origin, n * packetMs + random.below(60_000) / 1_000);
    return { arrivedAt, ssrc: 7, sequence: n & 0xffff, timestamp: n * 160, ...likeOthers };
  });
  const frames = placeAudio(packets, clocks, origin).map(({ frame }) => frame);
  const steps = new Set(frames.slice(100).map((frame, at) => frame - (frames[at + 99] ?? 0)));
  assert.deepEqual([...steps], [160]);
});
