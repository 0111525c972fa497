import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type PauseAnnotation, pauseAnnotations, type WithheldSpan } from '@tacet/domain';
import { encodeG711 } from '@tacet/wire/codec';
import { toneAt } from '../src/tone.ts';
import { type FoundMark, mark, markFrames, marksIn } from './marks.ts';
import {
  agent,
  at,
  type CallScript,
  customer,
  ownedBy,
  type Pause,
  pcma,
  pcmu,
  recordCall,
  type SentPacket,
  steady,
} from './recorded-call.ts';
import { channelOf, render, soundOf } from './rendered.ts';

/** Two talk at the same time, without a break, and are paused twice; edges lie between packet ticks. */
const pauses: readonly Pause[] = [
  { fromMs: 2_010.5, toMs: 4_190.25 },
  { fromMs: 6_510.5, toMs: 7_000.5 },
];
const dialogue: CallScript = {
  streams: [
    { packets: steady((n) => mark(n, 0), { ms: 100, count: 480, ssrc: 7 }) },
    { packets: steady((n) => mark(n, 1), { ms: 111, count: 480, ssrc: 8 }), codecs: [pcma] },
  ],
  lengthMs: 10_000,
  pauses,
};
const gaps = pauses.map(({ fromMs, toMs }) => ({ from: Math.round(fromMs * 8), to: Math.round(toMs * 8) }));
const laws = ['pcmu', 'pcma'] as const;

function numbers(found: readonly FoundMark[]): readonly number[] {
  return found.map(({ number }) => number);
}

test('each participant is heard in one channel, and none is heard in the other’s', async () => {
  const call = await recordCall(dialogue);
  const { channels, sampleRate } = soundOf(await render(call));
  assert.equal(sampleRate, 8_000);
  assert.equal(channels.length, 2);
  for (const [place, samples] of channels.entries()) {
    const found = marksIn(samples, laws[place]);
    assert.ok(found.every(({ family, frames }) => family === place && frames === markFrames));
    const admitted = call.admitted[place] ?? [];
    assert.ok(admitted.length > 300 && admitted.length < 480);
    assert.equal(found.length, admitted.length);
  }
});

test('the length of the file is known beforehand, in every gap mode', async () => {
  const call = await recordCall(dialogue);
  const [silence, cut, tone] = [await render(call, 'silence'), await render(call, 'cut'), await render(call, 'tone')];
  const withheldFrames = gaps.reduce((sum, { from, to }) => sum + to - from, 0);
  assert.equal(silence.length, 44 + 80_000 * 4);
  assert.equal(tone.length, silence.length);
  assert.equal(cut.length, silence.length - withheldFrames * 4);
  for (const file of [silence, cut, tone]) assert.equal(file.readUInt32LE(40), file.length - 44, 'as the header says');
});

test('cut audio is the audio without the withheld stretches, sample by sample', async () => {
  const call = await recordCall(dialogue);
  const [silence, cut] = [await render(call, 'silence'), await render(call, 'cut')];
  const kept = [
    silence.subarray(44, 44 + (gaps[0]?.from ?? 0) * 4),
    silence.subarray(44 + (gaps[0]?.to ?? 0) * 4, 44 + (gaps[1]?.from ?? 0) * 4),
    silence.subarray(44 + (gaps[1]?.to ?? 0) * 4),
  ];
  assert.ok(Buffer.concat(kept).equals(cut.subarray(44)));
});

test('the tone is heard where the recording was paused, in every channel, and nowhere else', async () => {
  const call = await recordCall(dialogue);
  const silence = soundOf(await render(call, 'silence')).channels;
  const tone = soundOf(await render(call, 'tone')).channels;
  for (const [place, samples] of tone.entries()) {
    const found = marksIn(silence[place] ?? new Int16Array(), laws[place]);
    for (const [frame, sample] of samples.entries()) {
      const isGap = gaps.some(({ from, to }) => frame >= from && frame < to);
      const isSpoken = found.some((mark) => frame >= mark.frame && frame < mark.frame + mark.frames);
      const expected = isGap && !isSpoken ? toneAt(frame) : silence[place]?.[frame];
      if (sample !== expected) assert.fail(`channel ${place}, frame ${frame}: ${sample}, not ${expected}`);
    }
  }
  assert.notEqual(toneAt(0), 0);
});

