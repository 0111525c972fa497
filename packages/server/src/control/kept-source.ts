/** Sources outlive the process: what an edge needs to go on with a recording is kept with it, sealed. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type {
  Asked,
  CaptureRequest,
  ConversationId,
  DocumentChange,
  KeptSource,
  KeyService,
  RecordingId,
  SealedSource,
  SegmentId,
} from '@tacet/domain';
import type { ControlContext } from './context.ts';
import type { LiveCapture } from './live-conversations.ts';

/** What was kept of a recording, unsealed. */
export interface SourceKept {
  readonly captures: readonly Pick<LiveCapture, 'label' | 'port' | 'request'>[];
  /** As the edge gave it. */
  readonly state: unknown;
}

const cipher = 'aes-256-gcm';
const keyBytes = 32;
const tagBytes = 16;
/** Each key seals one text, so that the nonce need not differ. */
const nonce = Buffer.alloc(12);
const bytesMark = '$base64';

function mark(this: unknown, key: string, value: unknown): unknown {
  const raw = (this as { readonly [key: string]: unknown })[key];
  return raw instanceof Uint8Array ? { [bytesMark]: Buffer.from(raw).toString('base64') } : value;
}

function unmark(_key: string, value: unknown): unknown {
  const text = (value as { readonly [bytesMark]?: unknown } | null)?.[bytesMark];
  return typeof text === 'string' ? new Uint8Array(Buffer.from(text, 'base64')) : value;
}

/** The key service binds a key to the id that it is given with, whatever that names. */
function boundTo(id: RecordingId): SegmentId {
  return id as string as SegmentId;
}

function sealed(keys: KeyService, id: RecordingId, kept: SourceKept): SealedSource {
  const key = randomBytes(keyBytes);
  const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes });
  sealing.setAAD(Buffer.from(id));
  const text = Buffer.from(JSON.stringify(kept, mark));
  const bytes = Buffer.concat([sealing.update(text), sealing.final(), sealing.getAuthTag()]);
  const wrappedKey = Buffer.from(keys.wrap(key, boundTo(id))).toString('base64');
  key.fill(0);
  text.fill(0);
  return { id, wrappedKey, sealed: bytes.toString('base64') };
}

/** @returns nothing where the source has gone or the seal is broken: a recording whose source cannot be spoken to ends. */
export function unsealSource(keys: KeyService, source: KeptSource): SourceKept | undefined {
  if ('goneAt' in source) return undefined;
  const { id, wrappedKey, sealed } = source;
  const key = keys.unwrap(Buffer.from(wrappedKey, 'base64'), boundTo(id));
  const bytes = Buffer.from(sealed, 'base64');
  if (key === undefined || bytes.length < tagBytes) return undefined;
  const unsealing = createDecipheriv(cipher, key, nonce, { authTagLength: tagBytes });
  unsealing.setAAD(Buffer.from(id));
  unsealing.setAuthTag(bytes.subarray(-tagBytes));
  try {
    const text = Buffer.concat([unsealing.update(bytes.subarray(0, -tagBytes)), unsealing.final()]);
    return JSON.parse(text.toString(), unmark) as SourceKept;
  } catch {
    return undefined;
  }
}

/** To be committed with the end of a recording. */
export function sourceForgotten(id: RecordingId): DocumentChange {
  return { kind: 'keptSource', id, value: undefined };
}

/**
 * The source has gone for good. Durable when it resolves: from then on a crash ends the recording, and does not take it
 * up, whatever of its end is still to be stored. It waits for nobody's turn, so that the source can be answered soon.
 * @throws Fault storageUnavailable.
 */
export async function noteSourceGone(
  context: ControlContext,
  { recordingId, conversationId }: { readonly recordingId: RecordingId; readonly conversationId: ConversationId },
  by: Asked,
): Promise<void> {
  // Somebody else is ending it in this turn, and writes that down.
  if (context.live.ofRecording(recordingId) === undefined) return context.queue.run(conversationId, async () => {});
  const value = { id: recordingId, goneAt: context.clock.now(), by };
  await context.store.commit({ documents: [{ kind: 'keptSource', id: recordingId, value }] });
}

/**
 * Keeps what the edge needs to go on with a recording, together with the captures that it has now; durable when it
 * resolves. A recording that is over keeps nothing.
 * @throws Fault storageUnavailable.
 */
export async function keepSource(context: ControlContext, recordingId: RecordingId, state: unknown): Promise<void> {
  const live = context.live.ofRecording(recordingId);
  if (live === undefined) return;
  const captures = [...live.captures.values()]
    .filter((capture) => capture.recordingId === recordingId)
    .map(({ label, port, request }) => ({ label, port, request }));
  const value = sealed(context.keys, recordingId, { captures, state });
  await context.store.commit({ documents: [{ kind: 'keptSource', id: recordingId, value }] });
}

/** The state of a capture's gate and chain is told by the spool, not by what it was started with. */
export function requestKept({ continues: _, ...request }: CaptureRequest): CaptureRequest {
  return request;
}
