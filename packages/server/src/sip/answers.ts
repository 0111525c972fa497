/** Answers to requests, and the few headers they are made of. */
import { buildResponse, type MessageBody, type SipHeader } from '@tacet/wire/sip';
import type { IncomingRequest } from './endpoint-user.ts';
import { uniqueText } from './unique-text.ts';

/** What an answer says beside its status. */
export interface AnswerParts {
  readonly headers?: readonly SipHeader[];
  /** Instead of the usual phrase for the status. */
  readonly reason?: string;
  readonly body?: MessageBody;
}

/** An answer of 400 or above. */
export interface Refusal extends AnswerParts {
  readonly status: number;
}

/** Answers; a tag is drawn where the request has none of ours, so do not use this for the 2xx that makes a dialog. */
export function answer(incoming: IncomingRequest, status: number, parts: AnswerParts = {}): void {
  const { headers = [], reason, body } = parts;
  const given = { ...(reason === undefined ? {} : { reason }), ...(body === undefined ? {} : { body }) };
  incoming.respond(buildResponse(incoming.request, status, { toTag: uniqueText(), headers, ...given }));
}

export function retryAfter(seconds: number): SipHeader {
  return { name: 'Retry-After', value: String(seconds) };
}

/** Says to a person what was wrong (RFC 3261 §20.43). @param code 399 where the RFC has no closer one. */
export function warning(code: 304 | 305 | 399, sentence: string): SipHeader {
  return { name: 'Warning', value: `${code} tacet "${sentence}"` };
}
