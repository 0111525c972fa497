import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  containerLimits,
  readWav,
  type WavFormat,
  wavFrameBytes,
  wavHeader,
  wavLengthPatches,
  wavPadBytes,
} from './index.ts';

type Shape = Omit<WavFormat, 'encoding'>;

function pcm(shape: Shape): WavFormat {
  return { encoding: 'pcm16', ...shape };
}

function mulaw(channelCount: number): WavFormat {
  return { encoding: 'mulaw', channelCount, sampleRate: 8_000 };
}

function headerOf(format: WavFormat, frames: number | undefined): Uint8Array {
  const header = wavHeader(format, frames);
  assert.ok(header.ok);
  return header.value;
}

function codeOf(result: ReturnType<typeof wavHeader> | ReturnType<typeof readWav>): string {
  return result.ok ? 'ok' : `${result.fault.code} ${result.fault.detail}`;
}

/** Header and sound as one file, from channels of equal length. */
function fileOf(header: Uint8Array, channels: readonly Int16Array[]): Uint8Array {
  const frames = channels[0]?.length ?? 0;
  const bytes = new Uint8Array(header.length + frames * channels.length * 2);
  bytes.set(header);
  const view = new DataView(bytes.buffer);
  for (const [channel, samples] of channels.entries()) {
    for (const [frame, sample] of samples.entries()) {
      view.setInt16(header.length + (frame * channels.length + channel) * 2, sample, true);
    }
  }
  return bytes;
}

const sound = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.nat(30), fc.constantFrom(8_000, 16_000, 48_000))
  .chain(([channelCount, frames, sampleRate]) =>
    fc.record({
      sampleRate: fc.constant(sampleRate),
      channels: fc.array(fc.int16Array({ minLength: frames, maxLength: frames }), {
        minLength: channelCount,
        maxLength: channelCount,
      }),
    }),
  );

test('one and two channels get the plain header of 44 bytes, more get the extensible one of 68', () => {
  assert.equal(headerOf(pcm({ channelCount: 1, sampleRate: 8_000 }), 0).length, 44);
  assert.equal(headerOf(pcm({ channelCount: 2, sampleRate: 8_000 }), 0).length, 44);
  const extensible = headerOf(pcm({ channelCount: 3, sampleRate: 8_000 }), 0);
  assert.equal(extensible.length, 68);
  assert.equal(new DataView(extensible.buffer).getUint16(20, true), 0xfffe);
});

test('headers are byte for byte the ones that another writer made', () => {
  const cases = [
    ['mono.wav', pcm({ channelCount: 1, sampleRate: 8_000 }), 40],
    ['three-channels.wav', pcm({ channelCount: 3, sampleRate: 16_000 }), 20],
    ['mulaw-mono.wav', mulaw(1), 33],
    ['mulaw-stereo.wav', mulaw(2), 33],
  ] as const;
  for (const [name, format, frames] of cases) {
    const header = headerOf(format, frames);
    const file = new Uint8Array(readFileSync(join(import.meta.dirname, 'corpus', name)));
    assert.deepEqual(header, file.subarray(0, header.length), name);
  }
});

test('µ-law has a header of 58 bytes that counts its samples, and the extensible one beyond two channels', () => {
  const header = headerOf(mulaw(1), 33);
  const view = new DataView(header.buffer);
  assert.equal(header.length, 58);
  assert.deepEqual([view.getUint16(20, true), view.getUint16(34, true), view.getUint32(46, true)], [7, 8, 33]);
  const extensible = headerOf(mulaw(3), 10);
  const extended = new DataView(extensible.buffer);
  assert.equal(extensible.length, 80);
  assert.deepEqual([extended.getUint16(20, true), extended.getUint16(44, true)], [0xfffe, 7]);
  assert.deepEqual([extended.getUint32(68, true), extended.getUint32(76, true)], [10, 30]);
});

test('sound of an odd length is filled up with one byte, which the size of the file counts and that of the sound does not', () => {
  for (const [format, frames, padBytes] of [
    [mulaw(1), 33, 1],
    [mulaw(1), 34, 0],
    [mulaw(2), 33, 0],
    [mulaw(3), 33, 1],
    [pcm({ channelCount: 1, sampleRate: 8_000 }), 33, 0],
  ] as const) {
    assert.equal(wavPadBytes(format, frames), padBytes);
    const header = headerOf(format, frames);
    const view = new DataView(header.buffer);
    const dataBytes = frames * wavFrameBytes(format);
    assert.equal(view.getUint32(header.length - 4, true), dataBytes);
    assert.equal(view.getUint32(4, true), header.length - 8 + dataBytes + padBytes);
  }
});

test('the patches of a µ-law stream make its header that of the known length', () => {
  for (const channelCount of [1, 2, 3]) {
    const stream = headerOf(mulaw(channelCount), undefined).slice();
    const patches = wavLengthPatches(mulaw(channelCount), 33);
    assert.ok(patches.ok);
    for (const { offset, bytes } of patches.value) stream.set(bytes, offset);
    assert.deepEqual(stream, headerOf(mulaw(channelCount), 33));
  }
});

