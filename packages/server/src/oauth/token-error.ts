/** Refusals of the token endpoint, in the contract's words. */
import { errors } from 'oidc-provider';
import { everyScope } from './client-metadata.ts';

/** A refusal of ours, with the members that the endpoint answers (RFC 6749 §5.2). */
export class TokenRefusal extends errors.OIDCProviderError {
  constructor(status: number, error: string, description: string) {
    super(status, error);
    this.error_description = description;
    this.expose = true;
  }
}

/** The contract answers 400 for a client that does not exist and 401 for a wrong secret. */
export const clientNotFound = (): TokenRefusal => new TokenRefusal(400, 'invalid_client', 'client not found');
export const authenticationFailed = (): TokenRefusal =>
  new TokenRefusal(401, 'invalid_client', 'authentication failed');
export const clientDisabled = (): TokenRefusal => new TokenRefusal(401, 'invalid_client', 'client is disabled');
export const tooManyFailures = (seconds: number): TokenRefusal =>
  new TokenRefusal(429, 'too_many_requests', `too many failed attempts, try again in ${seconds} seconds`);
export const tooBusy = (): TokenRefusal =>
  new TokenRefusal(503, 'temporarily_unavailable', 'too many requests, try again');

/** The largest answer the contract's clients read from a refused or granted token request. */
export interface TokenAnswer {
  readonly [member: string]: unknown;
}

/**
 * The endpoint's answer as the contract writes it: every refusal says its reason twice (`description` is the contract's
 * own member, `error_description` the RFC's), the token type is in lower case, and scopes are told only where the program
 * asked for some.
 */
export function contractAnswer(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  const answer = body as TokenAnswer;
  if (typeof answer['access_token'] === 'string') {
    const { access_token, token_type, scope, ...rest } = answer;
    const limits = scope === undefined || scope === everyScope ? {} : { scope };
    return { access_token, token_type: String(token_type).toLowerCase(), ...rest, ...limits };
  }
  if (typeof answer['error'] !== 'string') return body;
  const description = answer['error_description'] ?? 'request is invalid';
  return { ...answer, description, error_description: description };
}
