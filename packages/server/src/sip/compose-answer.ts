/** Our session description: an answer to each offer, with the version growing as it changes (RFC 3264 §6, §8). */
import { answerOffer, type Origin, type SessionDescription as SdpDescription, writeDescription } from '@tacet/wire/sdp';
import type { SessionStreamStarted } from '../control/index.ts';

export interface AnswerBasis {
  readonly offer: SdpDescription;
  /** The label of each media line of the offer. */
  readonly labels: readonly string[];
  readonly streams: readonly SessionStreamStarted[];
  /** The address of ours that media is to be sent to. */
  readonly address: string;
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
  return answerWith(basis, origin);
}

/** The next one: the version before it plus one, or the same description where nothing changed. */
export function nextAnswer(basis: AnswerBasis, before: SdpDescription): SdpDescription {
  const same = answerWith(basis, before.origin);
  if (writeDescription(same) === writeDescription(before)) return before;
  const sessionVersion = String(Number(before.origin.sessionVersion) + 1);
  return answerWith(basis, { ...before.origin, sessionVersion });
}

function answerWith({ offer, labels, streams, address }: AnswerBasis, origin: Origin): SdpDescription {
  const portOf = new Map(streams.map(({ label, port }) => [label, port]));
  const ports = labels.map((label) => {
    const rtpPort = portOf.get(label);
    return rtpPort === undefined ? undefined : { rtpPort };
  });
  return answerOffer(offer, { origin, address, ports }).description;
}
