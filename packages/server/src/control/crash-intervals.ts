/** What a crash left behind of a stream: the spool's last word, corrected by what the store knows of pauses. */

import { intervalOfCrash, type RecoveredCapture } from '@tacet/capture';
import { type Instant, type StreamId, type StreamInterval, subtract, type WithheldSpan } from '@tacet/domain';

/** What the spools tell of each stream; the newest word where several tell. */
export type FoundCaptures = ReadonlyMap<StreamId, RecoveredCapture>;

/**
 * The spool may break off between a resume and its first sync: the gate was shut until the first one opened, or where
 * that was not written down until the grant, at the least.
 */
function splitAtResume(crash: StreamInterval, spans: readonly WithheldSpan[]): readonly StreamInterval[] {
  if (crash.kind !== 'withheld') return [crash];
  const resumed = spans
    .map((span) => span.openedAt ?? span.grantedAt)
    .find((at) => at !== undefined && at > crash.from && at < crash.to);
  if (resumed === undefined) return [crash];
  const rest: StreamInterval = { kind: 'lost', from: resumed, to: crash.to, unitCount: 0, reason: 'crash' };
  return [{ ...crash, to: resumed }, rest];
}

/** A pause may be in store while the spool's word of it was not yet synced: from then on nothing was lost, it was withheld. */
function withholdPaused(crash: StreamInterval, spans: readonly WithheldSpan[]): readonly StreamInterval[] {
  if (crash.kind === 'withheld') return [crash];
  const paused = spans.map((span) => ({ from: span.closedAt, to: span.openedAt ?? span.grantedAt ?? crash.to }));
  const lost = subtract(crash, paused);
  const withheld = subtract(crash, lost).map((interval) => ({ ...interval, kind: 'withheld', unitCount: 0 }) as const);
  return [...lost.map((interval) => ({ ...crash, ...interval })), ...withheld].sort((a, b) => a.from - b.from);
}

/**
 * Whether a closing that is the spool's last word was over: its resume is in store to the end, and only the spool's
 * record of it was not synced yet.
 *
 * The end of a resume is written when every gate has confirmed that it is open, with the instant of the first of them. A
 * gate that is shut after that is shut later than it opened: a closing from before that instant cannot be a new one. A
 * span that did not come to its end leaves open what the gates did, and so does an instant that is yet to come: the clock
 * was set back.
 */
export function isClosingOver(closedSince: Instant, spans: readonly WithheldSpan[], now: Instant): boolean {
  const ends = spans.map((span) => span.openedAt);
  if (ends.some((at) => at === undefined || at > now)) return false;
  return ends.some((at) => at !== undefined && closedSince < at);
}

/** What was not kept from where the spool breaks off until `to`, oldest first. */
export function leftByCrash(
  found: RecoveredCapture,
  to: Instant,
  spans: readonly WithheldSpan[],
): readonly StreamInterval[] {
  const crash = intervalOfCrash(found, to);
  if (crash === undefined) return [];
  return splitAtResume(crash, spans).flatMap((part) => withholdPaused(part, spans));
}
