/** Recordings of every codec that is decoded here, at the rate they need. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { type Codec, Fault } from '@tacet/domain';
import { amplitudeOf, sine } from '@tacet/testkit/sound';
import { encodeG711 } from '@tacet/wire/codec';
import { resampled } from '../src/resample.ts';
import { recordCall, type SentPacket } from './recorded-call.ts';
import { bytesOf, render, rendering, soundOf } from './rendered.ts';

const g722: Codec = { name: 'G722', payloadType: 9, clockRate: 8_000 };
const pcmu: Codec = { name: 'PCMU', payloadType: 0, clockRate: 8_000 };

function encoded(samples: Int16Array<ArrayBuffer>, rate: number, coding: readonly string[]): Buffer {
  const words = [
    '-loglevel',
    'error',
    '-f',
    's16le',
    '-ar',
    `${rate}`,
    '-ac',
    '1',
    '-i',
    'pipe:0',
    ...coding,
    'pipe:1',
  ];
  const { status, stdout, stderr } = spawnSync('ffmpeg', words, {
    input: Buffer.from(samples.buffer),
    maxBuffer: 2 ** 27,
  });
  assert.equal(status, 0, String(stderr));
  return stdout;
}

/** Packets of 20 ms of which each has `bytes`, and a clock that ticks `ticks` in that time. */
function packetsOf(bytes: Uint8Array, size: number, ticks: number): readonly SentPacket[] {
  return Array.from({ length: Math.floor(bytes.length / size) }, (_, n) => ({
    payload: bytes.subarray(n * size, (n + 1) * size),
    ssrc: 7,
    sequence: n,
    timestamp: n * ticks,
    arrivesMs: n * 20,
  }));
}

function near(actual: number, expected: number, what: string): void {
  assert.ok(Math.abs(actual - expected) <= expected * 0.06, `${what}: ${actual}, not ${expected}`);
}

test('G.722 is rendered at 16 kHz, with all that lies above 4 kHz, over segments and from anywhere', async () => {
  const [low, high] = [sine(1_000, 16_000, 70_000), sine(6_000, 16_000, 70_000, 4_000)];
  const bytes = encoded(
    low.map((sample, at) => sample + (high[at] ?? 0)),
    16_000,
    ['-c:a', 'g722', '-f', 'g722'],
  );
  const packets = packetsOf(bytes, 160, 160);
  const call = await recordCall({ streams: [{ packets, codecs: [g722] }], lengthMs: 70_000 });
  const file = await render(call);
  const { sampleRate, channels } = soundOf(file);
  assert.equal(sampleRate, 16_000);
  assert.equal(channels[0]?.length, 70 * 16_000);
  for (const from of [16_000, 59 * 16_000, 60 * 16_000 - 800, 61 * 16_000]) {
    const stretch = channels[0]?.subarray(from, from + 1_600) ?? new Int16Array();
    near(amplitudeOf(stretch, 16_000, 1_000), 8_000, `1 kHz at ${from}`);
    near(amplitudeOf(stretch, 16_000, 6_000), 4_000, `6 kHz at ${from}`);
  }
  const from = 44 + 2 * 61 * 16_000 + 1;
  assert.deepEqual(await bytesOf(rendering(call).read(from, from + 50_000)), file.subarray(from, from + 50_000));
});

test('L16 of every rate is rendered at the next of 8, 16 and 48 kHz, at its level and in its time', async () => {
  for (const [clockRate, channels, rate] of [
    [8_000, 1, 8_000],
    [16_000, 2, 16_000],
    [44_100, 2, 48_000],
    [48_000, 1, 48_000],
  ] as const) {
    const codec: Codec = { name: 'L16', payloadType: 97, clockRate, channels };
    const bytes = encoded(sine(900, clockRate, 2_000), clockRate, ['-ac', `${channels}`, '-f', 's16be']);
    const packets = packetsOf(bytes, (clockRate / 50) * 2 * channels, clockRate / 50);
    const call = await recordCall({ streams: [{ packets, codecs: [codec] }], lengthMs: 2_000 });
    const sound = soundOf(await render(call));
    assert.equal(sound.sampleRate, rate);
    const samples = sound.channels[0]?.subarray(rate / 10, (rate * 19) / 10) ?? new Int16Array();
    // ffmpeg makes each side of one channel 3 dB quieter.
    near(amplitudeOf(samples, rate, 900), channels === 2 ? 8_000 / Math.SQRT2 : 8_000, `${clockRate} Hz`);
  }
});

test('streams of different rates are heard together, each in its pitch and place', async () => {
  const wide = packetsOf(encoded(sine(6_000, 16_000, 2_000), 16_000, ['-c:a', 'g722', '-f', 'g722']), 160, 160);
  const narrow = packetsOf(encodeG711('pcmu', sine(900, 8_000, 2_000)), 160, 160);
  const call = await recordCall({ streams: [{ packets: wide, codecs: [g722] }, { packets: narrow }], lengthMs: 2_000 });
  const { sampleRate, channels } = soundOf(await render(call));
  assert.equal(sampleRate, 16_000);
  near(amplitudeOf(channels[0]?.subarray(8_000, 24_000) ?? new Int16Array(), 16_000, 6_000), 8_000, 'wide');
  near(amplitudeOf(channels[1]?.subarray(8_000, 24_000) ?? new Int16Array(), 16_000, 900), 8_000, 'narrow');
  const low = soundOf(await render(call, { gap: 'silence', rateMax: 8_000 }));
  assert.equal(low.sampleRate, 8_000);
  near(amplitudeOf(low.channels[1]?.subarray(4_000, 12_000) ?? new Int16Array(), 8_000, 900), 8_000, 'narrow at 8 kHz');
  assert.ok(amplitudeOf(low.channels[0]?.subarray(4_000, 12_000) ?? new Int16Array(), 8_000, 2_000) < 40, 'no alias');
});

