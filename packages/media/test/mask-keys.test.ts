/** Keys that a caller presses are in no recording where the trunk masks them, and speech is. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { shareOf } from '@tacet/testkit/sound';
import { encodeG711 } from '@tacet/wire/codec';
import { writeRtpPacket } from '@tacet/wire/rtp';
import { asSamples, joined, key, pcmu, ScreenedStream, storedOf } from './screened.ts';

function ffmpeg(words: readonly string[], input: Uint8Array): Buffer {
  const { status, stdout, stderr } = spawnSync('ffmpeg', ['-loglevel', 'error', ...words, 'pipe:1'], {
    input,
    maxBuffer: 2 ** 28,
  });
  assert.equal(status, 0, String(stderr));
  return stdout;
}

/** Keys that another program hears. */
function keysHeard(samples: Int16Array): number {
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
  const raw = ['-f', 's16le', '-ar', '8000', '-ac', '1', '-i', 'pipe:0', '-f', 's16le', '-ar', '22050'];
  const { status, stdout } = spawnSync('multimon-ng', ['-q', '-a', 'DTMF', '-t', 'raw', '-'], {
    input: ffmpeg(raw, bytes),
  });
  assert.equal(status, 0);
  return String(stdout).match(/DTMF: ./g)?.length ?? 0;
}

/** A seeded source of numbers from 0 to 1. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

interface Dialled {
  readonly onMs: number;
  readonly offMs: number;
  /** dBm0 of the stronger tone. */
  readonly level: number;
  /** dB by which the higher tone is stronger. */
  readonly twist: number;
}

const silentMs = (ms: number): Float64Array => new Float64Array(ms * 8);

/** All sixteen keys three times, at places that have nothing to do with packets, in noise 20 dB below. */
function dialled({ onMs, offMs, level, twist }: Dialled): Float64Array {
  const next = numbers(onMs + 7 * offMs - level + 3 * twist);
  const parts = Array.from({ length: 48 }, (_, n) => {
    const levels = [level - Math.max(0, twist), level + Math.min(0, twist)] as const;
    return [silentMs(offMs + Math.floor(next() * 20)), key(n % 4, (n >> 2) % 4, onMs, levels)];
  });
  const noise = 15_770 * 10 ** ((level - 20) / 20);
  const clean = joined([...parts.flat(), silentMs(200)]);
  return clean.map((sample) => sample + (next() + next() + next() - 1.5) * 2 * noise);
}

const levels = [0, -10, -20, -30];
const twists = [-6, 0, 6];

test('no key can be heard in what is stored, at any level, twist and length that networks carry', () => {
  for (const [onMs, offMs] of [
    [40, 40],
    [60, 60],
    [100, 100],
  ] as const) {
    for (const level of levels) {
      const all = twists.map((twist) => storedOf(dialled({ onMs, offMs, level, twist })).samples);
      assert.equal(keysHeard(asSamples(joined(all))), 0, `${onMs} ms at ${level} dBm0`);
      const even = asSamples(dialled({ onMs, offMs, level, twist: 0 }));
      assert.ok(keysHeard(even) >= 40, 'the judge hears them where they are not masked');
    }
  }
});

