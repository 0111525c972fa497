/** Rules of a metadata store about what was not kept of a stream. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Instant, StreamId, StreamInterval } from '@tacet/domain';
import type { MakeMetadataStore } from './metadata-under-test.ts';
import { at, freshId } from './sample-records.ts';

function withheld(from: Instant, to: Instant, unitCount: number): StreamInterval {
  return { kind: 'withheld', from, to, unitCount };
}

function lost(from: Instant, to: Instant, unitCount: number): StreamInterval {
  return { kind: 'lost', from, to, unitCount, reason: 'network' };
}

export function timelineRules(make: MakeMetadataStore): void {
  test('the same interval told twice is kept once', async () => {
    await using made = await make();
    const streamId = freshId<StreamId>();
    const intervals = [withheld(at(0), at(10), 5), lost(at(20), at(30), 1)];
    await made.store.commit({ timelines: [{ streamId, intervals }] });
    await made.store.commit({
      timelines: [
        { streamId, intervals },
        { streamId, intervals },
      ],
    });
    assert.deepEqual(await made.store.timelineOf(streamId), { streamId, intervals });
  });

  test('a withheld interval that is told again while it grows is one interval, as long as it ever was', async () => {
    await using made = await make();
    const streamId = freshId<StreamId>();
    for (const [to, unitCount] of [[20, 10] as const, [60, 30] as const, [40, 20] as const]) {
      await made.store.commit({ timelines: [{ streamId, intervals: [withheld(at(0.5), at(to), unitCount)] }] });
    }
    const { intervals } = await made.store.timelineOf(streamId);
    assert.deepEqual(intervals, [withheld(at(0.5), at(60), 30)]);
  });

  test('withheld and lost intervals with the same edges are never confused, nor two streams', async () => {
    await using made = await make();
    const [one, two] = [freshId<StreamId>(), freshId<StreamId>()];
    const both = [lost(at(0), at(10), 1), withheld(at(0), at(10), 2)];
    await made.store.commit({
      timelines: [
        { streamId: one, intervals: both },
        { streamId: two, intervals: [withheld(at(0), at(10), 9)] },
      ],
    });
    assert.deepEqual((await made.store.timelineOf(one)).intervals, both);
    assert.deepEqual((await made.store.timelineOf(two)).intervals, [withheld(at(0), at(10), 9)]);
  });

  test('intervals come in the order of their starts, whenever they were told', async () => {
    await using made = await make();
    const streamId = freshId<StreamId>();
    for (const ms of [50, 10, 30, 20, 40]) {
      const interval = ms % 20 === 0 ? lost(at(ms), at(ms + 5), 1) : withheld(at(ms), at(ms + 5), 1);
      await made.store.commit({ timelines: [{ streamId, intervals: [interval] }] });
    }
    const { intervals } = await made.store.timelineOf(streamId);
    assert.deepEqual(
      intervals.map(({ from }) => from),
      [10, 20, 30, 40, 50].map((ms) => at(ms)),
    );
  });
}
