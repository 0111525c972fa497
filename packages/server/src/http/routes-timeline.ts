/** The door to what was not kept of a recording. */
import { type Instant, toIso } from '@tacet/domain';
import { readTimeline, type TimelineEntry } from '../control/index.ts';
import { type GuardedDoor, ok } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { type TimelineIntervalModel, TimelineListing } from './models/timeline.ts';
import { pageOf, pageParameters } from './page-of.ts';
import { conversationIdOf, recordingIdOf } from './path-ids.ts';

function intervalModel({ streamId, interval }: TimelineEntry, startedAt: Instant): TimelineIntervalModel {
  const { kind, from, to, unitCount } = interval;
  return {
    streamId,
    kind,
    startTime: toIso(from),
    startInstant: from,
    endTime: toIso(to),
    endInstant: to,
    location: Math.round(from - startedAt),
    durationMs: Math.round(to - from),
    unitCount,
    ...(interval.kind === 'lost' ? { reason: interval.reason } : {}),
  };
}

export function timelineDoors({ control }: HttpContext): readonly GuardedDoor[] {
  return [
    {
      method: 'GET',
      path: '/tacet/v1/conversations/{conversationId}/recordings/{recordingId}/timeline',
      operation: 'readTimeline',
      summary: 'What was not kept of a recording, stream by stream: withheld, masked or lost, and how many packets.',
      description: 'Of a recording that goes on, what is known so far: an interval is told when it is over.',
      access: ['recording:recording:view'],
      area: 'recordings',
      parameters: pageParameters,
      answers: { 200: TimelineListing },
      answer: async (call) => {
        const ids = { conversationId: conversationIdOf(call), recordingId: recordingIdOf(call) };
        const { recording, entries } = await readTimeline(control, call.actor, ids);
        return ok(pageOf(call, entries, (entry) => intervalModel(entry, recording.startedAt)));
      },
    },
  ];
}
