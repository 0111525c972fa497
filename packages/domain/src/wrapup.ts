/** How the work of a participant was concluded. */
import type { Wrapup } from './communication-details.ts';
import type { Communication, Conversation } from './conversation.ts';
import { Fault } from './fault.ts';
import type { Instant } from './instant.ts';
import { limits } from './limits.ts';
import { type CommunicationScope, communicationsIn } from './participant-change.ts';

/** As a request gives it (contract: `WrapupInput`). */
export interface WrapupNote extends Partial<Omit<Wrapup, 'endedAt'>> {
  readonly endedAt?: Instant;
  /** The end stays as it was said before. */
  readonly keepsEnd?: boolean;
}

function demandWithin(note: WrapupNote): void {
  const { wrapupNotesCharactersMax: notes, wrapupTagsMax: tags, wrapupTextCharactersMax: text } = limits;
  const tooLong = (field: string, maximum: number): Fault =>
    new Fault('constraintBroken', { field, problem: `is longer than ${maximum}` });
  if ((note.notes?.length ?? 0) > notes) throw tooLong('wrapup.notes', notes);
  if ((note.tags?.length ?? 0) > tags) throw tooLong('wrapup.tags', tags);
  if ([note.code, note.name, ...(note.tags ?? [])].some((one) => (one?.length ?? 0) > text))
    throw tooLong('wrapup', text);
}

/** The time from the end of the communication to the end of the work on it, in whole seconds. */
function secondsOf({ disconnectedAt }: Communication, endedAt: Instant): number | undefined {
  return disconnectedAt === undefined ? undefined : Math.max(0, Math.round((endedAt - disconnectedAt) / 1_000));
}

/**
 * A request's wrap-up, completed for the newest communication of the scope.
 * @throws Fault wrapupCodeNeeded, participantUnknown, resourceUnknown, or constraintBroken beyond a limit.
 */
export function wrapupOf(
  conversation: Conversation,
  scope: CommunicationScope,
  note: WrapupNote,
  now: Instant,
): Wrapup {
  const { code, keepsEnd, ...rest } = note;
  if (code === undefined || code.trim() === '') throw new Fault('wrapupCodeNeeded');
  demandWithin(note);
  const newest = communicationsIn(conversation, scope).at(-1);
  const endedAt = (keepsEnd === true ? newest?.wrapup?.endedAt : undefined) ?? note.endedAt ?? now;
  const durationSeconds = note.durationSeconds ?? (newest === undefined ? undefined : secondsOf(newest, endedAt));
  return { ...rest, code, endedAt, ...(durationSeconds === undefined ? {} : { durationSeconds }) };
}

/** The newest wrap-up of the scope that is provisional, or is not. */
export function assignedWrapup(
  conversation: Conversation,
  scope: CommunicationScope,
  isProvisional: boolean,
): Wrapup | undefined {
  return communicationsIn(conversation, scope).findLast(
    (c) => c.wrapup !== undefined && (c.wrapup.isProvisional ?? false) === isProvisional,
  )?.wrapup;
}
