/** Every fault as the contract answers it: one table from code to status, contract code and sentence. */
import type { FaultCode, FaultFacts } from '@tacet/domain';
import type { EdgeFaultCode } from './edge-fault.ts';

/** Contract model `Detail`. */
interface Detail {
  readonly errorCode: string;
  readonly fieldName?: string;
  readonly entityId?: string;
  readonly entityName?: string;
}

/** Contract model `ErrorBody`. */
export interface ErrorBody {
  readonly message: string;
  readonly code: string;
  readonly status: number;
  readonly messageWithParams: string;
  readonly messageParams: { readonly [name: string]: string };
  /** The request's correlation id. */
  readonly contextId: string;
  readonly details: readonly Detail[];
  readonly errors: readonly ErrorBody[];
}

/** Groups of operations whose faults the contract names differently. */
export type FaultArea = 'conversations' | 'recordings';

interface Row {
  readonly status: number;
  readonly code: string;
  /** Our sentence; `{name}` stands for the fact of that name. */
  readonly text: string;
}

type AnyFaultCode = FaultCode | EdgeFaultCode;

const unavailable = { status: 503, code: 'service.unavailable' };
const badRequest = { status: 400, code: 'bad.request' };
const notFound = { status: 404, code: 'not.found' };

const table: { readonly [code in AnyFaultCode]: Row } = {
  valueInvalid: { status: 400, code: 'invalid.value', text: 'The value of {field} is not one of {allowed}' },
  bodyMalformed: { ...badRequest, text: 'The request body is not a JSON object that can be read' },
  userNeeded: {
    status: 400,
    code: 'not.a.user',
    text: 'This needs a token with a user context; one of client credentials has none',
  },
  tokenMissing: { status: 401, code: 'authentication.required', text: 'The request carries no bearer token' },
  tokenInvalid: { status: 401, code: 'bad.credentials', text: 'The bearer token is not valid' },
  tokenExpired: { status: 401, code: 'credentials.expired', text: 'The bearer token has expired' },
  permissionMissing: {
    status: 403,
    code: 'missing.any.permissions',
    text: 'This needs at least one of the permissions {permissions}',
  },
  notParticipant: {
    status: 403,
    code: 'conversation.error.forbidden.not.active.participant',
    text: 'The user takes no active part in the conversation and cannot change its recording state',
  },
  conversationUnknown: {
    status: 404,
    code: 'conversation.error.conversation.not.found',
    text: 'There is no such conversation',
  },
  recordingUnknown: { ...notFound, text: 'There is no such recording' },
  resourceUnknown: { ...notFound, text: 'There is no such resource' },
  supersededByPause: {
    status: 409,
    code: 'general.conflict',
    text: 'A pause that was asked for meanwhile has precedence; recording was not resumed',
  },
  gateUnconfirmed: {
    status: 504,
    code: 'request.timeout',
    text: 'The recording state was not reached: no confirmation in time from the streams {streams}',
  },
  portsExhausted: { ...unavailable, text: 'There is no capacity for another stream' },
  storageUnavailable: { ...unavailable, text: 'The storage does not answer' },
  mediaUnavailable: { ...unavailable, text: 'The media path does not answer' },
  formatUnavailable: {
    status: 400,
    code: 'invalid.query.param.value',
    text: 'Recordings are not rendered as {format} yet; ask for one of {allowed}',
  },
  metadataMissing: { ...badRequest, text: 'The description of the conversation is missing' },
  offerUnacceptable: { ...badRequest, text: 'The offered media cannot be recorded' },
  recordingDamaged: {
    status: 500,
    code: 'internal.server.error',
    text: 'The recording is damaged; nothing of it is played that cannot be verified',
  },
  stopping: { ...unavailable, text: 'The server is stopping' },
  routeUnknown: { ...notFound, text: 'There is no such resource' },
  requestSlow: { status: 408, code: 'request.timeout', text: 'The request did not arrive in time' },
  // The contract names the sentence but no code; this one follows its `response.entity.too.large`.
  bodyTooLarge: {
    status: 413,
    code: 'request.entity.too.large',
    text: 'The request is over the size limit. Maximum bytes: {maximum}',
  },
  contentTypeUnsupported: {
    status: 415,
    code: 'unsupported.media.type',
    text: 'A request body has to be application/json, not encoded',
  },
  rangeUnsatisfiable: { status: 416, code: 'bad.request', text: 'The media has no such range of bytes' },
  defect: { status: 500, code: 'internal.server.error', text: 'Something unexpected went wrong on our side' },
};

/** Where the contract's recording operations name a fault differently from its conversation operations. */
const inRecordings: { readonly [code in AnyFaultCode]?: Row } = {
  conversationUnknown: { ...table.conversationUnknown, code: 'conversation.not.found' },
};

/** The three kinds of a wrong value that the contract tells apart, by the fact that names the place. */
const wrongPlaces: readonly (readonly [fact: string, row: Row])[] = [
  ['parameter', { ...table.formatUnavailable, text: 'The value of {parameter} is not one of {allowed}' }],
  ['property', { status: 400, code: 'invalid.property', text: '{property} cannot be set here; {allowed} can' }],
];

function rowOf(code: AnyFaultCode, facts: FaultFacts, area: FaultArea): Row {
  if (code === 'valueInvalid') {
    return wrongPlaces.find(([fact]) => fact in facts)?.[1] ?? table.valueInvalid;
  }
  return (area === 'recordings' ? inRecordings[code] : undefined) ?? table[code];
}

function textOf(fact: FaultFacts[string]): string {
  return typeof fact === 'object' ? `[${fact.join(', ')}]` : String(fact);
}

function paramsOf(row: Row, facts: FaultFacts): { readonly [name: string]: string } {
  const names = Array.from(row.text.matchAll(/\{(\w+)\}/g), ([, name]) => String(name));
  return Object.fromEntries(names.map((name) => [name, textOf(facts[name] ?? '')]));
}

function detailsOf(row: Row, facts: FaultFacts): readonly Detail[] {
  const { streams } = facts;
  if (typeof streams === 'object') {
    return streams.map((entityId) => ({ errorCode: row.code, entityId, entityName: 'stream' }));
  }
  const place = facts['field'] ?? facts['parameter'] ?? facts['property'];
  return place === undefined ? [] : [{ errorCode: row.code, fieldName: textOf(place) }];
}

/** The contract's answer to a fault. Facts show in it only where its sentence names them. */
export function errorBody(
  fault: { readonly code: AnyFaultCode; readonly facts: FaultFacts },
  contextId: string,
  area: FaultArea,
): ErrorBody {
  const row = rowOf(fault.code, fault.facts, area);
  const messageParams = paramsOf(row, fault.facts);
  return {
    message: row.text.replace(/\{(\w+)\}/g, (_, name: string) => String(messageParams[name])),
    code: row.code,
    status: row.status,
    messageWithParams: row.text,
    messageParams,
    contextId,
    details: detailsOf(row, fault.facts),
    errors: [],
  };
}

/** Headers that RFC 9110 wants beside a status: §11.6.1 for 401, §15.5.17 for 416. */
export function errorHeaders({ status }: ErrorBody, facts: FaultFacts): { readonly [name: string]: string } {
  if (status === 401) return { 'www-authenticate': 'Bearer' };
  return status === 416 ? { 'content-range': `bytes */${String(facts['lengthBytes'])}` } : {};
}
