/** Our session description: an answer to each offer, with the version growing as it changes (RFC 3264 §6, §8). */
import {
  answerOffer,
  asInactive,
  type MediaDescription,
  type Origin,
  offersRtcpMux,
  type SessionDescription as SdpDescription,
  type SrtpPolicy,
  withRecordState,
  writeDescription,
} from '@tacet/wire/sdp';
import { recordStatesOf, type SessionStreamStarted, type StreamRecordState } from '../control/index.ts';
import { ownKeys } from './own-keys.ts';
import type { RecordedDialog } from './recorded-dialog.ts';
import type { RecordingEdge } from './recording-edge.ts';

export interface AnswerBasis {
  readonly offer: SdpDescription;
  /** The label of each media line of the offer. */
  readonly labels: readonly string[];
  readonly streams: readonly SessionStreamStarted[];
  /** The address of ours that media is to be sent to. */
  readonly address: string;
  /** What becomes of the streams, by label; absent where the source does not want to know. */
  readonly recordStates?: ReadonlyMap<string, StreamRecordState>;
  /** Nothing is to be sent for now. */
  readonly isSilencing?: boolean;
  /** Taken as `optional` when left out. */
  readonly srtp?: SrtpPolicy;
}

/** Whether the source is to send nothing now: in a secure pause, where its trunk is set so. */
export function isSilencing(edge: RecordingEdge, { trunk, recordingId }: RecordedDialog): boolean {
  return trunk.pausesAtSource && recordStatesOf(edge.control, recordingId).isSecurePause;
}

/** What our description of a dialog is made of now. */
export function ownBasis(edge: RecordingEdge, recorded: RecordedDialog): AnswerBasis {
  const { offer, labels, streams, localHost, recordingId, isRecordAware, trunk } = recorded;
  const always = { offer, labels, streams, address: localHost, srtp: trunk.srtp };
  const states = isRecordAware ? { recordStates: recordStatesOf(edge.control, recordingId).streams } : {};
  return { ...always, ...states, isSilencing: isSilencing(edge, recorded) };
}

/** Our description as it is after a change, to be sent now. */
export function renewAnswer(edge: RecordingEdge, recorded: RecordedDialog): void {
  recorded.answer = nextAnswer(ownBasis(edge, recorded), recorded.answer);
  recorded.isSilenced = isSilencing(edge, recorded);
}

/** The first description of a dialog; `sessionId` is decimal digits that no other dialog of ours has. */
export function firstAnswer(basis: AnswerBasis, sessionId: string): SdpDescription {
  const addressType = basis.address.includes(':') ? 'IP6' : 'IP4';
  const origin: Origin = {
    username: '-',
    sessionId,
    sessionVersion: '1',
    netType: 'IN',
    addressType,
    address: basis.address,
  };
  return answerWith(basis, origin, undefined);
}

/** The next one: the version before it plus one, or the same description where nothing changed. */
export function nextAnswer(basis: AnswerBasis, before: SdpDescription): SdpDescription {
  const same = answerWith(basis, before.origin, before);
  if (writeDescription(same) === writeDescription(before)) return before;
  const sessionVersion = String(Number(before.origin.sessionVersion) + 1);
  return { ...same, origin: { ...before.origin, sessionVersion } };
}

/** A line that we take, with what we have to tell about it. */
function told(media: MediaDescription, label: string, basis: AnswerBasis): MediaDescription {
  if (media.port === 0) return media;
  const state = basis.recordStates?.get(label);
  const line = state === undefined ? media : withRecordState(media, state);
  return basis.isSilencing === true ? asInactive(line) : line;
}

function answerWith(basis: AnswerBasis, origin: Origin, before: SdpDescription | undefined): SdpDescription {
  const { offer, labels, streams, address, srtp = 'optional' } = basis;
  const portOf = new Map(streams.map(({ label, port }) => [label, port]));
  const ports = labels.map((label, place) => {
    const rtpPort = portOf.get(label);
    const line = offer.media[place];
    if (rtpPort === undefined) return undefined;
    return line !== undefined && offersRtcpMux(line) ? { rtpPort, rtcpPort: rtpPort } : { rtpPort };
  });
  const { description } = answerOffer(offer, { origin, address, ports, srtp, ownKey: ownKeys(before) });
  return { ...description, media: description.media.map((media, place) => told(media, labels[place] ?? '', basis)) };
}
