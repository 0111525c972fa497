import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seededRandom } from '@tacet/testkit';
import { ClockMemory } from '../src/index.ts';
import { marksIn } from './marks.ts';
import { type Pause, type RecordedCall, recordCall } from './recorded-call.ts';
import { bytesOf, channelOf, render, rendering } from './rendered.ts';
import { quietFrames, sent, type Way } from './sender.ts';

const near: Way = { ssrc: 7, family: 0, seconds: 30, delayAt: () => 10.25, name: 'sbc@203.0.113.5' };
const far: Way = { ...near, ssrc: 8, family: 1, delayAt: () => 90.25 };

interface Heard {
  readonly number: number;
  /** When it was sent, and where it stands, in ms. */
  readonly sentMs: number;
  readonly atMs: number;
}

function record(ways: readonly Way[], pauses: readonly Pause[] = []): Promise<RecordedCall> {
  const lengthMs = Math.max(...ways.map(({ seconds }) => seconds)) * 1_000 + 1_000;
  return recordCall({ streams: ways.map(sent), lengthMs, pauses });
}

async function heardIn(call: RecordedCall, channel: number): Promise<readonly Heard[]> {
  return marksIn(await channelOf(call, channel)).map(({ number, frame }) => {
    return { number, sentMs: number * 20, atMs: (frame - quietFrames) / 8 };
  });
}

/** By how much the packets of the second stream stand later than those of the first that were sent with them. */
async function apart(call: RecordedCall): Promise<readonly (Heard & { readonly lateMs: number })[]> {
  const first = new Map((await heardIn(call, 0)).map((heard) => [heard.number, heard.atMs]));
  return (await heardIn(call, 1)).flatMap((heard) => {
    const beside = first.get(heard.number);
    return beside === undefined ? [] : [{ ...heard, lateMs: heard.atMs - beside }];
  });
}

function jittered(way: Way, seed: number): Way {
  const random = seededRandom(seed, 'jitter');
  return { ...way, delayAt: (ms) => way.delayAt(ms) + random.below(30_000) / 1_000 };
}

test('a stream that the network holds up throughout stands beside the other one of its sender', async () => {
  for (const ways of [
    [near, far],
    [far, near].map((way, place) => ({ ...way, family: place as 0 | 1 })),
    [jittered(near, 1), jittered(far, 2)],
  ]) {
    const call = await record(ways);
    const both = await apart(call);
    assert.equal(both.length, 1_500, 'all of both is heard');
    // The first packets that would stand before the recording cannot.
    const worst = Math.max(...both.slice(200).map(({ lateMs }) => Math.abs(lateMs)));
    assert.ok(worst <= 6, `${worst} ms`);
  }
});

test('without reports that can be believed, every packet stands where its arrival says', async () => {
  const silent = [near, far].map(({ name, ...way }) => way);
  const plain = await render(await record(silent));
  const [one, two] = silent as [Way, Way];
  const rows: readonly (readonly [string, readonly Way[]])[] = [
    ['in one stream only', [near, two]],
    ['in the other only', [one, far]],
    ['of two clocks', [near, { ...far, name: 'other@203.0.113.9' }]],
    ['that lie by more than any network takes', [near, { ...far, lieAt: () => 7_000 }]],
    ['that lie the other way', [near, { ...far, lieAt: () => -7_000 }]],
    ['that say something else each time', [near, { ...far, lieAt: (ms) => (ms / 5_000) * 40 }]],
  ];
  for (const [what, ways] of rows) {
    assert.ok((await render(await record(ways))).equals(plain), `reports ${what}`);
  }
  const short = (ways: readonly Way[]): readonly Way[] => ways.map((way) => ({ ...way, seconds: 5 }));
  const once = await render(await record(short([near, far])));
  assert.ok(once.equals(await render(await record(short(silent)))), 'one report alone');
});

