/** Every expected failure, from a closed list: code, kind, and whose fault it is. */
import { type ChangeFaultCode, changeFaults } from './change-fault.ts';
import type { Blame, FaultKind, FaultRow } from './fault-kind.ts';

export type { Blame, FaultKind } from './fault-kind.ts';

export type FaultCode =
  | ChangeFaultCode
  | 'valueInvalid'
  | 'constraintBroken'
  | 'valueTaken'
  | 'bodyMalformed'
  | 'userNeeded'
  | 'tokenMissing'
  | 'tokenInvalid'
  | 'tokenExpired'
  | 'permissionMissing'
  | 'permissionsMissing'
  | 'beyondOwnRights'
  | 'notParticipant'
  | 'scopeMissing'
  | 'conversationUnknown'
  | 'recordingUnknown'
  | 'resourceUnknown'
  | 'versionStale'
  | 'dependentsExist'
  | 'builtInFixed'
  | 'lastAdminNeeded'
  | 'clientActive'
  | 'recordingProtected'
  | 'batchTooLarge'
  | 'batchUnknown'
  | 'batchForbidden'
  | 'supersededByPause'
  | 'gateUnconfirmed'
  | 'portsExhausted'
  | 'conversationsExhausted'
  | 'channelsExhausted'
  | 'topicInvalid'
  | 'topicsTooMany'
  | 'conversationExists'
  | 'callbackTooFar'
  | 'rateExceeded'
  | 'storageUnavailable'
  | 'mediaUnavailable'
  | 'formatUnavailable'
  | 'metadataMissing'
  | 'offerUnacceptable'
  | 'itemTooLarge'
  | 'recordingDamaged'
  | 'stopping';

const table: { readonly [code in FaultCode]: FaultRow } = {
  ...changeFaults,
  valueInvalid: { kind: 'invalid', blame: 'caller' },
  constraintBroken: { kind: 'invalid', blame: 'caller' },
  valueTaken: { kind: 'conflict', blame: 'caller' },
  bodyMalformed: { kind: 'invalid', blame: 'caller' },
  userNeeded: { kind: 'invalid', blame: 'caller' },
  tokenMissing: { kind: 'unauthenticated', blame: 'caller' },
  tokenInvalid: { kind: 'unauthenticated', blame: 'caller' },
  tokenExpired: { kind: 'unauthenticated', blame: 'caller' },
  permissionMissing: { kind: 'forbidden', blame: 'caller' },
  permissionsMissing: { kind: 'forbidden', blame: 'caller' },
  beyondOwnRights: { kind: 'forbidden', blame: 'caller' },
  notParticipant: { kind: 'forbidden', blame: 'caller' },
  scopeMissing: { kind: 'forbidden', blame: 'caller' },
  conversationUnknown: { kind: 'unknown', blame: 'caller' },
  recordingUnknown: { kind: 'unknown', blame: 'caller' },
  resourceUnknown: { kind: 'unknown', blame: 'caller' },
  versionStale: { kind: 'conflict', blame: 'caller' },
  dependentsExist: { kind: 'conflict', blame: 'caller' },
  builtInFixed: { kind: 'invalid', blame: 'caller' },
  lastAdminNeeded: { kind: 'conflict', blame: 'caller' },
  clientActive: { kind: 'invalid', blame: 'caller' },
  recordingProtected: { kind: 'conflict', blame: 'caller' },
  batchTooLarge: { kind: 'invalid', blame: 'caller' },
  batchUnknown: { kind: 'unknown', blame: 'caller' },
  batchForbidden: { kind: 'forbidden', blame: 'caller' },
  supersededByPause: { kind: 'conflict', blame: 'caller' },
  gateUnconfirmed: { kind: 'late', blame: 'us' },
  conversationExists: { kind: 'conflict', blame: 'caller' },
  callbackTooFar: { kind: 'invalid', blame: 'caller' },
  conversationsExhausted: { kind: 'exhausted', blame: 'operator' },
  channelsExhausted: { kind: 'exhausted', blame: 'operator' },
  topicInvalid: { kind: 'invalid', blame: 'caller' },
  topicsTooMany: { kind: 'invalid', blame: 'caller' },
  portsExhausted: { kind: 'exhausted', blame: 'operator' },
  rateExceeded: { kind: 'forbidden', blame: 'caller' },
  storageUnavailable: { kind: 'unavailable', blame: 'operator' },
  mediaUnavailable: { kind: 'unavailable', blame: 'us' },
  formatUnavailable: { kind: 'invalid', blame: 'caller' },
  metadataMissing: { kind: 'invalid', blame: 'peer' },
  offerUnacceptable: { kind: 'invalid', blame: 'peer' },
  itemTooLarge: { kind: 'invalid', blame: 'caller' },
  recordingDamaged: { kind: 'unavailable', blame: 'us' },
  stopping: { kind: 'unavailable', blame: 'operator' },
};

/** What an error answer may say beside its code: names of fields and ids, never content of a conversation. */
export interface FaultFacts {
  readonly [name: string]: string | number | readonly string[];
}

/** An expected failure. Its message is for logs; the edges write their own sentence from `code` and `facts`. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  readonly facts: FaultFacts;

  constructor(code: FaultCode, facts: FaultFacts = {}, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.code = code;
    this.facts = facts;
  }

  get kind(): FaultKind {
    return table[this.code].kind;
  }

  get blame(): Blame {
    return table[this.code].blame;
  }
}

export const faultCodes: readonly FaultCode[] = Object.keys(table) as FaultCode[];
