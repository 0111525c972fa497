/** Every fault as SIP answers it: one table from kind to status, with the codes that say something of their own. */
import { Fault, type FaultCode, type FaultKind } from '@tacet/domain';
import { type Refusal, retryAfter, warning } from './answers.ts';
import { sipEdgeLimits } from './limits.ts';

const tryLater = [retryAfter(sipEdgeLimits.retryAfterSeconds)];

const byKind: { readonly [kind in FaultKind]: Refusal } = {
  invalid: { status: 400 },
  unauthenticated: { status: 403 },
  forbidden: { status: 403 },
  unknown: { status: 481 },
  conflict: { status: 491 },
  exhausted: { status: 503, headers: tryLater },
  unavailable: { status: 503, headers: tryLater },
  late: { status: 503, headers: tryLater },
};

const byCode: { readonly [code in FaultCode]?: Refusal } = {
  metadataMissing: {
    status: 400,
    headers: [warning(399, 'Recording metadata is missing: send multipart/mixed with SDP and rs-metadata+xml')],
  },
  offerUnacceptable: {
    status: 488,
    headers: [warning(305, 'No stream of the offer is G.711 audio over RTP or SRTP')],
  },
};

/** What was wrong with a body, by the `part` that the fault names. */
const malformedParts: ReadonlyMap<unknown, string> = new Map([
  ['multipart', 'The multipart body cannot be taken apart'],
  ['description', 'The SDP cannot be read'],
  ['metadata', 'The recording metadata cannot be read'],
]);

/** Why no line of an offer could be taken, by the `what` that the fault names. */
const offerObstacles: ReadonlyMap<unknown, string> = new Map([
  ['srtpRequired', 'Plain RTP is not taken here: offer RTP/SAVP with a=crypto'],
  ['srtpOff', 'SRTP is not taken here: offer RTP/AVP'],
  ['keysInClear', 'Keys are not taken over UDP or TCP: send the offer over TLS'],
  ['cryptoUnknown', 'No a=crypto attribute of the offer can be used'],
]);

/** The answer to a fault; anything else that was thrown is a defect of ours and says so. */
export function refusalFor(error: unknown): Refusal {
  if (!(error instanceof Fault)) return { status: 500 };
  const sentence = error.code === 'bodyMalformed' ? malformedParts.get(error.facts['part']) : undefined;
  if (sentence !== undefined) return { status: 400, headers: [warning(399, sentence)] };
  const obstacle = error.code === 'offerUnacceptable' ? offerObstacles.get(error.facts['what']) : undefined;
  if (obstacle !== undefined) return { status: 488, headers: [warning(399, obstacle)] };
  return byCode[error.code] ?? byKind[error.kind];
}
