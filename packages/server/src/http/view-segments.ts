/** Contract model `Segment`: what a participant did in a communication, one stretch after another. */
import { type Communication, type Interval, subtract, toIso } from '@tacet/domain';
import type { SegmentModel } from './models/communication.ts';

type Ending = Pick<SegmentModel, 'type' | 'howEnded'>;

function segment({ from, to }: Interval, ending: Ending, disconnectType?: string): SegmentModel {
  const why = ending.howEnded === 'disconnect' && disconnectType !== undefined ? { disconnectType } : {};
  return { startTime: toIso(from), endTime: toIso(to), ...ending, ...why };
}

/** Talking or writing, from the connection to the end, without the holds in between. */
function interactions({ connectedAt, disconnectedAt, heldSince, holds = [] }: Communication): readonly Interval[] {
  const last = disconnectedAt ?? heldSince ?? holds.at(-1)?.to;
  if (connectedAt === undefined || last === undefined) return [];
  // A hold that goes on ends nothing but what was before it; what follows the last hold is not over either.
  return subtract({ from: connectedAt, to: last }, holds);
}

/** Stretches that are over: the contract gives each of them an end. */
export function segmentsOf(communication: Communication): SegmentModel[] {
  const { alertingAt, connectedAt, disconnectedAt, disconnectType, holds = [], wrapup } = communication;
  const rungUntil = connectedAt ?? disconnectedAt;
  const howRung = connectedAt === undefined ? 'disconnect' : 'connect';
  const isLast = (at: number): boolean => at === disconnectedAt;
  return [
    ...(alertingAt === undefined || rungUntil === undefined
      ? []
      : [segment({ from: alertingAt, to: rungUntil }, { type: 'alert', howEnded: howRung }, disconnectType)]),
    ...interactions(communication).map((one) =>
      segment(one, { type: 'interact', howEnded: isLast(one.to) ? 'disconnect' : 'hold' }, disconnectType),
    ),
    ...holds.map((one) =>
      segment(one, { type: 'hold', howEnded: isLast(one.to) ? 'disconnect' : 'unhold' }, disconnectType),
    ),
    ...(wrapup === undefined || disconnectedAt === undefined || wrapup.endedAt < disconnectedAt
      ? []
      : [segment({ from: disconnectedAt, to: wrapup.endedAt }, { type: 'wrapup', howEnded: 'wrapup' })]),
  ].sort((a, b) => (a.startTime < b.startTime ? -1 : a.startTime > b.startTime ? 1 : 0));
}
