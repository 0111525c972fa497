/** Reads the contract's `MediaParticipantRequest`. */
import { Fault, type MediaType } from '@tacet/domain';
import type { ChangeParticipant } from '../control/index.ts';
import type { MediaParticipantRequest } from './models/participant-change.ts';
import { instantIn, wrapupNote } from './wrapup-body.ts';

type Wish = Pick<ChangeParticipant, 'change' | 'wrapup'>;

/** Types whose models know that somebody has set a conversation aside. */
const parkable: readonly (MediaType | undefined)[] = ['email', 'message'];

/** @throws Fault constraintBroken for a recording by participant, valueInvalid for parking what cannot be parked. */
export function participantWish(body: MediaParticipantRequest, mediaType: MediaType | undefined): Wish {
  const { wrapup, state, recording, muted, confined, held, wrapupSkipped, resumeTime } = body;
  if (recording !== undefined) {
    // The contract's ad-hoc recorder. There is one recorder here, the conversation's, and no second way past its pause.
    const problem = 'is not offered by participant: recordingState of the conversation says whether it is recorded';
    throw new Fault('constraintBroken', { field: 'recording', problem });
  }
  if (state === 'parked' && !parkable.includes(mediaType)) {
    throw new Fault('valueInvalid', { field: 'state', allowed: ['connected', 'disconnected'] });
  }
  const change = {
    ...(state === undefined ? {} : { state }),
    ...(muted === undefined ? {} : { isMuted: muted }),
    ...(confined === undefined ? {} : { isConfined: confined }),
    ...(held === undefined ? {} : { isHeld: held }),
    ...(wrapupSkipped === undefined ? {} : { isWrapupSkipped: wrapupSkipped }),
    ...(resumeTime === undefined ? {} : { resumeAt: instantIn(resumeTime) }),
  };
  return { change, ...(wrapup === undefined ? {} : { wrapup: wrapupNote(wrapup) }) };
}
