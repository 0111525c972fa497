/** The same recording in µ-law, and in fewer channels than it has participants. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ParticipantId } from '@tacet/domain';
import { seededIds } from '@tacet/testkit';
import { decodeG711 } from '@tacet/wire/codec';
import { mark, marksIn } from './marks.ts';
import { agent, type CallScript, customer, ownedBy, pcma, recordCall, steady } from './recorded-call.ts';
import { bytesOf, channelOf, render, rendering, soundOf } from './rendered.ts';

const ids = seededIds(5);
const third = ids.next<ParticipantId>();

const call: CallScript = {
  streams: [
    { packets: steady((n) => mark(n, 0), { ms: 100, count: 90, ssrc: 7 }) },
    { packets: steady((n) => mark(n, 1), { ms: 111, count: 90, ssrc: 8 }), codecs: [pcma] },
  ],
  lengthMs: 2_000,
  pauses: [{ fromMs: 700.5, toMs: 1_100.5 }],
};

function decoded(codes: Uint8Array): Int16Array {
  const samples = new Int16Array(codes.length);
  decodeG711('pcmu', codes, samples, { offset: 0, stride: 1 });
  return samples;
}

test('in µ-law a stream of that law keeps every sample as it was, in every gap mode', async () => {
  const recorded = await recordCall({ ...call, streams: call.streams.slice(0, 1) });
  for (const gap of ['silence', 'cut', 'tone'] as const) {
    const file = await render(recorded, { gap, encoding: 'mulaw' });
    const samples = decoded(file.subarray(58));
    const expected = await channelOf(recorded, 0, gap);
    assert.equal(samples.length, expected.length);
    if (gap === 'tone') {
      assert.ok(samples.every((sample, frame) => Math.abs(sample - (expected[frame] ?? 0)) <= 64));
      continue;
    }
    assert.ok(marksIn(expected).length > 60);
    assert.deepEqual(samples, expected);
  }
});

test('a µ-law file of an odd number of bytes ends with one more, from wherever it is read', async () => {
  const recorded = await recordCall({ streams: call.streams.slice(0, 1), lengthMs: 1_000.125 });
  const style = { gap: 'silence', encoding: 'mulaw' } as const;
  const whole = await render(recorded, style);
  assert.equal(whole.length, 58 + 8_001 + 1);
  assert.equal(rendering(recorded, style).lengthBytes, whole.length);
  assert.equal(whole.readUInt32LE(4), whole.length - 8);
  assert.equal(whole.at(-1), 0);
  for (const from of [58, whole.length - 2, whole.length - 1, whole.length]) {
    assert.ok((await bytesOf(rendering(recorded, style).read(from))).equals(whole.subarray(from)));
    const almost = await bytesOf(rendering(recorded, style).read(from - 1, whole.length - 1));
    assert.ok(almost.equals(whole.subarray(from - 1, whole.length - 1)));
  }
});

test('where there are fewer channels than participants the first keeps its own and the others share the last', async () => {
  const streams = [
    { packets: steady((n) => mark(n, 0), { ms: 100, count: 90, ssrc: 7 }), owners: [ownedBy(customer)] },
    {
      packets: steady((n) => mark(n, 1), { ms: 100, count: 90, ssrc: 8 }),
      owners: [ownedBy(agent, 0, 1_000), ownedBy(third, 1_000)],
    },
  ];
  const channels = [customer, agent, third].map((participantId) => ({ participantId }));
  const recorded = await recordCall({ streams, lengthMs: 2_000, channels });
  assert.equal(soundOf(await render(recorded)).channels.length, 3);
  const [left = new Int16Array(), right = new Int16Array(), ...others] = soundOf(
    await render(recorded, { gap: 'silence', channelsMax: 2 }),
  ).channels;
  assert.deepEqual(others, []);
  const [found, shared] = [marksIn(left), marksIn(right)];
  assert.deepEqual([found.length, shared.length], [90, 90]);
  assert.ok(found.every(({ family }) => family === 0));
  assert.ok(shared.every(({ family }) => family === 1));
});

test('as many channels as there may be are left alone', async () => {
  const recorded = await recordCall(call);
  const style = { gap: 'silence', channelsMax: 2 } as const;
  assert.ok((await render(recorded, style)).equals(await render(recorded)));
});
