/** What a crash leaves of a gate, for every moment at which spool and store may have stopped hearing of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RecoveredCapture } from '@tacet/capture';
import { type Instant, type Interval, instant, overlaps, type WithheldSpan } from '@tacet/domain';
import fc from 'fast-check';
import { isClosingOver, leftByCrash } from '../../src/control/crash-intervals.ts';

/** What happens to one gate, in its order; the instants between two steps are at least one apart, or none at all. */
type Step =
  | { readonly kind: 'closed' | 'opened'; readonly at: Instant }
  | { readonly kind: 'paused' | 'granted' | 'resumed'; readonly at: Instant; readonly span: number };

interface Life {
  readonly steps: readonly Step[];
  readonly endsAt: Instant;
}

/** Pauses and resumes one after the other: gate shut, written down; granted, gate open, written down. */
const lives: fc.Arbitrary<Life> = fc
  .array(fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 4 })
  .map((rounds) => {
    let at = 1_000;
    const steps: Step[] = rounds.flatMap((gaps, span) => {
      const [closedAt, pausedAt, grantedAt, openedAt, resumedAt] = gaps.map((gap): Instant => {
        at += gap;
        return instant(at);
      }) as [Instant, Instant, Instant, Instant, Instant];
      return [
        { kind: 'closed', at: closedAt },
        { kind: 'paused', at: pausedAt, span },
        { kind: 'granted', at: grantedAt, span },
        { kind: 'opened', at: openedAt },
        { kind: 'resumed', at: resumedAt, span },
      ] as const;
    });
    return { steps, endsAt: instant(at + 1) };
  });

/** A life that is cut short, and how much of it spool and store know. */
const cuts = lives.chain((life) =>
  fc
    .tuple(fc.nat(life.steps.length), fc.nat(life.steps.length), fc.nat(life.steps.length))
    .map(([crash, spool, store]) => {
      const lived = life.steps.slice(0, crash);
      return { lived, inSpool: lived.slice(0, spool), inStore: lived.slice(0, store), endsAt: life.endsAt };
    }),
);

function closingOf(steps: readonly Step[]): Instant | undefined {
  const last = steps.findLast(({ kind }) => kind === 'closed' || kind === 'opened');
  return last?.kind === 'closed' ? last.at : undefined;
}

/** The span that each round has in store; the instants in it are those of the gate. */
function spansOf(inStore: readonly Step[], lived: readonly Step[]): readonly WithheldSpan[] {
  const gateAt = (kind: 'closed' | 'opened', round: number): Instant =>
    lived.filter((step) => step.kind === kind)[round]?.at ?? assert.fail();
  const rounds = inStore.flatMap((step) => (step.kind === 'paused' ? step.span : []));
  return rounds.map((round) => {
    const granted = inStore.find((step) => step.kind === 'granted' && step.span === round);
    const isOver = inStore.some((step) => step.kind === 'resumed' && step.span === round);
    return {
      closedAt: gateAt('closed', round),
      ...(granted === undefined ? {} : { grantedAt: granted.at }),
      ...(isOver ? { openedAt: gateAt('opened', round) } : {}),
    } as WithheldSpan;
  });
}

/** Whether the store's last word is that recording runs. */
function isRunning(inStore: readonly Step[]): boolean {
  return inStore.findLast(({ kind }) => kind !== 'closed' && kind !== 'opened')?.kind !== 'paused';
}

test('a gate comes back open only where the store has the end of a resume, and no pause since then reached the spool', () => {
  fc.assert(
    fc.property(cuts, ({ lived, inSpool, inStore, endsAt }) => {
      const closedSince = closingOf(inSpool);
      fc.pre(closedSince !== undefined && isRunning(inStore));
      if (closedSince === undefined) return;
      const spans = spansOf(inStore, lived);
      const newest = inStore.findLast(({ kind }) => kind === 'resumed' || kind === 'granted');
      const closings = lived.filter((step) => step.kind === 'closed').map(({ at }) => at);
      const closing = inSpool.filter((step) => step.kind === 'closed').length - 1;
      assert.equal(closings[closing], closedSince);
      // The rounds are numbered: the truth needs no instants.
      const isOver = newest?.kind === 'resumed' && newest.span >= closing;
      const said = isClosingOver(closedSince, spans, endsAt);
      if (said) assert.ok(isOver, 'it never opens what was not confirmed');
      const openedAt = spans.at(-1)?.openedAt;
      // Where a gate opened and shut in the same instant nobody can tell the one from the other: it stays shut.
      if (isOver && openedAt !== undefined && closedSince < openedAt) assert.ok(said, 'it forgets no resume');
    }),
    { numRuns: 2_000 },
  );
});

test('a clock that was set back, and a span without its end, keep a gate shut', () => {
  const span = (facts: Partial<WithheldSpan>) => ({ closedAt: instant(1_000), ...facts }) as WithheldSpan;
  const [closedSince, now] = [instant(1_000), instant(3_000)];
  const over = span({ grantedAt: instant(1_900), openedAt: instant(2_000) });
  assert.equal(isClosingOver(closedSince, [over], now), true);
  assert.equal(isClosingOver(closedSince, [over], instant(1_999)), false);
  assert.equal(isClosingOver(closedSince, [over, span({ grantedAt: instant(2_500) })], now), false);
  assert.equal(isClosingOver(closedSince, [over, span({})], now), false);
  assert.equal(isClosingOver(instant(2_000), [over], now), false, 'the same instant is no earlier one');
  assert.equal(isClosingOver(closedSince, [], now), false);
});

test('what a crash leaves is told without a hole, and as withheld wherever the store has a pause', () => {
  fc.assert(
    fc.property(cuts, fc.integer({ min: 1, max: 50 }), ({ lived, inSpool, inStore, endsAt }, downMs) => {
      const closedSince = closingOf(inSpool);
      const lastAt = inSpool.at(-1)?.at ?? instant(1_000);
      const spans = spansOf(inStore, lived);
      const to = instant(endsAt + downMs);
      const left = leftByCrash({ closedSince, overAt: undefined, lastAt } as RecoveredCapture, to, spans);
      const from = left[0]?.from ?? assert.fail();
      assert.ok(from === (closedSince ?? instant(lastAt + 0.001)), 'it begins where the spool breaks off');
      assert.equal(left.at(-1)?.to, to);
      for (const [place, { from: next }] of left.slice(1).entries()) assert.equal(left[place]?.to, next);
      const paused: readonly Interval[] = spans.map((one) => ({
        from: one.closedAt,
        to: one.openedAt ?? one.grantedAt ?? to,
      }));
      for (const interval of left.filter(({ kind }) => kind === 'lost')) {
        assert.ok(!paused.some((one) => overlaps(one, interval)), 'nothing of a pause is told as lost');
      }
    }),
    { numRuns: 1_000 },
  );
});
