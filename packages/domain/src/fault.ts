/** Every expected failure, from a closed list: code, kind, and whose fault it is. */

export type FaultKind =
  | 'invalid'
  | 'unauthenticated'
  | 'forbidden'
  | 'unknown'
  | 'conflict'
  | 'exhausted'
  | 'unavailable'
  | 'late';
export type Blame = 'caller' | 'peer' | 'operator' | 'us';

export type FaultCode =
  | 'valueInvalid'
  | 'bodyMalformed'
  | 'userNeeded'
  | 'tokenMissing'
  | 'tokenInvalid'
  | 'tokenExpired'
  | 'permissionMissing'
  | 'notParticipant'
  | 'conversationUnknown'
  | 'recordingUnknown'
  | 'resourceUnknown'
  | 'supersededByPause'
  | 'gateUnconfirmed'
  | 'portsExhausted'
  | 'storageUnavailable'
  | 'mediaUnavailable'
  | 'formatUnavailable'
  | 'metadataMissing'
  | 'offerUnacceptable'
  | 'recordingDamaged'
  | 'stopping';

const table: { readonly [code in FaultCode]: { readonly kind: FaultKind; readonly blame: Blame } } = {
  valueInvalid: { kind: 'invalid', blame: 'caller' },
  bodyMalformed: { kind: 'invalid', blame: 'caller' },
  userNeeded: { kind: 'invalid', blame: 'caller' },
  tokenMissing: { kind: 'unauthenticated', blame: 'caller' },
  tokenInvalid: { kind: 'unauthenticated', blame: 'caller' },
  tokenExpired: { kind: 'unauthenticated', blame: 'caller' },
  permissionMissing: { kind: 'forbidden', blame: 'caller' },
  notParticipant: { kind: 'forbidden', blame: 'caller' },
  conversationUnknown: { kind: 'unknown', blame: 'caller' },
  recordingUnknown: { kind: 'unknown', blame: 'caller' },
  resourceUnknown: { kind: 'unknown', blame: 'caller' },
  supersededByPause: { kind: 'conflict', blame: 'caller' },
  gateUnconfirmed: { kind: 'late', blame: 'us' },
  portsExhausted: { kind: 'exhausted', blame: 'operator' },
  storageUnavailable: { kind: 'unavailable', blame: 'operator' },
  mediaUnavailable: { kind: 'unavailable', blame: 'us' },
  formatUnavailable: { kind: 'invalid', blame: 'caller' },
  metadataMissing: { kind: 'invalid', blame: 'peer' },
  offerUnacceptable: { kind: 'invalid', blame: 'peer' },
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