test('what the network lost stays silent in every gap mode', async () => {
  const packets = steady((n) => mark(n), { ms: 100, count: 200 }).filter((_, n) => n < 50 || n >= 75);
  const call = await recordCall({ streams: [{ packets }], lengthMs: 5_000, pauses: [{ fromMs: 4_500, toMs: 4_600 }] });
  for (const gap of ['silence', 'cut', 'tone'] as const) {
    const samples = await channelOf(call, 0, gap);
    assert.ok(samples.subarray(1_100 * 8, 1_600 * 8).every((sample) => sample === 0));
  }
});

function spanOf({ fromMs, toMs }: Pause): WithheldSpan {
  const by = {
    clientId: 'system',
    name: '',
    from: '',
    door: '',
    requestId: '' as WithheldSpan['pausedBy']['requestId'],
  } as const;
  const edges = { closedAt: at(fromMs), openedAt: at(toMs) };
  const rest = { cause: 'securePause', reason: 'SecurePause', pausedBy: by, withheldCount: 0 } as const;
  return { id: '' as WithheldSpan['id'], conversationId: '' as WithheldSpan['conversationId'], ...edges, ...rest };
}

/** The last frame that is heard before a frame, and the first one at or behind it. */
function soundAround(samples: Int16Array, frame: number): { readonly last: number; readonly first: number } {
  return {
    last: samples.subarray(0, frame).findLastIndex((s) => s !== 0),
    first: frame + samples.subarray(frame).findIndex((s) => s !== 0),
  };
}

test('annotations point at the edges of the gap in the rendered audio, within one packet', async () => {
  const call = await recordCall(dialogue);
  const annotations: readonly PauseAnnotation[] = pauseAnnotations(call.score.stretch, pauses.map(spanOf));
  assert.equal(annotations.length, 2);
  const [silence, cut] = [soundOf(await render(call)), soundOf(await render(call, 'cut'))];
  for (const samples of silence.channels) {
    for (const { location, durationMs } of annotations) {
      const { last, first } = soundAround(samples, (location + durationMs / 2) * 8);
      assert.ok(Math.abs(last + 1 - location * 8) <= markFrames, 'where it was paused');
      assert.ok(Math.abs(first - (location + durationMs) * 8) <= markFrames, 'where it went on');
    }
  }
  const family = marksIn(silence.channels[0] ?? new Int16Array());
  const [firstGap] = pauses;
  for (const { absoluteLocation, location } of annotations) {
    // With the pauses cut out, the packet heard next after the place is the one heard next after the pause.
    const next = family.find(({ frame }) => frame >= location * 8 + markFrames)?.number ?? Number.NaN;
    const pair = encodeG711(
      'pcmu',
      cut.channels[0]?.subarray(absoluteLocation * 8, absoluteLocation * 8 + 2 * markFrames) ?? new Int16Array(),
    );
    assert.ok(
      Buffer.from(pair).includes(Buffer.from(mark(next)).subarray(0, 16)),
      `packet ${next} of ${firstGap?.fromMs}`,
    );
  }
});

test('a stream that is transferred is heard in the channel of whoever has it', async () => {
  const packets = steady((n) => mark(n), { ms: 100, count: 200 });
  const owners = [ownedBy(customer, 0, 2_105), ownedBy(agent, 2_105)];
  const channels = [{ participantId: customer }, { participantId: agent }];
  const call = await recordCall({ streams: [{ packets, owners }], channels, lengthMs: 5_000 });
  const [left, right] = soundOf(await render(call)).channels.map((samples) => numbers(marksIn(samples)));
  assert.deepEqual(left, [...Array(101).keys()]);
  assert.deepEqual(
    right,
    [...Array(99).keys()].map((n) => n + 101),
  );
});

