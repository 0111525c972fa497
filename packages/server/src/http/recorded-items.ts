/** Items of a recording as files: looked for once it is written down that somebody may have them. */
import { Fault } from '@tacet/domain';
import { type ItemFlaw, renderTranscript, type StoredItem, type TranscriptLine } from '@tacet/media';
import { notePlayback, planPlayback, type RecordingIds, type RecordingView, readRecording } from '../control/index.ts';
import type { Answer, AnswerBytes, GuardedCall } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { savedAs } from './media-file-name.ts';
import { conversationIdOf, recordingIdOf } from './path-ids.ts';
import { isGone } from './view-recording.ts';

/** The recording that a path names, for somebody who may view it. @throws Fault recordingUnknown or permissionMissing. */
export async function recordedItems(
  { control }: HttpContext,
  call: GuardedCall,
): Promise<{ readonly ids: RecordingIds; readonly view: RecordingView }> {
  const ids = { conversationId: conversationIdOf(call), recordingId: recordingIdOf(call) };
  const view = await readRecording(control, call.actor, ids);
  // Rule: what was written in a recording that is deleted is unknown
  if (isGone(view.recording)) throw new Fault('recordingUnknown', { recordingId: ids.recordingId });
  return { ids, view };
}

/** The items of a recording that are in store, once it is written down that somebody may read them. */
export async function* openItems(
  { control, playback }: HttpContext,
  call: GuardedCall,
  view: RecordingView,
): AsyncGenerator<StoredItem, void, void> {
  // Rule: an item is given out only after the audit log says so
  await notePlayback(control, call, view);
  const plan = await planPlayback(control, view);
  for await (const read of playback.items(plan)) if ('head' in read) yield read;
}

/** The lines of a recording, and what `look` made of each of its items on the way. */
export async function linesAnd<T>(
  { control, playback }: HttpContext,
  call: GuardedCall,
  view: RecordingView,
  look: (item: StoredItem) => Promise<T>,
): Promise<{ readonly lines: readonly TranscriptLine[]; readonly seen: ReadonlyMap<string, T> }> {
  await notePlayback(control, call, view);
  const plan = await planPlayback(control, view);
  const seen = new Map<string, T>();
  async function* looked(): AsyncGenerator<StoredItem | ItemFlaw, void, void> {
    for await (const read of playback.items(plan)) {
      if ('head' in read) seen.set(read.head.id, await look(read));
      yield read;
    }
  }
  const intervals = plan.timelines.flatMap((timeline) => timeline.intervals);
  return { lines: await renderTranscript(looked(), intervals), seen };
}

/** The item that the path names. @throws Fault resourceUnknown. */
export async function openItem(http: HttpContext, call: GuardedCall, view: RecordingView): Promise<StoredItem> {
  const itemId = call.path['itemId'] ?? '';
  for await (const item of openItems(http, call, view)) if (item.head.id === itemId) return item;
  throw new Fault('resourceUnknown');
}

export function answerBytes(bytes: Uint8Array): AnswerBytes {
  return {
    lengthBytes: bytes.length,
    read: async function* () {
      yield bytes;
    },
  };
}

/** A file that is saved, and never run or shown where it is: its sender may have put anything into it. */
export function fileAnswer(bytes: Uint8Array, contentType: string, disposition: string): Answer {
  const headers = { 'content-type': contentType, 'content-disposition': disposition };
  return { status: 200, headers, bytes: answerBytes(bytes) };
}

/** An item's bytes; those of a mail as a mail, everything else as bytes of no particular kind. */
export function itemFile({ head, body }: StoredItem): Answer {
  if (head.kind === 'mail') return fileAnswer(body, 'message/rfc822', savedAs(`mail-${head.id}.eml`, 'mail.eml'));
  return fileAnswer(body, 'application/octet-stream', savedAs(head.name, 'item.bin'));
}
