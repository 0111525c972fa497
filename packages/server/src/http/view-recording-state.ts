/**
 * Recording states as the contract's models spell them: upper case for conversations and recorders, lower case for
 * calls. The two are never mixed.
 */
import type { Communication, Participant, RecordingState } from '@tacet/domain';
import type { ConversationView } from '../control/index.ts';

export type LowerState = 'none' | 'active' | 'paused';

const lower: { readonly [state in RecordingState]: LowerState } = { NONE: 'none', ACTIVE: 'active', PAUSED: 'paused' };

export function lowerState(state: RecordingState): LowerState {
  return lower[state];
}

/** Contract model `RecordersState`: we are the customer experience recorder, and there is no other. */
export interface RecordersState {
  readonly adhocState: RecordingState;
  readonly customerExperienceState: RecordingState;
  readonly agentExperienceState: RecordingState;
  readonly snippetState: RecordingState;
}

/** Members that tell of recording on a call, shared by the models `Call` and `CallMediaParticipant`. */
export interface CallRecording {
  readonly recording: boolean;
  readonly recordingState: LowerState;
  readonly recordersState: RecordersState;
  readonly securePause: boolean;
}

/** A conversation that is paused is so for everyone in it; one that runs runs for those whose media is captured. */
function stateOfCall(view: ConversationView, participant: Participant, call: Communication): RecordingState {
  if (call.state === 'disconnected') return 'NONE';
  if (view.recordingState === 'ACTIVE') return view.captured.has(participant.id) ? 'ACTIVE' : 'NONE';
  return view.recordingState;
}

export function callRecording(
  view: ConversationView,
  participant: Participant,
  call: Communication,
  securePause: boolean,
): CallRecording {
  const state = stateOfCall(view, participant, call);
  return {
    recording: state === 'ACTIVE',
    recordingState: lowerState(state),
    recordersState: {
      adhocState: 'NONE',
      customerExperienceState: state,
      agentExperienceState: 'NONE',
      snippetState: 'NONE',
    },
    securePause: securePause && state === 'PAUSED',
  };
}