test('a liar among three is left alone, and the other two are aligned', async () => {
  const liar: Way = { ...near, ssrc: 9, lieAt: () => -5_000 };
  const streams = [near, far, liar].map(sent);
  for (const { payload } of streams[2]?.packets ?? []) payload.fill(0xff);
  const call = await recordCall({ streams, lengthMs: 31_000 });
  const both = await apart(call);
  assert.ok(Math.max(...both.slice(200).map(({ lateMs }) => Math.abs(lateMs))) <= 6);
});

const pauses: readonly Pause[] = [
  { fromMs: 7_013.5, toMs: 13_513.5 },
  { fromMs: 16_013.5, toMs: 16_713.5 },
];

test('alignment moves nothing across the edge of a gap, and drops nothing at it', async () => {
  const call = await record([near, far], pauses);
  const unmoved = await record(
    [near, far].map(({ name, ...way }) => way),
    pauses,
  );
  for (const channel of [0, 1]) {
    const heard = await heardIn(call, channel);
    const before = await heardIn(unmoved, channel);
    assert.deepEqual(
      heard.map(({ number }) => number),
      before.map(({ number }) => number),
      'what was admitted is heard, once and in order',
    );
    for (const { fromMs, toMs } of pauses) {
      const insideOf = (all: readonly Heard[]): readonly number[] =>
        all.filter(({ atMs }) => atMs + 20 > fromMs && atMs < toMs).map(({ number }) => number);
      const inside = new Set(insideOf(before));
      assert.ok(
        insideOf(heard).every((number) => inside.has(number)),
        'nothing reaches into the gap that did not',
      );
      const first = heard.find(({ atMs }) => atMs >= toMs)?.atMs ?? Number.POSITIVE_INFINITY;
      assert.ok(first - toMs < 20, 'and ends where it did, within a packet');
    }
    const [cut, cutBefore] = [await channelOf(call, channel, 'cut'), await channelOf(unmoved, channel, 'cut')];
    const [kept, keptBefore] = [marksIn(cut), marksIn(cutBefore)].map((marks) => marks.map(({ number }) => number));
    const missing = keptBefore?.filter((number) => kept?.includes(number) !== true);
    assert.deepEqual(missing, [], 'nor is anything lost where gaps are cut out');
  }
});

test('behind a gap a held up stream comes back beside the other one in small steps', async () => {
  const call = await record([near, far], pauses);
  const both = await apart(call);
  const behind = both.filter(({ atMs }) => atMs > (pauses[1]?.toMs ?? 0));
  const steps = behind.slice(1).map(({ atMs }, place) => atMs - (behind[place]?.atMs ?? 0));
  assert.ok(Math.min(...steps) >= 19.5 && Math.max(...steps) <= 20);
  assert.ok((behind[0]?.lateMs ?? 0) > 50);
  assert.ok(Math.max(...behind.slice(200).map(({ lateMs }) => Math.abs(lateMs))) <= 6);
});

test('a range of an aligned recording is that slice of the whole, whatever was read before', async () => {
  const wandering = (ms: number): number => (ms < 70_000 ? 90.25 : 10.25);
  const ways = [jittered({ ...near, seconds: 130 }, 3), jittered({ ...far, seconds: 130, delayAt: wandering }, 4)];
  const call = await record(ways, pauses);
  const whole = await render(call);
  const reversed = { ...call.score, segments: [...call.score.segments].reverse() };
  assert.ok((await render({ ...call, score: reversed })).equals(whole), 'in whatever order segments are listed');
  const clocks = new ClockMemory();
  const random = seededRandom(9, 'ranges');
  const edges = call.score.segments.flatMap(({ captured }) => [captured.from, captured.to]);
  for (const edge of edges.sort(() => random.below(3) - 1)) {
    const frame = Math.round((edge - call.score.stretch.from) * 8) + random.below(40_000) - 20_000;
    const from = Math.max(44, 44 + frame * 4);
    const to = Math.min(whole.length, from + 4_000);
    if (from >= to) continue;
    for (const ports of [call, { ...call, clocks }]) {
      const bytes = await bytesOf(rendering(call, 'silence', ports).read(from, to));
      assert.ok(bytes.equals(whole.subarray(from, to)), `from frame ${frame}`);
    }
  }
});