test('resampling keeps the level below the edge, and lets no alias through above it', () => {
  for (const [from, to] of [
    [8_000, 16_000],
    [8_000, 48_000],
    [16_000, 8_000],
    [44_100, 48_000],
    [48_000, 8_000],
    [48_000, 16_000],
  ] as const) {
    const edge = Math.min(from, to) / 2;
    for (const hertz of [300, edge * 0.5, edge * 0.8]) {
      const out = resampled(sine(hertz, from, 1_000), from, to);
      assert.equal(out.length, to);
      near(amplitudeOf(out.subarray(to / 10, (to * 9) / 10), to, hertz), 8_000, `${hertz} Hz from ${from} to ${to}`);
    }
    if (to > from) continue;
    const alias = resampled(sine(edge * 1.2, from, 1_000), from, to);
    const left = Math.max(...alias.subarray(to / 10, (to * 9) / 10).map(Math.abs));
    assert.ok(left < 40, `${left} of what lies above ${edge} Hz`);
  }
});

const narrowRed: Codec = { name: 'RED', payloadType: 121, clockRate: 8_000 };

/** Packets of one steady level each, with a copy of the one before. */
function redundantCall(levelOf: (n: number) => number, count: number): readonly SentPacket[] {
  const payloadOf = (n: number): Uint8Array => encodeG711('pcmu', new Int16Array(160).fill(levelOf(n)));
  return Array.from({ length: count }, (_, n) => ({
    payload: Buffer.concat([Uint8Array.of(0x80, 160 >> 6, (160 & 0x3f) << 2, 160, 0), payloadOf(n - 1), payloadOf(n)]),
    payloadType: 121,
    ssrc: 7,
    sequence: n,
    timestamp: n * 160,
    arrivesMs: n * 20,
  }));
}

test('a lost packet is filled from redundancy, and nothing is heard twice', async () => {
  const sent = redundantCall((n) => 200 + 40 * n, 100).filter(({ sequence }) => sequence !== 30 && sequence !== 60);
  const call = await recordCall({ streams: [{ packets: sent, codecs: [pcmu, narrowRed] }], lengthMs: 2_000 });
  const samples = soundOf(await render(call)).channels[0] ?? new Int16Array();
  for (let n = 0; n < 100; n += 1) {
    near(samples[n * 160 + 80] ?? 0, 200 + 40 * n, `packet ${n}`);
  }
});

test('no packet of a pause comes back through redundancy behind it', async () => {
  const sent = redundantCall((n) => 200 + 40 * n, 100);
  const pauses = [{ fromMs: 611, toMs: 1_211 }];
  const call = await recordCall({ streams: [{ packets: sent, codecs: [pcmu, narrowRed] }], lengthMs: 2_000, pauses });
  const samples = soundOf(await render(call)).channels[0] ?? new Int16Array();
  for (let n = 0; n < 100; n += 1) {
    const isWithheld = n >= 31 && n <= 60;
    if (isWithheld) assert.equal(samples[n * 160 + 80], 0, `packet ${n}`);
    else near(samples[n * 160 + 80] ?? 0, 200 + 40 * n, `packet ${n}`);
  }
});

test('comfort noise is silence of true length', async () => {
  const noise: Codec = { name: 'CN', payloadType: 13, clockRate: 8_000 };
  const tone = encodeG711('pcmu', new Int16Array(160).fill(1_000));
  const speech = packetsOf(Buffer.concat(Array.from({ length: 20 }, () => tone)), 160, 160);
  const packets = [
    ...speech,
    { payload: Uint8Array.of(60), payloadType: 13, ssrc: 7, sequence: 20, timestamp: 3_200, arrivesMs: 400 },
    ...speech.map((one, n) => ({ ...one, sequence: 21 + n, timestamp: 9_600 + n * 160, arrivesMs: 1_200 + n * 20 })),
  ];
  const call = await recordCall({ streams: [{ packets, codecs: [pcmu, noise] }], lengthMs: 1_600 });
  const samples = soundOf(await render(call)).channels[0] ?? new Int16Array();
  assert.ok(samples.subarray(3_200, 9_600).every((sample) => sample === 0));
  for (const at of [80, 3_199, 9_600, 12_000]) near(samples[at] ?? 0, 1_000, `sample ${at}`);
});

test('a codec that nothing here decodes is a fault, and not silence', async () => {
  const codec: Codec = { name: 'G729', payloadType: 18, clockRate: 8_000 };
  const call = await recordCall({
    streams: [{ packets: packetsOf(new Uint8Array(200), 20, 160), codecs: [codec] }],
    lengthMs: 200,
  });
  await assert.rejects(render(call), (error: unknown) => error instanceof Fault && error.code === 'mediaUnavailable');
});
