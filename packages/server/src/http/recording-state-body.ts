/** Reads the contract's `SetRecordingState`, and the same member of a `Conversation`. */
import { Fault } from '@tacet/domain';

/** The states that can be asked for. `NONE` is in the contract's enumeration, but nothing says what asking for it means. */
const settable: readonly ('ACTIVE' | 'PAUSED')[] = ['ACTIVE', 'PAUSED'];

/**
 * The state asked for, in any case: the contract spells it in upper case and describes it in lower case.
 * @throws Fault bodyMalformed or valueInvalid.
 */
export function wantedState(body: unknown): 'ACTIVE' | 'PAUSED' {
  const { recordingState } = Object(body) as { readonly recordingState?: unknown };
  const text = typeof recordingState === 'string' ? recordingState.toUpperCase() : '';
  const wanted = settable.find((state) => state === text);
  // Rule: only ACTIVE and PAUSED can be asked for, in any case; NONE is refused
  if (wanted === undefined) throw new Fault('valueInvalid', { field: 'recordingState', allowed: settable });
  return wanted;
}