test('several streams of one participant are added up, and what is too loud saturates', async () => {
  const loud = (value: number): Uint8Array =>
    new Uint8Array(160).fill(encodeG711('pcmu', Int16Array.of(value))[0] ?? 0);
  const stream = (value: number, ssrc: number): { readonly packets: readonly SentPacket[] } => ({
    packets: steady(() => loud(value), { ms: 100, count: 10, ssrc }),
  });
  const sampleOf = async (...values: readonly number[]): Promise<number | undefined> => {
    const streams = values.map((value, place) => ({ ...stream(value, place), owners: [ownedBy(customer)] }));
    const call = await recordCall({ streams, channels: [{ participantId: customer }], lengthMs: 500 });
    return (await channelOf(call, 0))[150 * 8];
  };
  const [small, large] = [await sampleOf(1_000), await sampleOf(30_000)];
  assert.ok(small !== undefined && large !== undefined && small > 900 && large > 28_000);
  assert.equal(await sampleOf(1_000, 1_000), 2 * small);
  assert.equal(await sampleOf(30_000, 1_000), Math.min(32_767, large + small));
  assert.equal(await sampleOf(30_000, 30_000), 32_767);
  assert.equal(await sampleOf(-30_000, -30_000), -32_768);
  assert.equal(await sampleOf(30_000, 30_000, -30_000), large, 'saturation comes after adding');
});

test('telephone events and other payload types that are no audio are not heard', async () => {
  const speech = steady((n) => mark(n), { ms: 100, count: 100 });
  const packets = speech.map((packet, n) =>
    n >= 40 && n < 50 ? { ...packet, payload: Uint8Array.of(5, 10, 3, 32), payloadType: 101 } : packet,
  );
  const call = await recordCall({ streams: [{ packets, codecs: [pcmu] }], lengthMs: 3_000 });
  assert.equal(call.admitted[0]?.length, 100);
  const heard = numbers(marksIn(await channelOf(call, 0)));
  assert.deepEqual(
    heard,
    [...Array(100).keys()].filter((n) => n < 40 || n >= 50),
  );
});

test('an empty packet, sent to keep an address alive, makes no sound and stops nothing', async () => {
  const packets = steady((n) => (n === 20 ? new Uint8Array(0) : mark(n)), { ms: 100, count: 50 });
  const call = await recordCall({ streams: [{ packets }], lengthMs: 2_000 });
  assert.equal(marksIn(await channelOf(call, 0)).length, 49);
});

test('packets held up over the end of a segment are heard in their places, before what the next segment begins with', async () => {
  const packets = steady((n) => mark(n), { ms: 0, count: 3_400 }).map((packet) => {
    const isHeldUp = packet.arrivesMs > 59_000 && packet.arrivesMs < 60_700;
    return isHeldUp ? { ...packet, arrivesMs: 60_700 } : packet;
  });
  const call = await recordCall({ streams: [{ packets }], lengthMs: 68_000 });
  assert.ok(call.score.segments.some(({ captured }) => captured.from === at(60_700)));
  const found = marksIn(await channelOf(call, 0));
  assert.deepEqual(numbers(found), [...Array(3_400).keys()]);
  assert.ok(found.every(({ frame, number }) => frame === number * 160));
});

test('of a live recording, what is not yet in store is silence of true length', async () => {
  const call = await recordCall({ ...dialogue, streams: dialogue.streams.slice(0, 1) });
  const first = call.score.segments.filter(({ number }) => number === 0);
  const live = { ...call, score: { ...call.score, segments: first } };
  const [all, some] = [await channelOf(call, 0), await channelOf(live, 0)];
  assert.equal(some.length, all.length);
  const stored = gaps[0]?.from ?? 0;
  assert.deepEqual(some.subarray(0, stored), all.subarray(0, stored));
  assert.ok(some.subarray(stored + markFrames).every((sample) => sample === 0));
});

test('a packet that reaches out of the recording at its end is heard as far as the recording goes', async () => {
  const packets = steady((n) => mark(n), { ms: 0, count: 50 });
  const call = await recordCall({ streams: [{ packets }], lengthMs: 985 });
  const found = marksIn(await channelOf(call, 0));
  assert.equal(found.at(0)?.frame, 0);
  assert.deepEqual(found.at(-1), { number: 49, family: 0, frame: 980 * 8, frames: 40 });
});
