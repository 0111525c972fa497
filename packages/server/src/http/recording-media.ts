/** The media of recordings on its way to the caller: made, waited for, and given out as links. */
import { Fault } from '@tacet/domain';
import { hasPictures, renderTranscript, type TranscriptLine } from '@tacet/media';
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
import { isPlayable } from './view-recording.ts';
import { preparedInTime, type Waiting } from './wait-for-recording.ts';

/** Media of one recording, as far as it got. */
export interface RecordingMedia {
  readonly format: MediaFormat;
  readonly prepared: PreparedMedia;
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
  // What is written is no sound, and comes with the description.
  if (wish.format === 'NONE' || !isPlayable(view.recording) || isOfItems(view.recording)) return undefined;
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
