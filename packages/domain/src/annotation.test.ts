import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { pauseAnnotations, spanWithin } from './annotation.ts';
import type { ConversationId, RequestId, SpanId } from './ids.ts';
import { instant } from './instant.ts';
import type { AnnotationReason, WithheldSpan } from './withheld-span.ts';

const recording = { from: instant(10_000), to: instant(70_000) };

function span(closedAt: number, openedAt?: number, reason: AnnotationReason = 'SecurePause'): WithheldSpan {
  return {
    id: `span-${closedAt}` as SpanId,
    conversationId: 'conversation' as ConversationId,
    cause: reason === 'Hold' ? 'holdSuppression' : 'securePause',
    reason,
    closedAt: instant(closedAt),
    ...(openedAt === undefined ? {} : { openedAt: instant(openedAt) }),
    pausedBy: { clientId: 'system', name: 'test', from: '', door: 'test', requestId: 'request' as RequestId },
    withheldCount: 0,
  };
}

test('a pause is annotated with its offset, its length, and no length in media that is cut', () => {
  assert.deepEqual(pauseAnnotations(recording, [span(21_000, 41_000)]), [
    {
      spanId: 'span-21000',
      reason: 'SecurePause',
      location: 11_000,
      durationMs: 20_000,
      absoluteLocation: 11_000,
      absoluteDurationMs: 20_000,
      realtimeLocation: 11_000,
      recordingLocation: 11_000,
      recordingDurationMs: 0,
    },
  ]);
});

test('the absolute and the recording offset leave out the length of all earlier pauses', () => {
  const [first, second, third] = pauseAnnotations(recording, [
    span(50_000, 55_000),
    span(20_000, 30_000),
    span(40_000, 41_000),
  ]);
  assert.equal(first?.absoluteLocation, 10_000);
  assert.equal(second?.location, 30_000);
  assert.equal(second?.realtimeLocation, 30_000);
  assert.equal(second?.absoluteLocation, 20_000);
  assert.equal(third?.absoluteLocation, 29_000);
  assert.equal(third?.recordingLocation, 29_000);
});

test('where pauses overlap their common length is left out once', () => {
  const annotations = pauseAnnotations(recording, [
    span(20_000, 30_000),
    span(25_000, 35_000, 'Hold'),
    span(40_000, 41_000),
  ]);
  assert.deepEqual(
    annotations.map(({ reason, location, absoluteLocation }) => ({ reason, location, absoluteLocation })),
    [
      { reason: 'SecurePause', location: 10_000, absoluteLocation: 10_000 },
      { reason: 'Hold', location: 15_000, absoluteLocation: 10_000 },
      { reason: 'SecurePause', location: 30_000, absoluteLocation: 15_000 },
    ],
  );
});

test('a pause that is not over lasts until the end of the recording', () => {
  const [annotation] = pauseAnnotations(recording, [span(60_000)]);
  assert.equal(annotation?.location, 50_000);
  assert.equal(annotation?.durationMs, 10_000);
});

test('a pause that reaches beyond the recording is annotated with the part inside', () => {
  const [before, after] = pauseAnnotations(recording, [span(5_000, 12_000), span(69_000, 90_000)]);
  assert.deepEqual([before?.location, before?.durationMs], [0, 2_000]);
  assert.deepEqual([after?.location, after?.durationMs], [59_000, 1_000]);
});

test('a pause that does not touch the recording is not annotated', () => {
  assert.deepEqual(pauseAnnotations(recording, [span(1_000, 10_000), span(70_000, 80_000), span(90_000)]), []);
});

test('the part of a span within a recording lies within both', () => {
  const ms = fc.integer({ min: 0, max: 100_000 });
  fc.assert(
    fc.property(ms, fc.option(ms, { nil: undefined }), (closedAt, openedAt) => {
      const part = spanWithin(span(closedAt, openedAt), recording);
      const to = Math.min(openedAt ?? recording.to, recording.to);
      const from = Math.max(closedAt, recording.from);
      assert.deepEqual(part, from < to ? { from, to } : undefined);
    }),
  );
});

test('every offset is a whole number of milliseconds, even where instants are not', () => {
  const odd = pauseAnnotations({ from: instant(10_000.333), to: instant(70_000) }, [
    span(20_000.417, 20_100.999),
    span(30_000.5, 30_001.25),
  ]);
  assert.equal(odd.length, 2);
  for (const { spanId: _, reason: __, ...offsets } of odd) {
    for (const offset of Object.values(offsets)) assert.ok(Number.isInteger(offset));
  }
});
