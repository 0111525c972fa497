/** What browsers are told about pages of other origins (Fetch standard, CORS protocol), by the operator's list. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { AllowedOrigins } from '../allowed-origins.ts';
import { httpLimits } from './http-limits.ts';

/** Headers of answers that scripts may read, beside those that they may always read. */
const exposed = [
  'ININ-Correlation-Id',
  'inin-ratelimit-count',
  'inin-ratelimit-allowed',
  'inin-ratelimit-reset',
  'Retry-After',
  'tacet-closed-at',
  'tacet-closed-at-ms',
  'Accept-Ranges',
  'Allow',
  'Content-Disposition',
  'Content-Range',
  'Location',
  'WWW-Authenticate',
].join(', ');

const methods = 'GET, HEAD, POST, PUT, PATCH, DELETE';
/** Names of headers with commas between them (RFC 9110 §5.6.2), as a preflight asks for them. */
const headerNames = /^[\w!#$%&'*+.^`|~-]+( *, *[\w!#$%&'*+.^`|~-]+)*$/;
/** Caches must keep the answer to one origin from another. */
const varies = 'Origin';
const preflightVaries = 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers';

export class Cors {
  readonly #origins: AllowedOrigins;

  constructor(origins: readonly string[]) {
    this.#origins = new AllowedOrigins(origins);
  }

  /**
   * Marks an answer for the page that asks, and answers the whole request if it is a preflight.
   *
   * No answer ever allows credentials: nothing of the API depends on cookies, and with them any allowed page could act
   * as whoever is signed in.
   * @returns whether the request is answered.
   */
  answers(request: IncomingMessage, response: ServerResponse): boolean {
    if (this.#origins.isEmpty) return false;
    if (!this.#origins.isAny) response.setHeader('Vary', varies);
    const allowed = this.#allowed(request);
    if (allowed === undefined) return false;
    response.setHeader('Access-Control-Allow-Origin', allowed);
    if (request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined) {
      answerPreflight(request, response);
      return true;
    }
    response.setHeader('Access-Control-Expose-Headers', exposed);
    return false;
  }

  /**
   * Holds another edge, which has its own rule on top, to the same list: what it says to browsers goes out only where
   * the page is on the list.
   */
  restrain(request: IncomingMessage, response: ServerResponse): void {
    const allowed = this.#allowed(request);
    const setHeader = response.setHeader.bind(response);
    for (const name of ['Access-Control-Allow-Origin', 'Access-Control-Expose-Headers']) response.removeHeader(name);
    // Rule: the token endpoint tells a browser nothing that the list of origins does not allow
    response.setHeader = (name, value) => {
      if (!/^access-control-/i.test(name)) return setHeader(name, value);
      if (allowed === undefined || !/-allow-origin$/i.test(name)) return response;
      setHeader('Access-Control-Expose-Headers', exposed);
      return setHeader(name, allowed);
    };
  }

  /** The value of `Access-Control-Allow-Origin` for the page that asks; `undefined` when it may not. */
  #allowed({ headers: { origin } }: IncomingMessage): string | undefined {
    // Rule: only pages of origins that the operator listed may call the API from a browser
    if (origin === undefined || !this.#origins.allows(origin)) return undefined;
    return this.#origins.isAny ? '*' : origin;
  }
}

function answerPreflight({ headers }: IncomingMessage, response: ServerResponse): void {
  const asked = headers['access-control-request-headers'] ?? '';
  response.setHeader('Vary', preflightVaries);
  response.setHeader('Access-Control-Allow-Methods', methods);
  // A page that is allowed may send what its client adds; `*` would leave out `Authorization`.
  if (headerNames.test(asked)) response.setHeader('Access-Control-Allow-Headers', asked);
  response.setHeader('Access-Control-Max-Age', httpLimits.preflightSeconds);
  response.writeHead(204).end();
}
