/**
 * SIP as values and pure state machines: bytes in, values out; events in, next states and effects out.
 *
 * A server endpoint does, for each datagram:
 *
 * ```ts
 * const parsed = parseMessage(datagram);
 * if (!parsed.ok) {
 *   const refusal = buildRefusal(parsed.fault, newTag());
 *   if (refusal) socket.send(serializeMessage(refusal), source.port, source.host);
 *   return;
 * }
 * if (parsed.message.kind === 'response') return clientSide(parsed.message);
 * const request = withSource(parsed.message, source);
 * const key = serverTransactionKey(request);
 * const known = transactions.get(key);
 * if (!known && request.method === 'ACK') return dialogs.get(dialogKeyOf(request))?.acknowledge(request);
 * const step = known
 *   ? stepServerTransaction(known, { kind: 'request', request })
 *   : beginServerTransaction(request, isReliable(request.via));
 * transactions.set(key, step.next);
 * for (const effect of step.effects) perform(key, effect);
 * ```
 *
 * `perform` sends a response to `responseTarget(response.via)`, starts and stops timers (each ends in a step with
 * `{ kind: 'timer' }`), hands requests up, and forgets the key at `terminated`. Whoever takes the requests answers
 * with a step `{ kind: 'respond', response: buildResponse(…) }`; after a 2xx to an INVITE it keeps a `Dialog` and an
 * `UnacknowledgedSuccess`. For TCP a `StreamFramer` per connection takes the place of `parseMessage`.
 */

export type { NameAddress } from './address.ts';
export { formatAddress, parseAddress, tagOf, withTag } from './address.ts';
export type { ClientEffect, ClientInput, ClientStep, ClientTimer, ClientTransaction } from './client-state.ts';
export { beginClientTransaction, stepClientTransaction } from './client-transaction.ts';
export type { CSeq } from './cseq.ts';
export type { Dialog, InDialogVerdict } from './dialog.ts';
export { dialogAsClient, dialogAsServer, dialogKey, dialogKeyOf, takeInDialog, withTarget } from './dialog.ts';
export type { InDialogParts } from './dialog-request.ts';
export { buildAckOfSuccess, buildInDialog } from './dialog-request.ts';
export type { DigestAlgorithm, DigestChallenge, DigestCredentials } from './digest.ts';
export {
  digestAlgorithms,
  digestHash,
  digestResponse,
  formatChallenge,
  isPlainUsername,
  isRightResponse,
  parseCredentials,
} from './digest.ts';
export type { RefusedRequest, SipFault, SipFaultCode } from './fault.ts';
export { sipLimits } from './limits.ts';
export type {
  MessageBody,
  RequestText,
  ResponseText,
  SipHeader,
  SipMessage,
  SipRequest,
  SipResponse,
} from './message.ts';
export { hasToken, headerValue, headerValues } from './message.ts';
export type { NoncePolicy } from './nonce.ts';
export { Nonces } from './nonce.ts';
export type { Parameter } from './parameters.ts';
export { findParameter, parameterValue } from './parameters.ts';
export type { ParseResult } from './parse.ts';
export { parseMessage } from './parse.ts';
export type { OwnVia, RequestParts } from './request.ts';
export { buildCancel, buildRequest, nextHop, ownVia } from './request.ts';
export type { ResponseParts } from './response.ts';
export { buildRefusal, buildResponse } from './response.ts';
export type { HostPort } from './response-path.ts';
export { responseTarget, withSource } from './response-path.ts';
export { serializeMessage } from './serialize.ts';
export type { ServerEffect, ServerInput, ServerStep, ServerTimer, ServerTransaction } from './server-state.ts';
export { beginServerTransaction, stepServerTransaction } from './server-transaction.ts';
export type {
  Refresher,
  SessionTimer,
  SessionTimerPlan,
  SessionTimerPolicy,
  SessionTimerVerdict,
} from './session-timer.ts';
export {
  agreedSessionTimer,
  negotiateSessionTimer,
  offerSessionTimer,
  planSessionTimer,
  secondsAskedFor,
  sessionTimerPolicy,
} from './session-timer.ts';
export type { StreamEvent } from './stream.ts';
export { StreamFramer } from './stream.ts';
export { answerStun, isStun } from './stun.ts';
export { cancelledTransactionKey, clientTransactionKey, serverTransactionKey } from './transaction-key.ts';
export type { SuccessEffect, SuccessInput, SuccessStep, UnacknowledgedSuccess } from './two-hundred-retransmit.ts';
export { beginSuccessRetransmit, stepSuccessRetransmit } from './two-hundred-retransmit.ts';
export type { SipUri } from './uri.ts';
export { formatUri, parseUri } from './uri.ts';
export type { Via } from './via.ts';
export { branchOf, isReliable } from './via.ts';
