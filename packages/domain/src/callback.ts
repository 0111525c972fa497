/** Callbacks that were agreed and wait for their call, and whether a call is the one that they wait for. */
import { type Communication, type Conversation, openCommunications, type Participant } from './conversation.ts';
import type { RecordingId } from './ids.ts';
import { after, type Instant } from './instant.ts';
import { limits } from './limits.ts';
import { digitsOf, isSameNumber } from './phone-number.ts';

function isOpenCallback({ mediaType, state }: Communication): boolean {
  return mediaType === 'callback' && state !== 'disconnected';
}

/** Whether somebody waits in the conversation to be called back, or is being called. */
export function hasOpenCallback(conversation: Conversation): boolean {
  return openCommunications(conversation).some(isOpenCallback);
}

/** The numbers, as digits alone, that open callbacks of the conversation name. */
export function callbackDigits(conversation: Conversation): ReadonlySet<string> {
  const callbacks = openCommunications(conversation).filter(isOpenCallback);
  const numbers = callbacks.flatMap(({ details }) => details?.callbackNumbers ?? []);
  return new Set(numbers.flatMap((number) => digitsOf(number) ?? []));
}

/** Whether it is this participant, outside, who is to be called back at the address. */
export function isCalledBackAt({ userId, queueId, communications }: Participant, address: string): boolean {
  if (userId !== undefined || queueId !== undefined) return false;
  const numbers = communications.filter(isOpenCallback).flatMap(({ details }) => details?.callbackNumbers ?? []);
  return numbers.some((number) => isSameNumber(number, address));
}

/**
 * Since when the conversation waits for a call with one of these addresses; `undefined` where it waits for none, not yet,
 * or has waited for so long that the call is rather another one.
 */
export function calledBackSince(
  { participants, startedAt }: Conversation,
  addresses: readonly string[],
  now: Instant,
): Instant | undefined {
  const isOne = (p: Participant): boolean => addresses.some((address) => isCalledBackAt(p, address));
  const callbacks = participants.filter(isOne).flatMap(({ communications }) => communications.filter(isOpenCallback));
  const dueAt = callbacks[0]?.details?.callbackScheduledAt ?? startedAt;
  const isTime = now >= dueAt && now <= after(dueAt, limits.callbackByNumberMsMax);
  // Rule: a callback that somebody has taken before its time waits for its call at once
  const isTaken = callbacks.some(({ state }) => state === 'connected');
  return callbacks.length > 0 && (isTime || (isTaken && now < dueAt)) ? dueAt : undefined;
}

/** The conversation with its callbacks begun by a call: who waited is being called, and so is who has the call. */
export function withCallbackBegun(conversation: Conversation, recordingId: RecordingId, at: Instant): Conversation {
  if (!hasOpenCallback(conversation)) return conversation;
  const begun = (one: Communication): Communication => {
    if (!isOpenCallback(one) || one.state === 'connected') return one;
    return { ...one, state: 'connected', connectedAt: one.connectedAt ?? at };
  };
  const isIn = ({ userId, queueId, communications }: Participant): boolean =>
    (userId === undefined && queueId === undefined) || communications.some((one) => one.recordingId === recordingId);
  const participants = conversation.participants.map((p) =>
    isIn(p) ? { ...p, communications: p.communications.map(begun) } : p,
  );
  return { ...conversation, participants };
}
