/** Playback: permission, audit, and the plan from which the media is rendered. */
import {
  type Interval,
  type ParticipantId,
  type Purpose,
  type Recording,
  type SegmentDescriptor,
  type StreamTimeline,
  spanWithin,
} from '@tacet/domain';
import type { Request } from './authorise.ts';
import type { ControlContext } from './context.ts';
import { type RecordingView, stretchOf } from './find-recordings.ts';

/** One channel of the rendered media: one participant. */
export interface PlaybackChannel {
  readonly participantId: ParticipantId | undefined;
  readonly purpose: Purpose | undefined;
}

/** Everything a renderer needs; it reads the blobs itself. */
export interface PlaybackPlan {
  readonly recording: Recording;
  readonly stretch: Interval;
  readonly channels: readonly PlaybackChannel[];
  readonly segments: readonly SegmentDescriptor[];
  /** Where the recording was paused, clipped to it. */
  readonly withheld: readonly Interval[];
  readonly timelines: readonly StreamTimeline[];
}

const order: readonly (Purpose | undefined)[] = ['customer', 'external', 'ivr', 'agent', undefined];

/** One channel per participant who is heard; the customer's first, so that left and right mean the same everywhere. */
function channelsOf(view: RecordingView): readonly PlaybackChannel[] {
  const heard = new Set(view.recording.streams.flatMap((s) => s.owners.map((owner) => owner.participantId)));
  const channels: PlaybackChannel[] = view.conversation.participants
    .filter((p) => heard.has(p.id))
    .map((p) => ({ participantId: p.id, purpose: p.purpose }));
  const hasOrphans = view.recording.streams.some((stream) => stream.owners.length === 0);
  if (hasOrphans || channels.length === 0) channels.push({ participantId: undefined, purpose: undefined });
  return channels.sort((a, b) => order.indexOf(a.purpose) - order.indexOf(b.purpose));
}

/** What is rendered, and where; reads nothing of the media. */
export async function planPlayback(context: ControlContext, view: RecordingView): Promise<PlaybackPlan> {
  const { recording } = view;
  const stretch = stretchOf(context, recording);
  const [segments, timelines] = await Promise.all([
    context.store.segmentsOf(recording.id),
    Promise.all(recording.streams.map((stream) => context.store.timelineOf(stream.id))),
  ]);
  const withheld = view.spans.flatMap((span) => spanWithin(span, stretch) ?? []);
  return { recording, stretch, channels: channelsOf(view), segments, withheld, timelines };
}

/** Writes down that someone opened the recording to play it, before they can. */
export async function notePlayback(context: ControlContext, request: Request, view: RecordingView): Promise<void> {
  const { id, conversationId } = view.recording;
  const about = { at: context.clock.now(), by: request.asked, conversationId, recordingId: id };
  await context.store.commit({ audit: [{ ...about, action: 'playbackOpened', result: 'done', facts: {} }] });
}
