/** Codecs that are not decoded by us, as other programs encode them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { Fault } from '@tacet/domain';
import { amplitudeOf, oggPackets } from '@tacet/testkit/sound';
import { amrFrames, g729Frames } from '@tacet/wire/codec';
import fc from 'fast-check';
import { outsideDecoders } from '../../src/playback/decode-outside.ts';

const opus = { name: 'OPUS', payloadType: 111, clockRate: 48_000, channels: 2 };

/** Opus packets of a tone, taken out of their Ogg pages. */
function opusTone(): readonly Uint8Array[] {
  const words = ['-loglevel', 'error', '-f', 'lavfi', '-i', 'sine=frequency=1000:duration=2:sample_rate=48000'];
  const { status, stdout } = spawnSync('ffmpeg', [...words, '-c:a', 'libopus', '-b:a', '32k', '-f', 'ogg', 'pipe:1']);
  assert.equal(status, 0);
  return oggPackets(stdout).slice(2);
}

test('Opus is decoded packet by packet at 48 kHz, and what is no Opus between them is silence', async () => {
  const packets = opusTone();
  const decoded = await outsideDecoders(undefined)(opus, [...packets, new Uint8Array(), Uint8Array.of(3)]);
  assert.equal(decoded.length, packets.length + 2);
  assert.ok(decoded.slice(0, packets.length).every((samples) => samples.length === 960));
  assert.ok(decoded.slice(packets.length).every((samples) => samples.length === 0));
  const tone = decoded.slice(50, 55).flatMap((samples) => [...samples]);
  const amplitude = amplitudeOf(tone, 48_000, 1_000);
  assert.ok(Math.abs(amplitude - 4_096) < 300, `${amplitude}`);
});

test('G.729 and AMR are faults where there is no ffmpeg', async () => {
  for (const name of ['G729', 'AMR', 'AMR-WB']) {
    const decoding = outsideDecoders(undefined)({ name, payloadType: 96, clockRate: 8_000 }, [new Uint8Array(10)]);
    await assert.rejects(decoding, (error: unknown) => error instanceof Fault && error.code === 'mediaUnavailable');
  }
});

test('G.729 and AMR payloads come back as long as they were', async () => {
  const decode = outsideDecoders({ program: 'ffmpeg', onTrouble: (message) => assert.fail(message) });
  const frames = Array.from({ length: 10 }, (_, n) => new Uint8Array(20).fill(17 * n));
  const g729 = await decode({ name: 'G729', payloadType: 18, clockRate: 8_000 }, frames);
  assert.deepEqual(
    g729.map(({ length }) => length),
    frames.map(() => 160),
  );
  // One frame of 12.2 kbit/s: request, table of contents, 244 bits.
  const amr = Array.from({ length: 10 }, () => Uint8Array.of(0xf0, 0x3c, ...new Uint8Array(31)));
  const codec = { name: 'AMR', payloadType: 96, clockRate: 8_000, formatParameters: 'octet-align=1' };
  const sound = await decode(codec, amr);
  assert.deepEqual(
    sound.map(({ length }) => length),
    amr.map(() => 160),
  );
});

test('whatever a payload of AMR or G.729 holds, frames are taken out of it or none', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.boolean(),
      fc.boolean(),
      (payload, isWideband, isOctetAligned) => {
        const frames = amrFrames(payload, { isWideband, isOctetAligned });
        assert.ok(frames.length <= (payload.length * 8) / 6);
        assert.ok(frames.reduce((sum, { length }) => sum + length, 0) <= payload.length * 2 + 16);
        assert.ok(g729Frames(payload).every(({ length }) => length === 10));
      },
    ),
    { numRuns: 1_000 },
  );
});
