/** Who may become an AudioHook client: a known key, a good signature, and headers that name a session. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { NonceMemory, readUuid, type SignedRequest, verifySignature } from '@tacet/wire/audiohook';
import type { AudioHookKey, AudioHookKeys } from './keys.ts';

/** A client that was let in. */
export interface AdmittedClient {
  readonly key: AudioHookKey;
  readonly organizationId: string;
  /** The null UUID where the first message is to give it. */
  readonly sessionId: string;
}

/** Why a client was not let in, as the log says it; the client is told nothing of it. */
export type AdmissionRefusal =
  | 'keyUnknown'
  | 'unsigned'
  | 'malformed'
  | 'incomplete'
  | 'stale'
  | 'foreignKey'
  | 'mismatch'
  | 'replayed'
  | 'organizationForeign'
  | 'headersInvalid';

function headerOf(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === 'string' ? value.trim() : '';
}

export class Admission {
  readonly #keys: AudioHookKeys;
  readonly #nonces = new NonceMemory();
  /** Nobody has it: requests with an unknown key are judged like any other. */
  readonly #noSecret = randomBytes(32);

  constructor(keys: AudioHookKeys) {
    this.#keys = keys;
  }

  judge(request: IncomingMessage, nowMs: number): AdmittedClient | AdmissionRefusal {
    const shown = headerOf(request, 'x-api-key');
    const key = this.#keys.find(shown);
    const signed: SignedRequest = {
      target: request.url ?? '/',
      host: headerOf(request, 'host'),
      headers: request.headers,
    };
    const mayBeUnsigned = key !== undefined && key.secret.length === 0;
    const secret = key === undefined || mayBeUnsigned ? this.#noSecret : key.secret;
    const nowSeconds = nowMs / 1000;
    const verdict = verifySignature(signed, secret, nowSeconds);
    if (key === undefined) return 'keyUnknown';
    // Rule: an unsigned request is let in only with a key that has no secret
    if (verdict.kind === 'unsigned' && !mayBeUnsigned) return 'unsigned';
    if (verdict.kind === 'bad' && !mayBeUnsigned) return verdict.why;
    if (
      verdict.kind === 'good' &&
      !this.#nonces.take(key.name, verdict.nonce, verdict.usableUntilSeconds, nowSeconds)
    ) {
      return 'replayed';
    }
    const organizationId = readUuid(headerOf(request, 'audiohook-organization-id'));
    const sessionId = readUuid(headerOf(request, 'audiohook-session-id'));
    if (organizationId === undefined || sessionId === undefined) return 'headersInvalid';
    // Rule: a key that is one organization's lets no other in
    if (key.organizationId !== undefined && key.organizationId !== organizationId) return 'organizationForeign';
    return { key, organizationId, sessionId };
  }
}
