/** What a capture whose gate is shut has not kept when it comes to its end. */
import { earliest, type Instant, type LossReason, type StreamInterval } from '@tacet/domain';
import type { Gatekeeper } from './gatekeeper.ts';

/** @param reason why what was allowed again never came, or was not kept. */
export function shutUntil(gatekeeper: Gatekeeper, now: Instant, reason: LossReason): readonly StreamInterval[] {
  const { isOpen, since, withheldCount: unitCount, anchorAwaitedSince = now } = gatekeeper;
  if (isOpen || now <= since) return [];
  const withheld = { kind: 'withheld', from: since, to: earliest(anchorAwaitedSince, now), unitCount } as const;
  // Rule: what could have been recorded after a resume and never came is lost, not withheld
  if (anchorAwaitedSince >= now) return [withheld];
  return [withheld, { kind: 'lost', from: anchorAwaitedSince, to: now, unitCount: 0, reason }];
}
