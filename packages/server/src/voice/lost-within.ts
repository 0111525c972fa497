/** What went missing as an interval of a recording: only what was missing while its gate was open is lost to it. */
import { earliest, type Interval, type LossReason, latest, type StreamInterval } from '@tacet/domain';
import type { LostPackets } from '@tacet/media/intake';

/** The gap as an interval, as far as the gate was open. */
export function lostWithin(
  open: Interval,
  { from, to, unitCount }: LostPackets,
  reason: LossReason,
): readonly (StreamInterval & { readonly kind: 'lost' })[] {
  const inside = { from: latest(from, open.from), to: earliest(to, open.to) };
  return unitCount === 0 || inside.from >= inside.to ? [] : [{ kind: 'lost', ...inside, unitCount, reason }];
}
