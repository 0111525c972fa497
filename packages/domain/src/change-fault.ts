/** What can be wrong with a request to change a conversation, beside what can be wrong with any. */
import type { FaultRow } from './fault-kind.ts';

export type ChangeFaultCode =
  | 'participantUnknown'
  | 'callDisconnected'
  | 'holdAlerting'
  | 'confinementUnfit'
  | 'wrapupCodeNeeded'
  | 'onlyDisconnectable'
  | 'transferNotConnected'
  | 'transferToSameParty'
  | 'queueUnknown'
  | 'consultInitiatorNeeded'
  | 'consultDestinationNeeded'
  | 'consultNotTakingPart'
  | 'transferToSelf'
  | 'conferenceUntransferable'
  | 'consultNotStarted'
  | 'consultUnknown'
  | 'mergeOfNothing'
  | 'mergeWithSelf'
  | 'mergeUnfit';

const wrong: FaultRow = { kind: 'invalid', blame: 'caller' };
const unknown: FaultRow = { kind: 'unknown', blame: 'caller' };

export const changeFaults: { readonly [code in ChangeFaultCode]: FaultRow } = {
  participantUnknown: unknown,
  callDisconnected: wrong,
  holdAlerting: wrong,
  confinementUnfit: wrong,
  wrapupCodeNeeded: wrong,
  onlyDisconnectable: wrong,
  transferNotConnected: wrong,
  transferToSameParty: wrong,
  queueUnknown: wrong,
  consultInitiatorNeeded: wrong,
  consultDestinationNeeded: wrong,
  consultNotTakingPart: wrong,
  transferToSelf: wrong,
  conferenceUntransferable: wrong,
  consultNotStarted: wrong,
  consultUnknown: unknown,
  mergeOfNothing: wrong,
  mergeWithSelf: wrong,
  mergeUnfit: wrong,
};
