import assert from 'node:assert/strict';
import { test } from 'node:test';
import { instant, type LossReason, type StreamId, type StreamInterval } from '@tacet/domain';
import fc from 'fast-check';
import { IntervalTables } from './interval-tables.ts';
import { inMemory, openDatabase } from './open-database.ts';

const streamId = 'stream' as StreamId;
const reasons: readonly LossReason[] = ['network', 'overload', 'storage', 'crash'];

/** Few instants and counts, so that edges meet often. */
const interval: fc.Arbitrary<StreamInterval> = fc
  .record({
    isWithheld: fc.boolean(),
    from: fc.integer({ min: 0, max: 5 }),
    length: fc.integer({ min: 0, max: 4 }),
    unitCount: fc.integer({ min: 0, max: 3 }),
    reason: fc.constantFrom(...reasons),
  })
  .map(({ isWithheld, from, length, unitCount, reason }) => {
    const edges = { from: instant(from + 0.001), to: instant(from + 0.001 + length), unitCount };
    return isWithheld ? { kind: 'withheld', ...edges } : { kind: 'lost', ...edges, reason };
  });

/** What the tables hold after the intervals were told in these pieces. */
function told(pieces: readonly (readonly StreamInterval[])[]): readonly StreamInterval[] {
  using db = openDatabase(inMemory);
  const tables = new IntervalTables(db);
  for (const intervals of pieces) tables.add({ streamId, intervals });
  return tables.of(streamId).intervals;
}

/** The same by definition: of all accounts with the same name the one that says most. */
function expected(intervals: readonly StreamInterval[]): ReadonlySet<string> {
  const best = new Map<string, StreamInterval>();
  for (const each of intervals) {
    const name = each.kind === 'withheld' ? `withheld ${each.from}` : `lost ${each.from} ${each.to}`;
    const known = best.get(name);
    const weight = (one: StreamInterval): string =>
      `${String(one.to).padStart(9)} ${one.unitCount} ${one.kind === 'lost' ? one.reason : ''}`;
    if (known === undefined || weight(each) > weight(known)) best.set(name, each);
  }
  return new Set([...best.values()].map((each) => JSON.stringify(each)));
}

test('a timeline is the same in whatever order, pieces and repetitions it was told', () => {
  fc.assert(
    fc.property(
      fc.array(interval, { maxLength: 12 }).chain((all) =>
        fc.record({
          all: fc.constant(all),
          again: fc.shuffledSubarray(all),
          shuffled: fc.shuffledSubarray(all, { minLength: all.length }),
        }),
      ),
      ({ all, again, shuffled }) => {
        const atOnce = told([all]);
        assert.deepEqual(told([...shuffled.map((each) => [each]), again]), atOnce);
        assert.deepEqual(new Set(atOnce.map((each) => JSON.stringify({ ...each }))).size, expected(all).size);
      },
    ),
    { numRuns: 60 },
  );
});

test('nothing that was told as withheld is ever told shorter, and nothing is made up', () => {
  fc.assert(
    fc.property(fc.array(interval, { maxLength: 12 }), (all) => {
      const kept = told([all]);
      for (const each of all.filter(({ kind }) => kind === 'withheld')) {
        assert.ok(kept.some(({ kind, from, to }) => kind === 'withheld' && from === each.from && to >= each.to));
      }
      for (const each of kept)
        assert.ok(all.some((one) => JSON.stringify(sorted(one)) === JSON.stringify(sorted(each))));
    }),
    { numRuns: 60 },
  );
});

function sorted(one: StreamInterval): readonly unknown[] {
  return [one.kind, one.from, one.to, one.unitCount, one.kind === 'lost' ? one.reason : undefined];
}
