import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { instant } from './instant.ts';
import { collisions, type Interval, lengthBefore, overlaps, subtract, union } from './timeline.ts';

/** Instants are few and whole here, so that a set of them can stand for an interval. */
const instantsMax = 24;
const point = fc.integer({ min: 0, max: instantsMax });
/** Any two ends, empty and inverted ones among them. */
const interval: fc.Arbitrary<Interval> = fc
  .tuple(point, point)
  .map(([from, to]) => ({ from: instant(from), to: instant(to) }));
const proper = interval.filter(({ from, to }) => from < to);
const several = fc.array(interval, { maxLength: 8 });

function covered(intervals: readonly Interval[]): ReadonlySet<number> {
  const points = new Set<number>();
  for (const { from, to } of intervals) for (let at: number = from; at < to; at += 1) points.add(at);
  return points;
}

function sorted(points: Iterable<number>): readonly number[] {
  return [...points].sort((a, b) => a - b);
}

function isCanonical(intervals: readonly Interval[]): boolean {
  return intervals.every(({ from, to }, place) => {
    const before = intervals[place - 1];
    return from < to && (before === undefined || before.to < from);
  });
}

test('a union covers what its intervals cover, sorted, with touching ones joined and empty ones left out', () => {
  fc.assert(
    fc.property(several, (intervals) => {
      const joined = union(intervals);
      assert.deepEqual(sorted(covered(joined)), sorted(covered(intervals)));
      assert.ok(isCanonical(joined));
    }),
  );
});

test('a union leaves the intervals it was given untouched', () => {
  const given = [
    { from: instant(5), to: instant(9) },
    { from: instant(1), to: instant(6) },
  ];
  union(given);
  assert.deepEqual(given, [
    { from: instant(5), to: instant(9) },
    { from: instant(1), to: instant(6) },
  ]);
});

test('subtracting leaves exactly the instants that were not taken', () => {
  fc.assert(
    fc.property(interval, several, (within, taken) => {
      const left = subtract(within, taken);
      const gone = covered(taken);
      assert.deepEqual(
        sorted(covered(left)),
        sorted(covered([within])).filter((at) => !gone.has(at)),
      );
      assert.ok(isCanonical(left));
    }),
  );
});

test('the length before an instant counts every covered instant once', () => {
  fc.assert(
    fc.property(several, point, (intervals, at) => {
      const expected = sorted(covered(intervals)).filter((each) => each < at).length;
      assert.equal(lengthBefore(intervals, instant(at)), expected);
    }),
  );
});

test('two intervals overlap when they share an instant; the end of one belongs to the other only', () => {
  fc.assert(
    fc.property(interval, interval, (a, b) => {
      const shared = [...covered([a])].some((at) => covered([b]).has(at));
      assert.equal(overlaps(a, b), shared);
    }),
  );
  assert.equal(overlaps({ from: instant(1), to: instant(2) }, { from: instant(2), to: instant(3) }), false);
});

test('collisions are the pairs that share an instant, in any order of the intervals', () => {
  fc.assert(
    fc.property(fc.array(proper, { maxLength: 6 }), fc.array(proper, { maxLength: 6 }), (as, bs) => {
      const expected = as.flatMap((a) => bs.filter((b) => overlaps(a, b)).map((b) => [a, b] as const));
      const found = collisions(as, bs);
      assert.equal(found.length, expected.length);
      for (const [a, b] of expected) assert.ok(found.some(([x, y]) => x === a && y === b));
    }),
  );
});

test('a pause of no length inside a stored interval collides with nothing', () => {
  const stored = [{ from: instant(10), to: instant(20) }];
  assert.deepEqual(collisions(stored, [{ from: instant(15), to: instant(15) }]), []);
});