test('sound written with a known length is read back, channel by channel', () => {
  fc.assert(
    fc.property(sound, ({ sampleRate, channels }) => {
      const header = headerOf(pcm({ channelCount: channels.length, sampleRate }), channels[0]?.length ?? 0);
      assert.deepEqual(readWav(fileOf(header, channels)), { ok: true, value: { sampleRate, channels } });
    }),
    { numRuns: 100 },
  );
});

test('a stream without a known length reads to its end, and its patches make it the file of known length', () => {
  fc.assert(
    fc.property(sound, ({ sampleRate, channels }) => {
      const format = pcm({ channelCount: channels.length, sampleRate });
      const frames = channels[0]?.length ?? 0;
      const stream = fileOf(headerOf(format, undefined), channels);
      assert.deepEqual(readWav(stream), { ok: true, value: { sampleRate, channels } });
      const patches = wavLengthPatches(format, frames);
      assert.ok(patches.ok);
      for (const { offset, bytes } of patches.value) stream.set(bytes, offset);
      assert.deepEqual(stream, fileOf(headerOf(format, frames), channels));
    }),
    { numRuns: 100 },
  );
});

test('a length that 32 bits cannot count is refused, and the largest one that they can is not', () => {
  const format = pcm({ channelCount: 2, sampleRate: 8_000 });
  const most = Math.floor(containerLimits.wavDataBytesMax / 4);
  const header = headerOf(format, most);
  const view = new DataView(header.buffer);
  assert.equal(view.getUint32(40, true), most * 4);
  assert.equal(view.getUint32(4, true), most * 4 + 36);
  assert.equal(codeOf(wavHeader(format, most + 1)), 'wavTooLarge frames');
  assert.equal(codeOf(wavHeader(format, -1)), 'wavTooLarge frames');
  assert.equal(wavLengthPatches(format, most + 1).ok, false);
});

test('channels and rates at the limit are written and ones beyond are refused', () => {
  const { wavChannelsMax: channelCount, wavSampleRateMax: sampleRate } = containerLimits;
  assert.equal(codeOf(wavHeader(pcm({ channelCount, sampleRate }), 0)), 'ok');
  assert.equal(
    codeOf(wavHeader(pcm({ channelCount: channelCount + 1, sampleRate }), 0)),
    'wavFormatUnsupported channels',
  );
  assert.equal(codeOf(wavHeader(pcm({ channelCount: 0, sampleRate }), 0)), 'wavFormatUnsupported channels');
  assert.equal(codeOf(wavHeader(pcm({ channelCount, sampleRate: sampleRate + 1 }), 0)), 'wavFormatUnsupported rate');
  assert.equal(codeOf(wavHeader(pcm({ channelCount: 1, sampleRate: 0.5 }), 0)), 'wavFormatUnsupported rate');
});

test('chunks before the sound are passed over, an odd one with its filling byte', () => {
  const file = new Uint8Array(readFileSync(join(import.meta.dirname, 'corpus', 'stereo-with-list.wav')));
  const result = readWav(file);
  assert.ok(result.ok);
  assert.equal(result.value.channels.length, 2);
  assert.deepEqual([...(result.value.channels[1] ?? [])].slice(0, 2), [-963, -889]);
});

test('what is no WAV file of 16-bit PCM is refused by the byte where that shows', () => {
  const file = fileOf(headerOf(pcm({ channelCount: 1, sampleRate: 8_000 }), 2), [Int16Array.of(1, 2)]);
  const changed = (at: number, value: number): Uint8Array => {
    const copy = file.slice();
    copy[at] = value;
    return copy;
  };
  assert.equal(codeOf(readWav(new Uint8Array())), 'wavMalformed byte 0');
  assert.equal(codeOf(readWav(changed(0, 0))), 'wavMalformed byte 0');
  assert.equal(codeOf(readWav(changed(20, 7))), 'wavFormatUnsupported byte 20');
  assert.equal(codeOf(readWav(changed(34, 8))), 'wavFormatUnsupported byte 20');
  assert.equal(codeOf(readWav(changed(22, 0))), 'wavFormatUnsupported byte 20');
  assert.equal(codeOf(readWav(changed(12, 0))), 'wavMalformed byte 36');
  assert.equal(codeOf(readWav(file.subarray(0, 36))), 'wavMalformed byte 36');
});

test('a last frame that is cut is left out', () => {
  const file = fileOf(headerOf(pcm({ channelCount: 2, sampleRate: 8_000 }), 2), [
    Int16Array.of(1, 2),
    Int16Array.of(3, 4),
  ]);
  const result = readWav(file.subarray(0, file.length - 1));
  assert.ok(result.ok);
  assert.deepEqual(result.value.channels, [Int16Array.of(1), Int16Array.of(3)]);
});

test('as many chunks as the limit are passed over and one more is refused', () => {
  const withChunks = (count: number): Uint8Array => {
    const file = fileOf(headerOf(pcm({ channelCount: 1, sampleRate: 8_000 }), 1), [Int16Array.of(1)]);
    const filler = Uint8Array.from({ length: count * 8 }, (_, at) => (at % 8 < 4 ? 0x78 : 0));
    return new Uint8Array([...file.subarray(0, 36), ...filler, ...file.subarray(36)]);
  };
  assert.equal(codeOf(readWav(withChunks(containerLimits.wavChunksMax - 2))), 'ok');
  assert.match(codeOf(readWav(withChunks(containerLimits.wavChunksMax - 1))), /^wavMalformed/);
});
