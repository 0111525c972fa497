/** Every fault as the contract answers it: one table from code to status, contract code and sentence. */
import type { FaultCode, FaultFacts } from '@tacet/domain';
import { changeFaultRows } from './change-faults.ts';
import { creationFaultRows } from './creation-faults.ts';
import type { EdgeFaultCode } from './edge-fault.ts';
import type { FaultAnswer } from './fault-answer.ts';

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

type AnyFaultCode = FaultCode | EdgeFaultCode;

const unavailable = { status: 503, code: 'service.unavailable' };
const badRequest = { status: 400, code: 'bad.request' };
const conflict = { status: 409, code: 'general.conflict' };
const notFound = { status: 404, code: 'not.found' };

const table: { readonly [code in AnyFaultCode]: FaultAnswer } = {
  ...changeFaultRows,
  ...creationFaultRows,
  valueInvalid: { status: 400, code: 'invalid.value', text: 'The value of {field} is not one of {allowed}' },
  constraintBroken: { status: 400, code: 'constraint.validation', text: '{field} {problem}' },
  valueTaken: { ...conflict, text: 'The {field} {value} belongs to another {entity}' },
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
  permissionsMissing: {
    status: 403,
    code: 'missing.permissions',
    text: 'This needs all of the permissions {permissions}',
  },
  beyondOwnRights: {
    status: 403,
    code: 'not.authorized',
    text: 'This would hand out permissions that the caller does not hold: {permissions}',
  },
  notParticipant: {
    status: 403,
    code: 'conversation.error.forbidden.not.active.participant',
    text: 'The user takes no active part in the conversation',
  },
  scopeMissing: {
    status: 403,
    code: 'not.authorized',
    text: 'The token is limited to scopes that do not reach here; one of {scopes} does',
  },
  conversationUnknown: {
    status: 404,
    code: 'conversation.error.conversation.not.found',
    text: 'There is no such conversation',
  },
  recordingUnknown: { ...notFound, text: 'There is no such recording' },
  resourceUnknown: { ...notFound, text: 'There is no such resource' },
  versionStale: { ...conflict, text: 'The {entity} was changed meanwhile and has version {version} now' },
  dependentsExist: { ...conflict, text: 'The {entity} cannot be removed while {dependents} depend on it' },
  builtInFixed: { ...badRequest, text: 'What is built in cannot be changed or removed: {entity} {name}' },
  lastAdminNeeded: { ...conflict, text: 'Somebody who is active must go on holding the admin role in all divisions' },
  clientActive: {
    status: 400,
    code: 'cannot.delete.client',
    text: 'Only a client whose state is inactive can be deleted',
  },
  recordingProtected: {
    status: 409,
    code: 'general.conflict',
    text: 'The recordings of this conversation are protected from deletion',
  },
  batchTooLarge: {
    status: 400,
    code: 'batch.download.too.many.items',
    text: 'More recordings than {maximum} at once',
  },
  batchUnknown: { status: 404, code: 'batch.download.job.not.found', text: 'There is no such batch request' },
  batchForbidden: {
    status: 403,
    code: 'batch.download.permission.denied',
    text: 'The batch request is not yours',
  },
  supersededByPause: {
    ...conflict,
    text: 'A pause that was asked for meanwhile has precedence; recording was not resumed',
  },
  gateUnconfirmed: {
    status: 504,
    code: 'request.timeout',
    text: 'The recording state was not reached: no confirmation in time from the streams {streams}',
  },
  rateExceeded: {
    status: 429,
    code: 'too.many.requests',
    text: 'There were more requests than the rate limit allows. Retry the request in [{seconds}] seconds',
  },
  conversationExists: { ...conflict, text: 'A conversation with this address goes on already' },
  callbackTooFar: {
    status: 400,
    code: 'callback.error.scheduled.time.too.far.in.future',
    text: 'The callback lies too far ahead',
  },
  conversationsExhausted: { ...unavailable, text: 'There is no capacity for another conversation' },
  channelsExhausted: { ...unavailable, text: 'There is no capacity for another notification channel' },
  topicInvalid: { status: 400, code: 'notification.invalid.topic', text: 'There is no such topic' },
  topicsTooMany: {
    status: 400,
    code: 'notification.subscription.too.many.subscriptions',
    text: 'A channel takes no more topics',
  },
  portsExhausted: { ...unavailable, text: 'There is no capacity for another stream' },
  storageUnavailable: { ...unavailable, text: 'The storage does not answer' },
  mediaUnavailable: { ...unavailable, text: 'The media path does not answer' },
  formatUnavailable: {
    status: 400,
    code: 'invalid.query.param.value',
    text: 'The media cannot be had as {format}: {why}',
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
  // The contract names neither sentence nor code for the next two.
  methodUnknown: {
    status: 405,
    code: 'method.not.allowed',
    text: 'This resource does not know the method; it knows {methods}',
  },
  headersTooLarge: { status: 431, code: 'bad.request', text: 'The address or the headers of the request are too long' },
  requestMalformed: { ...badRequest, text: 'The request is not one that can be read' },
  socketUnavailable: { ...unavailable, text: 'No socket is to be had now' },
  requestSlow: { status: 408, code: 'request.timeout', text: 'The request did not arrive in time' },
  // The contract names the sentence but no code; this one follows its `response.entity.too.large`.
  bodyTooLarge: {
    status: 413,
    code: 'request.entity.too.large',
    text: 'The request is over the size limit. Maximum bytes: {maximum}',
  },
  itemTooLarge: {
    status: 413,
    code: 'request.entity.too.large',
    text: 'The item is over the size limit. Maximum bytes: {maximum}',
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
const inRecordings: { readonly [code in AnyFaultCode]?: FaultAnswer } = {
  conversationUnknown: { ...table.conversationUnknown, code: 'conversation.not.found' },
};

/** The kinds of a wrong value that the contract tells apart, by the fact that names the place. */
const wrongPlaces: readonly (readonly [fact: string, row: FaultAnswer])[] = [
  ['parameter', { ...table.formatUnavailable, text: 'The value of {parameter} is not one of {allowed}' }],
  ['property', { status: 400, code: 'invalid.property', text: '{property} cannot be set here; {allowed} can' }],
  ['date', { status: 400, code: 'invalid.date', text: '{date} has to be an instant as ISO 8601 writes it' }],
];

function rowOf(code: AnyFaultCode, facts: FaultFacts, area: FaultArea): FaultAnswer {
  if (code === 'valueInvalid') {
    return wrongPlaces.find(([fact]) => fact in facts)?.[1] ?? table.valueInvalid;
  }
  return (area === 'recordings' ? inRecordings[code] : undefined) ?? table[code];
}

function textOf(fact: FaultFacts[string]): string {
  return typeof fact === 'object' ? `[${fact.join(', ')}]` : String(fact);
}

function paramsOf(row: FaultAnswer, facts: FaultFacts): { readonly [name: string]: string } {
  const names = Array.from(row.text.matchAll(/\{(\w+)\}/g), ([, name]) => String(name));
  return Object.fromEntries(names.map((name) => [name, textOf(facts[name] ?? '')]));
}

function detailsOf(row: FaultAnswer, facts: FaultFacts): readonly Detail[] {
  const { streams } = facts;
  if (typeof streams === 'object') {
    return streams.map((entityId) => ({ errorCode: row.code, entityId, entityName: 'stream' }));
  }
  const place = facts['field'] ?? facts['parameter'] ?? facts['property'] ?? facts['date'];
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

function scopeOf(scopes: readonly string[]): readonly string[] {
  return scopes.length === 0 ? [] : [`scope="${scopes.join(' ')}"`];
}

type Headers = { readonly [name: string]: string };

/**
 * What stands beside a status: RFC 9110 §11.6.1 for 401, §15.5.6 for 405, §15.5.17 for 416, RFC 6585 §4 for 429; at 403
 * RFC 6750 §3.1, where it is the token that does not reach.
 */
const headersOf: { readonly [status: number]: (facts: FaultFacts) => Headers } = {
  401: () => ({ 'www-authenticate': 'Bearer' }),
  403: ({ scopes }) =>
    typeof scopes === 'object'
      ? { 'www-authenticate': ['Bearer error="insufficient_scope"', ...scopeOf(scopes)].join(', ') }
      : {},
  405: ({ methods }) => ({ allow: typeof methods === 'object' ? methods.join(', ') : '' }),
  416: ({ lengthBytes }) => ({ 'content-range': `bytes */${String(lengthBytes)}` }),
  429: ({ seconds }) => ({ 'retry-after': String(seconds) }),
};

export function errorHeaders({ status }: ErrorBody, facts: FaultFacts): Headers {
  return headersOf[status]?.(facts) ?? {};
}
