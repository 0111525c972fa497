/** Finds and authenticates the client of a token request, and reports whom it turned away. */
import { randomBytes } from 'node:crypto';
import { type ClientId, type Clock, uuidAs } from '@tacet/domain';
import { type Context, Provider } from 'oidc-provider';
import { remoteAddress } from '../remote-address.ts';
import { type MetadataWishes, metadataOf } from './client-metadata.ts';
import type { IdentityStore, OauthClient } from './identity.ts';
import type { OnIdentityEvent } from './identity-event.ts';
import { SecretCheck, type SecretVerdict } from './secret-check.ts';
import { authenticationFailed, clientDisabled, clientNotFound, tooBusy, tooManyFailures } from './token-error.ts';

export interface ClientDoorParts {
  readonly identity: IdentityStore;
  readonly clock: Pick<Clock, 'now'>;
  readonly onEvent: OnIdentityEvent;
  /** Whether clients of kind TOKEN get tokens. */
  readonly isImplicitOn: boolean;
}

/** oidc-provider asks here who a client is and whether its secret is right. */
export class ClientDoor {
  readonly #parts: ClientDoorParts;
  readonly #secrets: SecretCheck;
  readonly #authenticated = new WeakSet<Context>();
  /** oidc-provider wants a text where it would compare secrets itself; nobody knows this one, and nothing uses it. */
  readonly #placeholder = randomBytes(32).toString('base64url');

  constructor(parts: ClientDoorParts) {
    this.#parts = parts;
    this.#secrets = new SecretCheck(parts.clock);
  }

  /**
   * A client as oidc-provider describes it (RFC 7591 §2).
   * @throws TokenRefusal while a request is answered: for a client that does not exist, and when the address of the
   * request has named too many of those.
   */
  describe(id: string): Record<string, unknown> {
    const client = this.#parts.identity.client(id as ClientId);
    const request = Provider.ctx;
    if (client === undefined) throw this.#unknownClient(id, request);
    if (request === undefined) return metadataOf(client, this.#wishes(false));
    const isPublic = comesWithoutSecret(request);
    // Rule: Nobody signs in to a client that is not active.
    if (client.state !== 'active' && (isPublic || request.oidc?.route !== 'token')) throw clientDisabled();
    // Rule: Whoever redeems codes without a secret is slowed down by failures like everybody else.
    const waitMs = isPublic ? this.#secrets.addressWaitMs(remoteAddress(request.req)) : 0;
    if (waitMs > 0) throw throttled(request, waitMs);
    return metadataOf(client, this.#wishes(isPublic));
  }

  /** Notes that a request which came without a secret was refused. */
  failedWithoutSecret(request: Context): void {
    this.#secrets.namedUnknownClient(remoteAddress(request.req));
  }

  #wishes(isPublic: boolean): MetadataWishes {
    return { isPublic, isImplicitOn: this.#parts.isImplicitOn, placeholder: this.#placeholder };
  }

  /**
   * Lets a client in.
   * @throws TokenRefusal when the secret is wrong, when too many were, and when the client is disabled.
   */
  async authenticate(id: string, secret: string): Promise<void> {
    const client = this.#parts.identity.client(id as ClientId);
    const request = Provider.ctx;
    if (client === undefined) throw this.#unknownClient(id, request);
    const from = request === undefined ? '' : remoteAddress(request.req);
    const verdict = await this.#secrets.check(client, secret, from);
    if (verdict.is !== 'right') throw this.#refuse(client, verdict, request);
    // Rule: A disabled client is refused even with the right secret.
    if (client.state !== 'active') {
      this.#report(client, from, { reason: 'client is disabled' });
      throw clientDisabled();
    }
    if (request !== undefined) this.#authenticated.add(request);
  }

  /** Whether the client of a request was let in. */
  isAuthenticated(request: Context): boolean {
    return this.#authenticated.has(request);
  }

  #unknownClient(id: string, request: Context | undefined): Error {
    if (request === undefined) return clientNotFound();
    const from = remoteAddress(request.req);
    const waitMs = this.#secrets.addressWaitMs(from);
    if (waitMs > 0) return throttled(request, waitMs);
    this.#secrets.namedUnknownClient(from);
    // Whoever mixes up the two sends a secret as the id; only what has the form of an id is written down.
    const named = uuidAs<ClientId>(id);
    this.#report(named === undefined ? undefined : { id: named, name: '' }, from, { reason: 'client not found' });
    return clientNotFound();
  }

  #refuse(client: OauthClient, verdict: SecretVerdict, request: Context | undefined): Error {
    if (verdict.is === 'throttled') return throttled(request, verdict.waitMs);
    if (verdict.is === 'busy') {
      request?.set('Retry-After', '1');
      return tooBusy();
    }
    const turnedAwayCount = verdict.is === 'wrong' ? verdict.turnedAwayCount : 0;
    const from = request === undefined ? '' : remoteAddress(request.req);
    this.#report(client, from, { reason: 'authentication failed', turnedAwayCount });
    return authenticationFailed();
  }

  #report(
    client: Pick<OauthClient, 'id' | 'name'> | undefined,
    from: string,
    facts: { readonly [name: string]: string | number },
  ): void {
    const { clock, onEvent } = this.#parts;
    const about = client === undefined ? { name: '' } : { clientId: client.id, name: client.name };
    onEvent({ action: 'tokenIssued', result: 'refused', at: clock.now(), ...about, from, facts });
  }
}

/**
 * Whether a request shows no secret where none is needed: a code that was asked for with PKCE proves who asked for it
 * (RFC 7636), and whoever holds a token may end it.
 */
function comesWithoutSecret({ req, oidc }: Context): boolean {
  if (req.headers.authorization !== undefined || oidc?.params?.['client_secret'] !== undefined) return false;
  return oidc?.route === 'revocation' || oidc?.params?.['grant_type'] === 'authorization_code';
}

function throttled(request: Context | undefined, waitMs: number): Error {
  const seconds = Math.ceil(waitMs / 1_000);
  request?.set('Retry-After', String(seconds));
  return tooManyFailures(seconds);
}
