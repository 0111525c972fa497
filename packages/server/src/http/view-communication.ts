/** Contract models of the nine kinds of communication: what each of them says, and in which words. */
import {
  type Communication,
  type CommunicationState,
  type Instant,
  isSecurePause,
  type MediaType,
  type Participant,
  toIso,
  type Wrapup,
} from '@tacet/domain';
import type { Static } from 'typebox';
import type { ConversationView } from '../control/index.ts';
import {
  type AddressModel,
  type CallbackModel,
  type CallModel,
  type CobrowsesessionModel,
  type ConversationChatModel,
  type EmailModel,
  firstStates,
  type MessageModel,
  parkedStates,
  type ScreenshareModel,
  type SocialExpressionModel,
  scheduledStates,
  type VideoModel,
  type WrapupModel,
} from './models/communication.ts';
import { callRecording } from './view-recording-state.ts';
import { segmentsOf } from './view-segments.ts';

/** A communication where it stands. */
export interface Place {
  readonly view: ConversationView;
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

/** The state, or the nearest that the model knows: what waits is alerting, and what is set aside is connected. */
export function stateIn<S extends CommunicationState>(known: readonly S[], { state }: Communication): S {
  const nearest = state === 'parked' ? 'connected' : 'alerting';
  const found = known.find((one) => one === state) ?? known.find((one) => one === nearest);
  return found as S;
}

/** Who brings a communication to us: a recording session, unless somebody said otherwise. */
export function providerOf({ details, standsAlone }: Communication): string {
  return details?.provider ?? (standsAlone === true ? 'Tacet' : 'Tacet SIPREC');
}

function addressModel(address: string, name?: string): AddressModel {
  return {
    ...given('name', name),
    addressNormalized: address,
    addressRaw: address,
    addressDisplayable: address,
  };
}

function addressOf<K extends string>(name: K, address: string | undefined): { [name in K]?: AddressModel } {
  return given(name, address === undefined ? undefined : addressModel(address));
}

export function wrapupModel({ code, name, notes, tags, durationSeconds, endedAt, isProvisional }: Wrapup): WrapupModel {
  return {
    code,
    ...given('name', name),
    ...given('notes', notes),
    ...given('tags', tags === undefined ? undefined : [...tags]),
    ...given('durationSeconds', durationSeconds),
    endTime: toIso(endedAt),
    provisional: isProvisional === true,
  };
}

/** What all nine say. */
function shared({ communication }: Place) {
  const { id, disconnectType, alertingAt, connectedAt, disconnectedAt, wrapup } = communication;
  return {
    id,
    ...given('disconnectType', disconnectType),
    ...dated('startAlertingTime', alertingAt),
    ...dated('connectedTime', connectedAt),
    ...dated('disconnectedTime', disconnectedAt),
    provider: providerOf(communication),
    ...given('wrapup', wrapup === undefined ? undefined : wrapupModel(wrapup)),
  };
}

/** What those say that somebody works on: they can be held, and have a script. */
function worked(place: Place) {
  const { heldSince, details } = place.communication;
  return {
    ...shared(place),
    segments: segmentsOf(place.communication),
    held: heldSince !== undefined,
    ...dated('startHoldTime', heldSince),
    ...given('scriptId', details?.scriptId),
  };
}

const recorded = ({ communication }: Place) => given('recordingId', communication.recordingId);
const directed = ({ communication }: Place) => ({ direction: communication.direction });
const selfOf = ({ participant }: Place) => ({ self: addressModel(participant.address, participant.name) });

export function callModel(place: Place): Static<typeof CallModel> {
  const { view, participant, communication } = place;
  return {
    ...{ ...worked(place), ...directed(place), ...recorded(place), ...selfOf(place) },
    state: stateIn(firstStates, communication),
    ...callRecording(view, participant, communication, isSecurePause(view.conversation.control)),
    muted: communication.isMuted === true,
    confined: communication.isConfined === true,
  };
}

/** Of callbacks, on both of their models. */
export function callbackMembers({ details }: Communication) {
  return {
    callbackNumbers: [...(details?.callbackNumbers ?? [])],
    ...given('callbackUserName', details?.callbackUserName),
    ...dated('callbackScheduledTime', details?.callbackScheduledAt),
  };
}

export function callbackModel(place: Place): Static<typeof CallbackModel> {
  const { details } = place.communication;
  return {
    ...{ ...worked(place), ...directed(place), ...callbackMembers(place.communication) },
    state: stateIn(scheduledStates, place.communication),
    ...given('callerId', details?.callerId),
    ...given('callerIdName', details?.callerIdName),
  };
}

export function emailModel(place: Place): Static<typeof EmailModel> {
  const { communication } = place;
  return {
    ...{ ...worked(place), ...directed(place), ...recorded(place) },
    state: stateIn(parkedStates, communication),
    ...dated('parkTime', communication.parkedAt),
  };
}

/** Of messages, on both of their models. What was said in them is not here: that is in the recording. */
export function messageMembers({ details }: Communication) {
  return {
    type: details?.messageType ?? 'unknown',
    ...addressOf('toAddress', details?.toAddress),
    ...addressOf('fromAddress', details?.fromAddress),
  };
}

export function messageModel(place: Place): Static<typeof MessageModel> {
  const { communication } = place;
  return {
    ...{ ...worked(place), ...directed(place), ...recorded(place), ...messageMembers(communication) },
    state: stateIn(parkedStates, communication),
    ...dated('parkTime', communication.parkedAt),
    ...dated('resumeTime', communication.resumeAt),
  };
}

export function chatModel(place: Place): Static<typeof ConversationChatModel> {
  const { communication } = place;
  const own = given('roomId', communication.details?.roomId);
  return {
    ...worked(place),
    ...directed(place),
    ...recorded(place),
    ...own,
    state: stateIn(firstStates, communication),
  };
}

/** Of co-browsing, on both of its models. */
export function cobrowseMembers({ details }: Communication) {
  return { ...given('cobrowseSessionId', details?.roomId), ...given('cobrowseRole', details?.cobrowseRole) };
}

export function cobrowseModel(place: Place): Static<typeof CobrowsesessionModel> {
  const { communication } = place;
  const state = stateIn(scheduledStates, communication);
  const segments = segmentsOf(communication);
  return { ...shared(place), ...selfOf(place), ...cobrowseMembers(communication), segments, state };
}

export function screenshareModel(place: Place): Static<typeof ScreenshareModel> {
  const { communication } = place;
  const own = given('context', communication.details?.roomId);
  const segments = segmentsOf(communication);
  return { ...shared(place), ...own, segments, state: stateIn(firstStates, communication) };
}

export function socialModel(place: Place): Static<typeof SocialExpressionModel> {
  const { socialMediaId, socialMediaHub, socialUserName } = place.communication.details ?? {};
  return {
    ...{ ...worked(place), ...recorded(place) },
    state: stateIn(firstStates, place.communication),
    ...given('socialMediaId', socialMediaId),
    ...given('socialMediaHub', socialMediaHub),
    ...given('socialUserName', socialUserName),
  };
}

export function videoModel(place: Place): Static<typeof VideoModel> {
  const { communication } = place;
  const own = given('context', communication.details?.roomId);
  return { ...shared(place), ...selfOf(place), ...own, state: stateIn(firstStates, communication) };
}

/** The places of a participant's communications of one type. */
export function placesOf(view: ConversationView, participant: Participant, type: MediaType): readonly Place[] {
  const own = participant.communications.filter(({ mediaType }) => mediaType === type);
  return own.map((communication) => ({ view, participant, communication }));
}
