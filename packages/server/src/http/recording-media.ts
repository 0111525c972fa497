/** The media of recordings on its way to the caller: made, waited for, and given out as links. */
import { Fault, type MediaType } from '@tacet/domain';
import { hasPictures, mediaProfiles, renderTranscript, type TranscriptLine } from '@tacet/media';
import {
  isOfItems,
  notePlayback,
  type PlaybackPlan,
  planPlayback,
  type RecordingView,
  readRecordingSettings,
  shelveRecording,
} from '../control/index.ts';
import type { GuardedCall } from './door.ts';
import type { HttpContext } from './http-context.ts';
import type { MediaFormat, PreparedMedia } from './ports.ts';
import type { MediaWish } from './recording-parameters.ts';
import { isPlayable, type ShownMedia } from './view-recording.ts';
import { preparedInTime, type Waiting } from './wait-for-recording.ts';

/** Media of one recording, as far as it got. */
export interface RecordingMedia {
  readonly format: MediaFormat;
  readonly prepared: PreparedMedia;
}

const eventTypes: ReadonlySet<MediaType> = new Set(
  mediaProfiles.filter(({ renderer }) => renderer === 'cobrowse').map(({ type }) => type),
);

/** Whether a recording is of what happened in pages. */
export function isOfEvents({ mediaType }: RecordingView['recording']): boolean {
  return eventTypes.has(mediaType);
}

/** The format of one recording: one that was not named gives way to WAV where the recording is too long for it. */
function formatOf({ playback }: HttpContext, plan: PlaybackPlan, wish: MediaWish): MediaFormat | undefined {
  const { format, isNamed, gap = 'silence' } = wish;
  // There is one container for pictures, whatever is asked for beside them.
  if (format !== 'NONE' && hasPictures(plan.recording.mediaType)) return 'WEBM';
  if (format === 'NONE' || isNamed) return format === 'NONE' ? undefined : format;
  try {
    playback.prepare(plan, { format, gap });
    return format;
  } catch (error) {
    if (error instanceof Fault && error.code === 'formatUnavailable') return 'WAV';
    throw error;
  }
}

/**
 * Begins to make the media of a recording and waits for it.
 * @returns `undefined` where there is nothing to play, or none is wanted.
 * @throws Fault as making it fails; formatUnavailable.
 */
export async function mediaOf(
  http: HttpContext,
  view: RecordingView,
  wish: MediaWish,
  waiting: Waiting,
): Promise<RecordingMedia | undefined> {
  // What is written is no sound, and comes with the description; what happened in a page is replayed by a page.
  const isSound = !isOfItems(view.recording) && !isOfEvents(view.recording);
  if (wish.format === 'NONE' || !isPlayable(view.recording) || !isSound) return undefined;
  const plan = await planPlayback(http.control, view);
  const format = formatOf(http, plan, wish);
  if (format === undefined) return undefined;
  const { gap = 'silence' } = wish;
  return { format, prepared: await preparedInTime(waiting, () => http.playback.prepare(plan, { format, gap })) };
}

/** What was written in a recording of items, once it is written down that somebody may read it. */
export async function transcriptOf(
  { control, playback }: HttpContext,
  call: GuardedCall,
  view: RecordingView,
): Promise<readonly TranscriptLine[]> {
  // Rule: a transcript is given out only after the audit log says so
  await notePlayback(control, call, view);
  await shelveRecording(control, view.recording);
  const plan = await planPlayback(control, view);
  const intervals = plan.timelines.flatMap((timeline) => timeline.intervals);
  return renderTranscript(playback.items(plan), intervals);
}

/** A link to the media, once it is written down that somebody may play it. */
export async function mediaUriOf(
  http: HttpContext,
  call: GuardedCall,
  view: RecordingView,
  { format, wish }: { readonly format: MediaFormat; readonly wish: MediaWish },
): Promise<string> {
  const { actor, asked, bearer, publicUrl } = call;
  // Rule: a link to media is given out only after the audit log says so
  await notePlayback(http.control, { actor, asked }, view);
  const { id: recordingId, conversationId } = view.recording;
  const { recordingPlaybackUrlTtl } = await readRecordingSettings(http.control);
  const link = { conversationId, recordingId, actor, bearer, file: { format, ...wish.file } };
  const token = http.links.add(link, recordingPlaybackUrlTtl * 60_000);
  return `${publicUrl}/tacet/v1/media/${token}${wish.gap === undefined ? '' : `?gap=${wish.gap}`}`;
}

/** A link to the page that replays the recording, and what is kept of it, once it is written down that somebody may see it. */
export async function replayOf(http: HttpContext, call: GuardedCall, view: RecordingView): Promise<ShownMedia> {
  const { actor, asked, bearer, publicUrl } = call;
  // Rule: a link to a replay is given out only after the audit log says so
  await notePlayback(http.control, { actor, asked }, view);
  const { id: recordingId, conversationId } = view.recording;
  const { recordingPlaybackUrlTtl } = await readRecordingSettings(http.control);
  const token = http.links.add({ conversationId, recordingId, actor, bearer }, recordingPlaybackUrlTtl * 60_000);
  const lengthBytes = (await planPlayback(http.control, view)).segments.reduce((sum, { bytes }) => sum + bytes, 0);
  const uri = `${publicUrl}/tacet/v1/cobrowse/replays/${token}`;
  return { prepared: { isReady: true, lengthBytes, tookMs: 0 }, uri };
}
