/** What event models say of a communication, by its media type. */
import {
  type Communication,
  type ConversationChanged,
  type Instant,
  isSecurePause,
  type MediaType,
  type Participant,
  type RecordingState,
  toIso,
} from '@tacet/domain';

/** A communication where it stands. */
export interface Place {
  readonly event: ConversationChanged;
  readonly participant: Participant;
  readonly communication: Communication;
}

/** Members that are there when there is something to say. */
export function given<K extends string, V>(name: K, value: V | undefined): { [name in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [name in K]?: V });
}

export function dated<K extends string>(name: K, at: Instant | undefined): { [name in K]?: string } {
  return given(name, at === undefined ? undefined : toIso(at));
}

const lower = { NONE: 'none', ACTIVE: 'active', PAUSED: 'paused' } as const;

export function lowerState(state: RecordingState): (typeof lower)[RecordingState] {
  return lower[state];
}

export function isPausedSecurely({ conversation, recordingState }: ConversationChanged): boolean {
  return recordingState === 'PAUSED' && isSecurePause(conversation.control);
}

function addressBody(address: string, name?: string) {
  return { ...given('name', name), addressNormalized: address, addressRaw: address, addressDisplayable: address };
}

export function wrapupBody({ wrapup }: Communication) {
  if (wrapup === undefined) return {};
  const { code, notes, tags, durationSeconds, endedAt } = wrapup;
  const rest = { ...given('notes', notes), ...given('durationSeconds', durationSeconds), endTime: toIso(endedAt) };
  return { wrapup: { code, ...given('tags', tags === undefined ? undefined : [...tags]), ...rest } };
}

/** Who brings a communication to us: a recording session, unless somebody said otherwise. */
export function providerOf({ details, standsAlone }: Communication): string {
  return details?.provider ?? (standsAlone === true ? 'Tacet' : 'Tacet SIPREC');
}

/** A conversation that is paused is so for everyone in it; one that runs runs for those whose media is captured. */
function stateOfCall({ event, participant, communication }: Place): RecordingState {
  if (communication.state === 'disconnected') return 'NONE';
  if (event.recordingState !== 'ACTIVE') return event.recordingState;
  return event.captured.includes(participant.id) ? 'ACTIVE' : 'NONE';
}

function callMembers(place: Place) {
  const state = stateOfCall(place);
  const { isMuted, isConfined } = place.communication;
  const recorders = { adhocState: 'NONE', agentExperienceState: 'NONE', snippetState: 'NONE' } as const;
  return {
    recording: state === 'ACTIVE',
    recordingState: lowerState(state),
    recordersState: { ...recorders, customerExperienceState: state },
    securePause: state === 'PAUSED' && isPausedSecurely(place.event),
    muted: isMuted === true,
    confined: isConfined === true,
  };
}

function callbackMembers({ communication: { details } }: Place) {
  return {
    callbackNumbers: [...(details?.callbackNumbers ?? [])],
    ...given('callbackUserName', details?.callbackUserName),
    ...dated('callbackScheduledTime', details?.callbackScheduledAt),
  };
}

/** What was said in messages is not here: that is in the recording. */
function messageMembers({ communication: { details } }: Place) {
  const addressed = (address: string | undefined) => (address === undefined ? undefined : addressBody(address));
  return {
    type: details?.messageType ?? 'unknown',
    ...given('toAddress', addressed(details?.toAddress)),
    ...given('fromAddress', addressed(details?.fromAddress)),
  };
}

function socialMembers({ communication: { details } }: Place) {
  return {
    ...given('socialMediaId', details?.socialMediaId),
    ...given('socialMediaHub', details?.socialMediaHub),
    ...given('socialUserName', details?.socialUserName),
  };
}

const chatMembers = ({ communication: { details } }: Place) => given('roomId', details?.roomId);
const screenMembers = ({ communication: { details } }: Place) => given('context', details?.roomId);
const cobrowseMembers = ({ communication: { details } }: Place) => ({
  ...given('cobrowseSessionId', details?.roomId),
  ...given('cobrowseRole', details?.cobrowseRole),
});

/** What each type says beside what all say, in both kinds of model. */
export const ownMembers = {
  call: callMembers,
  callback: callbackMembers,
  chat: chatMembers,
  cobrowsesession: cobrowseMembers,
  email: () => ({}),
  message: messageMembers,
  screenshare: screenMembers,
  social: socialMembers,
  video: screenMembers,
} satisfies { readonly [type in MediaType]: (place: Place) => object };

function shared({ communication }: Place) {
  const { id, state, disconnectType, connectedAt, disconnectedAt } = communication;
  return {
    id,
    state,
    provider: providerOf(communication),
    ...given('disconnectType', disconnectType),
    ...dated('connectedTime', connectedAt),
    ...dated('disconnectedTime', disconnectedAt),
    ...wrapupBody(communication),
  };
}

function held({ communication: { heldSince, details } }: Place) {
  return {
    held: heldSince !== undefined,
    ...dated('startHoldTime', heldSince),
    ...given('scriptId', details?.scriptId),
  };
}

const directed = ({ communication: { direction } }: Place) => ({ direction });
const selfOf = ({ participant: { address, name } }: Place) => ({ self: addressBody(address, name) });

/** Communications of a participant, under the names that the contract's models have for their types. */
export function communicationBodies(event: ConversationChanged, participant: Participant) {
  const of = (type: MediaType): readonly Place[] =>
    participant.communications
      .filter(({ mediaType }) => mediaType === type)
      .map((communication) => ({ event, participant, communication }));
  return {
    calls: of('call').map((at) => ({ ...shared(at), ...held(at), ...callMembers(at), ...directed(at), ...selfOf(at) })),
    callbacks: of('callback').map((at) => ({ ...shared(at), ...held(at), ...callbackMembers(at), ...directed(at) })),
    chats: of('chat').map((at) => ({ ...shared(at), ...held(at), ...chatMembers(at) })),
    cobrowsesessions: of('cobrowsesession').map((at) => ({ ...shared(at), ...cobrowseMembers(at), ...selfOf(at) })),
    emails: of('email').map((at) => ({ ...shared(at), ...held(at), ...directed(at) })),
    messages: of('message').map((at) => ({ ...shared(at), ...held(at), ...messageMembers(at) })),
    screenshares: of('screenshare').map((at) => ({ ...shared(at), ...screenMembers(at), ...selfOf(at) })),
    socialExpressions: of('social').map((at) => ({
      ...{ ...shared(at), ...held(at), ...socialMembers(at) },
      ...given('recordingId', at.communication.recordingId),
    })),
    videos: of('video').map((at) => ({ ...shared(at), ...screenMembers(at), ...selfOf(at) })),
  };
}
