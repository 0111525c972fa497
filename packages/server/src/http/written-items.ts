/** What was written in a conversation, of all its recordings, for those who may read along. */
import { Fault, type MediaType, type RecordingId } from '@tacet/domain';
import type { ItemHead } from '@tacet/media';
import { type Access, readWritten } from '../control/index.ts';
import type { GuardedCall } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { conversationIdOf } from './path-ids.ts';
import { transcriptOf } from './recording-media.ts';

export interface Written {
  readonly item: ItemHead;
  readonly at: string;
  readonly bodyBytes: number;
  readonly recordingId: RecordingId;
}

export interface Wanted {
  readonly mediaType: MediaType;
  readonly access: Access;
  readonly isForParticipants?: true;
}

export async function writtenIn(http: HttpContext, call: GuardedCall, wanted: Wanted): Promise<readonly Written[]> {
  const { actor, asked } = call;
  const conversationId = conversationIdOf(call);
  const views = await readWritten(http.control, { actor, asked, conversationId, ...wanted });
  const written: Written[] = [];
  for (const view of views) {
    const lines = await transcriptOf(http, call, view);
    written.push(
      ...lines.flatMap((line) =>
        line.kind === 'item'
          ? [{ item: line.item, at: line.at, bodyBytes: line.bodyBytes, recordingId: view.recording.id }]
          : [],
      ),
    );
  }
  return written;
}

/** @throws Fault resourceUnknown for one that was withheld, or never there. */
export async function oneIn(
  http: HttpContext,
  call: GuardedCall,
  wanted: Wanted,
  id: string | undefined = call.path['messageId'],
): Promise<Written> {
  const found = (await writtenIn(http, call, wanted)).find(({ item }) => item.id === id);
  if (found === undefined) throw new Fault('resourceUnknown');
  return found;
}