/** Length of the longest stretch, in ms, in which both tones of some key stand out of all else. */
function toneLeftMs(samples: Int16Array, row: number, column: number): number {
  const size = 80;
  let [longest, run] = [0, 0];
  for (let at = 0; at + size <= samples.length; at += 40) {
    const block = samples.subarray(at, at + size);
    const energy = block.reduce((sum, sample) => sum + sample * sample, 0);
    const tones = [[697, 770, 852, 941][row] ?? 0, [1_209, 1_336, 1_477, 1_633][column] ?? 0];
    const share = tones.map((hertz) => shareOf(block, 8_000, hertz));
    const isKey = energy > 1_000 * size && share.every((part) => part > 0.1) && (share[0] ?? 0) + (share[1] ?? 0) > 0.6;
    run = isKey ? run + 5 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

test('next to the edges of a pause, and whatever the packets, no more of a key is left than nobody can read', () => {
  for (const packetMs of [10, 20, 30, 60]) {
    for (let shift = 0; shift < 60; shift += 7) {
      const sound = joined([silentMs(300 + shift), key(1, 2, 60, [-8, -8]), silentMs(300)]);
      const cutAt = Math.ceil((300 + shift + 35) / packetMs);
      for (const cutsAt of [[], [cutAt], [cutAt - 1, cutAt]]) {
        const { samples } = storedOf(sound, { packetMs, sealEvery: 1, cutsAt });
        const left = toneLeftMs(samples, 1, 2);
        assert.ok(left <= 20, `${left} ms at ${shift} ms in packets of ${packetMs} ms, cuts at ${cutsAt.join()}`);
      }
    }
  }
});

test('speech is not masked', () => {
  const words =
    'Good morning, this is the customer service, how can I help you? I would like to pay an invoice of two hundred ' +
    'and forty three pounds. All zebras are quite easily amazed; please hold the line for a moment.';
  for (const voice of ['en', 'en+f3', 'de', 'fr+f2', 'es', 'it+f4']) {
    const spoken = spawnSync('espeak-ng', ['-v', voice, '--stdout', words], { maxBuffer: 2 ** 27 });
    assert.equal(spoken.status, 0);
    const raw = ffmpeg(['-f', 'wav', '-i', 'pipe:0', '-f', 's16le', '-ar', '8000', '-ac', '1'], spoken.stdout);
    const samples = new Int16Array(Uint8Array.from(raw).buffer);
    const { maskedCount, packetCount } = storedOf(samples);
    assert.ok(packetCount > 300);
    assert.ok(maskedCount <= packetCount / 500, `${maskedCount} of ${packetCount} packets of ${voice}`);
  }
});

test('noise and single tones are not masked', () => {
  const next = numbers(5);
  const noise = Float64Array.from({ length: 80_000 }, () => (next() - 0.5) * 20_000);
  const tones = [400, 425, 697, 1_000, 1_209, 2_100].map((hertz) =>
    Float64Array.from({ length: 8_000 }, (_, at) => 9_000 * Math.sin((2 * Math.PI * hertz * at) / 8_000)),
  );
  assert.equal(storedOf(joined([noise, ...tones])).maskedCount, 0);
});

test('a masked packet keeps its header, and its payload is silence', () => {
  const stream = new ScreenedStream();
  const sound = asSamples(key(0, 0, 400, [-6, -6]));
  for (let n = 0; n < 20; n += 1) {
    const payload = encodeG711('pcmu', sound.subarray(n * 160, n * 160 + 160));
    stream.take(writeRtpPacket({ payloadType: 0, sequence: n, timestamp: n * 160, ssrc: 7, payload }));
  }
  stream.cut();
  for (const [n, { bytes, isMasked }] of stream.units.entries()) {
    assert.ok(isMasked);
    const payload = new Uint8Array(160).fill(0xff);
    assert.deepEqual(bytes, writeRtpPacket({ payloadType: 0, sequence: n, timestamp: n * 160, ssrc: 7, payload }));
  }
});

test('telephone events are refused where the trunk masks them', () => {
  const event = (): Uint8Array =>
    writeRtpPacket({ payloadType: 101, sequence: 1, timestamp: 0, ssrc: 7, payload: Uint8Array.of(5, 0x8a, 3, 32) });
  assert.equal(new ScreenedStream([pcmu], { eventPayloadTypes: [101] }).take(event()), false);
  assert.equal(new ScreenedStream([pcmu], { eventPayloadTypes: [101], dtmf: 'keep' }).take(event()), true);
  assert.equal(new ScreenedStream([pcmu], { dtmf: 'keep' }).screen, undefined);
});

for (const [codec, encoder] of [
  [{ name: 'PCMA', payloadType: 8, clockRate: 8_000 }, ['-ar', '8000', '-f', 'alaw']],
  [{ name: 'G722', payloadType: 9, clockRate: 8_000 }, ['-ar', '16000', '-c:a', 'g722', '-f', 'g722']],
  [{ name: 'L16', payloadType: 97, clockRate: 16_000 }, ['-ar', '16000', '-f', 's16be']],
  [{ name: 'L16', payloadType: 10, clockRate: 44_100, channels: 2 }, ['-ar', '44100', '-ac', '2', '-f', 's16be']],
] as const) {
  test(`keys are heard in ${codec.name} at ${codec.clockRate} Hz`, () => {
    const samples = asSamples(dialled({ onMs: 60, offMs: 400, level: -12, twist: 3 }));
    const encoded = ffmpeg(
      ['-f', 's16le', '-ar', '8000', '-ac', '1', '-i', 'pipe:0', ...encoder],
      Buffer.from(samples.buffer),
    );
    const bytes = Math.round(encoded.length / (samples.length / 160));
    const stream = new ScreenedStream([codec]);
    for (let n = 0; (n + 1) * bytes <= encoded.length; n += 1) {
      const payload = encoded.subarray(n * bytes, (n + 1) * bytes);
      stream.take(writeRtpPacket({ payloadType: codec.payloadType, sequence: n, timestamp: n, ssrc: 7, payload }));
    }
    const masked = stream.units.map(({ isMasked }) => isMasked);
    const runs = masked.filter((isMasked, n) => isMasked && masked[n - 1] !== true).length;
    assert.equal(runs, 48);
  });
}
