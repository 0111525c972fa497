import assert from 'node:assert/strict';
import { test } from 'node:test';
import { opusPacketMs } from './index.ts';

test('how long an Opus packet sounds stands in its first bytes', () => {
  const toc = (config: number, code: number): number => (config << 3) | code;
  assert.equal(opusPacketMs(Uint8Array.from([])), 0);
  assert.equal(opusPacketMs(Uint8Array.from([0xf8, 0xff, 0xfe])), 20, 'silence of a browser');
  assert.deepEqual(
    [0, 1, 2, 3].map((config) => opusPacketMs(Uint8Array.from([toc(config, 0)]))),
    [10, 20, 40, 60],
  );
  assert.deepEqual(
    [12, 13].map((config) => opusPacketMs(Uint8Array.from([toc(config, 0)]))),
    [10, 20],
  );
  assert.deepEqual(
    [28, 29, 30, 31].map((config) => opusPacketMs(Uint8Array.from([toc(config, 1)]))),
    [5, 10, 20, 40],
  );
  assert.equal(opusPacketMs(Uint8Array.from([toc(31, 3), 3])), 60);
  assert.equal(opusPacketMs(Uint8Array.from([toc(3, 3), 63])), 120, 'no packet sounds longer');
});
