/** What programs note about a participant: names and values that never leave the conversation's own document. */
import type { Conversation, Participant } from './conversation.ts';
import { Fault } from './fault.ts';
import type { ParticipantId } from './ids.ts';
import { limits } from './limits.ts';
import { participantOf } from './participant-change.ts';

export type Attributes = NonNullable<Participant['attributes']>;

/** Faults name the member of the request, never the name of an attribute: that may be sensitive too (P13). */
function tooMuch(problem: string): Fault {
  return new Fault('constraintBroken', { field: 'attributes', problem });
}

function lengthOf(attributes: Attributes): number {
  return Object.entries(attributes).reduce((sum, [name, value]) => sum + name.length + value.length, 0);
}

function demandWithin(attributes: Attributes): void {
  const entries = Object.entries(attributes);
  const names = limits.attributeNameCharactersMax;
  const values = limits.attributeCharactersMax;
  if (entries.length > limits.attributesPerParticipantMax) {
    throw tooMuch(`are more than ${limits.attributesPerParticipantMax}`);
  }
  if (entries.some(([name]) => name.length > names)) throw tooMuch(`have a name of more than ${names} characters`);
  if (entries.some(([, value]) => value.length > values))
    throw tooMuch(`have a value of more than ${values} characters`);
}

/**
 * The participant's attributes with those given put in; others stay.
 * @throws Fault participantUnknown, or constraintBroken beyond a limit.
 */
export function withAttributes(conversation: Conversation, id: ParticipantId, given: Attributes): Conversation {
  // `__proto__` and its like are names as any other here.
  const merged = new Map([
    ...Object.entries(participantOf(conversation, id).attributes ?? {}),
    ...Object.entries(given),
  ]);
  const attributes = Object.fromEntries(merged);
  demandWithin(attributes);
  const participants = conversation.participants.map((p) => (p.id === id ? { ...p, attributes } : p));
  const length = participants.reduce((sum, p) => sum + lengthOf(p.attributes ?? {}), 0);
  const all = limits.attributesCharactersMax;
  if (length > all) throw tooMuch(`of the conversation have more than ${all} characters together`);
  return { ...conversation, participants };
}
