/** Failures that only an HTTP request can have, beside the domain's faults. */
import type { FaultFacts } from '@tacet/domain';
import type { CreationFaultCode } from './creation-faults.ts';

export type EdgeFaultCode =
  | CreationFaultCode
  | 'routeUnknown'
  | 'methodUnknown'
  | 'requestMalformed'
  | 'headersTooLarge'
  | 'requestSlow'
  | 'bodyTooLarge'
  | 'contentTypeUnsupported'
  | 'rangeUnsatisfiable'
  | 'socketUnavailable'
  | 'defect';

export class EdgeFault extends Error {
  override readonly name = 'EdgeFault';
  readonly code: EdgeFaultCode;
  readonly facts: FaultFacts;

  constructor(code: EdgeFaultCode, facts: FaultFacts = {}, cause?: unknown) {
    super(code, cause === undefined ? undefined : { cause });
    this.code = code;
    this.facts = facts;
  }
}
