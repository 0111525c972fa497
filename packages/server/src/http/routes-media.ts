/** The doors to media: bytes of one recording, for whoever holds a link that is still good. */
import { after, Fault } from '@tacet/domain';
import { planPlayback, type RecordingView, readRecording } from '../control/index.ts';
import { type ByteRange, byteRangeOf } from './byte-range.ts';
import type { Answer, AnswerBytes, Call, OpenDoor } from './door.ts';
import { EdgeFault } from './edge-fault.ts';
import { gapParameter } from './gap-parameter.ts';
import type { HttpContext } from './http-context.ts';
import { httpLimits } from './http-limits.ts';
import { contentDisposition, type MediaFile } from './media-file-name.ts';
import type { MediaLink } from './media-links.ts';
import { MediaBytes } from './models/recording.ts';
import type { OpenedPlayback, WantedMedia } from './ports.ts';
import { choiceOf } from './query.ts';
import { isPlayable } from './view-recording.ts';
import { preparedInTime } from './wait-for-recording.ts';

const path = '/tacet/v1/media/{token}';

/**
 * What a link leads to, judged anew: a link ends with the token that asked for it, and with the right to view. A token
 * that has merely expired does not end it, since links have a time of their own.
 */
export async function followLink(http: HttpContext, token: string, link: MediaLink): Promise<RecordingView> {
  const actor = await http.tokens.check(link.bearer).catch((error: unknown) => {
    if (error instanceof Fault && error.code === 'tokenExpired') return link.actor;
    // Rule: a link to media ends when the token that asked for it is revoked
    if (error instanceof Fault && error.code === 'tokenInvalid') {
      http.links.remove(token);
      throw new EdgeFault('routeUnknown');
    }
    throw error;
  });
  const view = await readRecording(http.control, actor, link);
  if (!isPlayable(view.recording)) throw new Fault('recordingUnknown');
  return view;
}

/** Media that was made for the link may have been forgotten since; it is made again while the caller waits. */
async function opened(
  http: HttpContext,
  call: Call,
  view: RecordingView,
  wanted: WantedMedia,
): Promise<OpenedPlayback> {
  const { clock } = http.control;
  const plan = await planPlayback(http.control, view);
  const until = after(clock.now(), httpLimits.mediaWaitMs);
  const waiting = { clock, until, isGone: call.isGone };
  const { isReady } = await preparedInTime(waiting, () => http.playback.prepare(plan, wanted));
  // Nobody hears this answer, and it is nobody's fault.
  if (!isReady && call.isGone()) throw new EdgeFault('requestSlow');
  return http.playback.open(plan, wanted);
}

function fileHeaders(
  { recording }: RecordingView,
  { contentType }: OpenedPlayback,
  file: MediaFile,
): { readonly [name: string]: string } {
  return {
    'content-type': contentType,
    'content-disposition': contentDisposition(recording.id, file),
    'accept-ranges': 'bytes',
    'referrer-policy': 'no-referrer',
  };
}

function rangeOf({ headers }: Call, lengthBytes: number): ByteRange | undefined {
  // We name no version of the media, so a range that depends on one is not for us to cut (RFC 9110 §13.1.5).
  if (headers['if-range'] !== undefined) return undefined;
  const range = byteRangeOf(headers.range, lengthBytes);
  if (range === 'unsatisfiable') throw new EdgeFault('rangeUnsatisfiable', { lengthBytes });
  return range;
}

async function answerMedia(http: HttpContext, call: Call, withBytes: boolean): Promise<Answer> {
  const gap = choiceOf(call.query, gapParameter) ?? 'silence';
  const token = call.path['token'] ?? '';
  const link = http.links.find(token);
  if (link === undefined) throw new EdgeFault('routeUnknown');
  const view = await followLink(http, token, link);
  const { file = { format: 'WAV' } } = link;
  const media = await opened(http, call, view, { gap, format: file.format });
  const { lengthBytes } = media;
  const headers = fileHeaders(view, media, file);
  const bytesOf = ({ from, to }: ByteRange): AnswerBytes =>
    withBytes ? { lengthBytes: to - from, read: () => media.read(from, to) } : { lengthBytes: to - from };
  const range = withBytes ? rangeOf(call, lengthBytes) : undefined;
  if (range === undefined) return { status: 200, headers, bytes: bytesOf({ from: 0, to: lengthBytes }) };
  const contentRange = `bytes ${range.from}-${range.to - 1}/${lengthBytes}`;
  return { status: 206, headers: { ...headers, 'content-range': contentRange }, bytes: bytesOf(range) };
}

export function mediaDoors(http: HttpContext): readonly OpenDoor[] {
  const shared = { path, access: 'anyone', parameters: [gapParameter] } as const;
  return [
    {
      ...shared,
      method: 'GET',
      operation: 'getMedia',
      summary: 'The media of a recording, or one range of it.',
      answers: { 200: MediaBytes, 206: MediaBytes },
      answer: (call) => answerMedia(http, call, true),
    },
    {
      ...shared,
      method: 'HEAD',
      operation: 'headMedia',
      summary: 'Length and type of the media of a recording.',
      answers: { 200: undefined },
      answer: (call) => answerMedia(http, call, false),
    },
  ];
}
