/** The doors to media: bytes of one recording, for whoever holds a link that is still good. */
import { Fault } from '@tacet/domain';
import { planPlayback, type RecordingView, readRecording } from '../control/index.ts';
import { type ByteRange, byteRangeOf } from './byte-range.ts';
import type { Answer, AnswerBytes, Call, OpenDoor } from './door.ts';
import { EdgeFault } from './edge-fault.ts';
import { gapParameter } from './gap-parameter.ts';
import type { HttpContext } from './http-context.ts';
import type { MediaLink } from './media-links.ts';
import type { OpenedPlayback } from './ports.ts';
import { choiceOf } from './query.ts';
import { isPlayable } from './view-recording.ts';

const path = '/tacet/v1/media/{token}';

/**
 * What a link leads to, judged anew: a link ends with the token that asked for it, and with the right to view. A token
 * that has merely expired does not end it, since links have a time of their own.
 */
async function follow(http: HttpContext, token: string, link: MediaLink): Promise<RecordingView> {
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

/** The name says nothing of the conversation (P13). */
function fileHeaders(
  { recording }: RecordingView,
  { contentType }: OpenedPlayback,
): { readonly [name: string]: string } {
  return {
    'content-type': contentType,
    'content-disposition': `attachment; filename="recording-${recording.id}.wav"`,
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
  const view = await follow(http, token, link);
  const plan = await planPlayback(http.control, view);
  const opened = await http.playback.open(plan, { gap, format: 'WAV' });
  const { lengthBytes } = opened;
  const headers = fileHeaders(view, opened);
  const bytesOf = ({ from, to }: ByteRange): AnswerBytes =>
    withBytes ? { lengthBytes: to - from, read: () => opened.read(from, to) } : { lengthBytes: to - from };
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
      answers: { 200: 'audio/wav', 206: 'audio/wav' },
      answer: (call) => answerMedia(http, call, true),
    },
    {
      ...shared,
      method: 'HEAD',
      operation: 'headMedia',
      summary: 'Length and type of the media of a recording.',
      answers: { 200: '' },
      answer: (call) => answerMedia(http, call, false),
    },
  ];
}
