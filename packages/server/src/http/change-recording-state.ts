/** What the doors to the recording state have in common: the use-case, the instant in the headers, the word for refusals. */
import { type AuditAction, type MediaType, toIso } from '@tacet/domain';
import { type RecordingStateSet, type SetRecordingState, setRecordingState } from '../control/index.ts';
import type { GuardedCall } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { conversationIdOf } from './path-ids.ts';

export type StateWish = Pick<SetRecordingState, 'state' | 'right'> & { readonly mediaType?: MediaType };

export async function setState(
  { control }: HttpContext,
  call: GuardedCall,
  wish: StateWish,
): Promise<RecordingStateSet> {
  const { actor, asked } = call;
  const conversationId = conversationIdOf(call);
  call.handOver();
  return setRecordingState(control, { actor, asked, conversationId, cause: 'securePause', ...wish });
}

/** The instant from which on nothing is kept: as a date, and exactly. */
export function closedHeaders({ closedAt }: RecordingStateSet): { readonly [name: string]: string } {
  if (closedAt === undefined) return {};
  return { 'tacet-closed-at': toIso(closedAt), 'tacet-closed-at-ms': String(closedAt) };
}

/** A wish that was not read, or not understood, counts as one to pause: it is what these doors are for. */
export function refusedStateAs(body: unknown): AuditAction {
  const { recordingState } = Object(body) as { readonly recordingState?: unknown };
  return String(recordingState).toUpperCase() === 'ACTIVE' ? 'recordingResumed' : 'recordingPaused';
}
