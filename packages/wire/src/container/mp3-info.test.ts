import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mp3InfoFrame } from './index.ts';

/** Headers of frames at 8 kHz: 48 kbit/s in stereo (432 bytes), 24 and 8 kbit/s in mono (216 and 72 bytes). */
const stereo48 = Uint8Array.of(0xff, 0xe3, 0x68, 0x04);
const mono24 = Uint8Array.of(0xff, 0xe3, 0x38, 0xc4);
const mono8 = Uint8Array.of(0xff, 0xe3, 0x18, 0xc4);

function frameOf(first: Uint8Array, dataBytes: number, sampleCount: number): Uint8Array {
  const result = mp3InfoFrame(first, { dataBytes, sampleCount });
  assert.ok(result.ok);
  return result.value;
}

function codeOf(first: Uint8Array, dataBytes: number, sampleCount: number): string {
  const result = mp3InfoFrame(first, { dataBytes, sampleCount });
  return result.ok ? 'ok' : result.fault.code;
}

test('the frame counts frames and bytes, and says what to leave out at both ends, as LAME’s own does', () => {
  const frame = frameOf(stereo48, 31_104, 40_123);
  const view = new DataView(frame.buffer);
  assert.equal(frame.length, 432);
  assert.deepEqual([...frame.subarray(0, 4)], [...stereo48]);
  assert.equal(Buffer.from(frame.subarray(21, 25)).toString(), 'Info');
  assert.equal(view.getUint32(29), 72);
  assert.equal(view.getUint32(33), 31_536, 'with the frame itself');
  assert.equal(Buffer.from(frame.subarray(141, 145)).toString(), 'LAME');
  // 576 samples before the sound and 773 behind it: another writer's file of the same sound has these bytes here.
  assert.equal(Buffer.from(frame.subarray(162, 165)).toString('hex'), '240305');
  assert.ok(frame.subarray(177).every((byte) => byte === 0));
});

test('places in the file rise with the time, from its beginning on', () => {
  const places = [...frameOf(stereo48, 31_104, 40_123).subarray(37, 137)];
  assert.equal(places[0], 0);
  assert.equal(places[50], 128);
  assert.ok(places.every((place, entry) => entry === 0 || place > (places[entry - 1] ?? 0)));
});

test('in a mono frame the tag stands eight bytes earlier', () => {
  const frame = frameOf(mono24, 216 * 10, 4_000);
  assert.equal(frame.length, 216);
  assert.equal(Buffer.from(frame.subarray(13, 17)).toString(), 'Info');
});

test('frames that have no room for the tag, or are of another kind, are refused', () => {
  assert.equal(codeOf(mono8, 72 * 10, 4_000), 'mp3Unsupported');
  const others = [
    [0xff, 0xfb, 0x90, 0x04],
    [0xff, 0xe2, 0x68, 0x04],
    [0xff, 0xe3, 0x0c, 0x04],
    [0xff, 0xe3, 0xf8, 0x04],
    [0xff, 0xe3, 0x60, 0x04],
    [0x49, 0x44, 0x33, 0x04],
    [],
  ];
  for (const header of others) assert.equal(codeOf(Uint8Array.from(header), 432 * 10, 4_000), 'mp3Unsupported');
});

test('sound that is not made of whole frames, or has too few or too many of them, is refused', () => {
  assert.equal(codeOf(stereo48, 432 * 10, 10 * 576 - 576), 'ok');
  assert.equal(codeOf(stereo48, 432 * 10, 10 * 576 - 575), 'mp3Malformed');
  assert.equal(codeOf(stereo48, 432 * 10 - 1, 4_000), 'mp3Malformed');
  assert.equal(codeOf(stereo48, 432 * 10, 10 * 576 - 576 - 4_095), 'ok');
  assert.equal(codeOf(stereo48, 432 * 10, 10 * 576 - 576 - 4_096), 'mp3Malformed');
});
