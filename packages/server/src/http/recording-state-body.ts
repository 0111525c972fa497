/** Reads the contract's `SetRecordingState`, and the same member of a `Conversation`. */
import { Fault } from '@tacet/domain';
import { objectBody } from './read-body.ts';

/** The states that can be asked for. `NONE` is in the contract's enumeration, but nothing says what asking for it means. */
const settable: readonly ('ACTIVE' | 'PAUSED')[] = ['ACTIVE', 'PAUSED'];

/** Members of a `Conversation` body that ask for something other than a recording state. */
const otherWishes = ['state', 'conversationIds'];

/**
 * The state asked for, in any case: the contract spells it in upper case and describes it in lower case.
 * @throws Fault bodyMalformed or valueInvalid.
 */
export function wantedState(body: unknown): 'ACTIVE' | 'PAUSED' {
  const { recordingState } = objectBody(body);
  const text = typeof recordingState === 'string' ? recordingState.toUpperCase() : '';
  const wanted = settable.find((state) => state === text);
  // Rule: only ACTIVE and PAUSED can be asked for, in any case; NONE is refused
  if (wanted === undefined) throw new Fault('valueInvalid', { field: 'recordingState', allowed: settable });
  return wanted;
}

/**
 * The state asked for in a body that could also disconnect or merge, which is refused before anything is changed.
 * @throws Fault bodyMalformed or valueInvalid.
 */
export function wantedStateAlone(body: unknown): 'ACTIVE' | 'PAUSED' {
  const members = objectBody(body);
  const other = otherWishes.find((name) => (members[name] ?? undefined) !== undefined);
  if (other !== undefined) throw new Fault('valueInvalid', { property: other, allowed: ['recordingState'] });
  return wantedState(body);
}
