/** What a crash left behind of a stream: the spool's last word, corrected by what the store knows of pauses. */

import { intervalOfCrash, type RecoveredCapture } from '@tacet/capture';
import { type Instant, type StreamInterval, subtract, type WithheldSpan } from '@tacet/domain';

/** The spool may break off between a granted resume and its first sync: the gate was shut until the grant, at the least. */
function splitAtGrant(crash: StreamInterval, spans: readonly WithheldSpan[]): readonly StreamInterval[] {
  if (crash.kind !== 'withheld') return [crash];
  const granted = spans
    .map((span) => span.grantedAt)
    .find((at) => at !== undefined && at > crash.from && at < crash.to);
  if (granted === undefined) return [crash];
  const rest: StreamInterval = { kind: 'lost', from: granted, to: crash.to, unitCount: 0, reason: 'crash' };
  return [{ ...crash, to: granted }, rest];
}

/** A pause may be in store while the spool's word of it was not yet synced: from then on nothing was lost, it was withheld. */
function withholdPaused(crash: StreamInterval, spans: readonly WithheldSpan[]): readonly StreamInterval[] {
  if (crash.kind === 'withheld') return [crash];
  const paused = spans.map((span) => ({ from: span.closedAt, to: span.openedAt ?? span.grantedAt ?? crash.to }));
  const lost = subtract(crash, paused);
  const withheld = subtract(crash, lost).map((interval) => ({ ...interval, kind: 'withheld', unitCount: 0 }) as const);
  return [...lost.map((interval) => ({ ...crash, ...interval })), ...withheld].sort((a, b) => a.from - b.from);
}

/** What was not kept from where the spool breaks off until `to`, oldest first. */
export function leftByCrash(
  found: RecoveredCapture,
  to: Instant,
  spans: readonly WithheldSpan[],
): readonly StreamInterval[] {
  const crash = intervalOfCrash(found, to);
  if (crash === undefined) return [];
  return splitAtGrant(crash, spans).flatMap((part) => withholdPaused(part, spans));
}
