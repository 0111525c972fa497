/** What oidc-provider issues, kept under the hash of its value. */
import { after, type ClientId, type Clock, type Instant, type UserId } from '@tacet/domain';
import { type Adapter, errors } from 'oidc-provider';
import type { EndedGrants } from './ended-grants.ts';
import { identityLimits } from './identity-limits.ts';
import { signInLimits } from './sign-in/sign-in-limits.ts';
import { type IssuedArtifact, type TokenStore, tokenKey } from './token-store.ts';

type Payload = Record<string, unknown>;

/** Keeps the number of rows bounded: looks through them now and then, as tokens are made. */
export class TokenPruning {
  readonly #store: TokenStore;
  readonly #issuers = new Set<ClientId>();
  readonly #pairs = new Map<string, readonly [ClientId, UserId]>();
  #sinceLast = 0;

  constructor(store: TokenStore) {
    this.#store = store;
  }

  issued(client: ClientId | undefined, user: UserId | undefined, now: Instant): void {
    if (client !== undefined && user !== undefined) this.#pairs.set(`${client} ${user}`, [client, user]);
    else if (client !== undefined) this.#issuers.add(client);
    this.#sinceLast += 1;
    if (this.#sinceLast >= identityLimits.pruneEveryCount) this.prune(now);
  }

  prune(now: Instant): void {
    this.#store.removeExpired(after(now, -identityLimits.expiredKeptMs));
    for (const client of this.#issuers) this.#store.removeOldestOf(client, identityLimits.tokensPerClientMax);
    for (const [client, user] of this.#pairs.values()) {
      this.#store.removeOldestOfUser(client, user, signInLimits.artifactsPerUserMax);
    }
    this.#store.removeOldestOfNobody(signInLimits.interactionsMax);
    this.#issuers.clear();
    this.#pairs.clear();
    this.#sinceLast = 0;
  }
}

export interface ArtifactParts {
  readonly tokens: TokenStore;
  readonly pruning: TokenPruning;
  readonly clock: Pick<Clock, 'now'>;
  readonly ended: EndedGrants;
  /** Whether an artifact still counts; one that does not is as good as gone. */
  readonly counts?: (payload: Payload) => boolean;
}

/** oidc-provider's adapter for one kind of artifact. */
export class ArtifactAdapter implements Adapter {
  readonly #model: string;
  readonly #parts: ArtifactParts;

  constructor(model: string, parts: ArtifactParts) {
    this.#model = model;
    this.#parts = parts;
  }

  async upsert(id: string, payload: Payload, expiresIn: number): Promise<void> {
    const { tokens, pruning, clock, ended } = this.#parts;
    const now = clock.now();
    const clientId = text(payload, 'clientId') as ClientId | undefined;
    const userId = text(payload, 'accountId') as UserId | undefined;
    const grantId = text(payload, 'grantId');
    const uid = text(payload, 'uid');
    if (grantId !== undefined && ended.has(grantId)) throw new errors.InvalidGrant('the consent has ended meanwhile');
    tokens.put(tokenKey(id), {
      model: this.#model,
      ...(clientId === undefined ? {} : { clientId }),
      ...(userId === undefined ? {} : { userId }),
      ...(grantId === undefined ? {} : { grantKey: tokenKey(grantId) }),
      ...(uid === undefined ? {} : { uidKey: tokenKey(uid) }),
      issuedAt: now,
      expiresAt: after(now, expiresIn * 1_000),
      payload: storedText(id, payload),
    });
    pruning.issued(clientId, userId, now);
  }

  async find(id: string): Promise<Payload | undefined> {
    const artifact = this.#parts.tokens.find(this.#model, tokenKey(id));
    if (artifact === undefined) return undefined;
    const payload = this.#toPayload(artifact);
    if (payload === undefined) return undefined;
    const returnTo = text(payload, 'returnTo');
    return { ...payload, ...(returnTo === undefined ? {} : { returnTo: `${returnTo}${id}` }), jti: id };
  }

  async findByUid(uid: string): Promise<Payload | undefined> {
    const artifact = this.#parts.tokens.findByUid(this.#model, tokenKey(uid));
    return artifact === undefined ? undefined : this.#toPayload(artifact);
  }

  /** Codes typed by hand belong to the device flow, which this server does not offer. */
  async findByUserCode(): Promise<undefined> {
    return undefined;
  }

  async consume(id: string): Promise<void> {
    const { tokens, clock, ended } = this.#parts;
    // Rule: Of two requests that redeem one code or refresh token at once, one is refused and what the other got ends.
    if (tokens.consume(this.#model, tokenKey(id), clock.now())) return;
    const grantId = text((await this.find(id)) ?? {}, 'grantId');
    if (grantId !== undefined) {
      ended.add(grantId);
      tokens.removeByGrant(tokenKey(grantId));
      tokens.remove('Grant', tokenKey(grantId));
    }
    throw new errors.InvalidGrant('used by another request meanwhile');
  }

  async destroy(id: string): Promise<void> {
    if (this.#model === 'Grant') this.#parts.ended.add(id);
    this.#parts.tokens.remove(this.#model, tokenKey(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    this.#parts.tokens.removeByGrant(tokenKey(grantId));
  }

  #toPayload({ payload, consumedAt, expiresAt }: IssuedArtifact): Payload | undefined {
    const { clock, counts } = this.#parts;
    const members = JSON.parse(payload) as Payload;
    if (counts?.(members) === false) return undefined;
    return {
      ...members,
      ...(consumedAt === undefined ? {} : { consumed: Math.floor(consumedAt / 1_000) }),
      // oidc-provider goes by the wall clock; what has ended by ours has ended, whatever that one was set to.
      ...(clock.now() >= expiresAt ? { exp: 1 } : {}),
    };
  }
}

/**
 * What is kept of an artifact. A request for a sign-in names itself at the end of the address to which it returns, and
 * the sign-in of the browser that made it; neither is a thing to find in a database.
 */
function storedText(id: string, payload: Payload): string {
  // Rule: The value of a token is never stored, only its hash.
  const { jti: _value, returnTo, session: browser, ...rest } = payload;
  const { cookie: _secret, ...known } = (browser ?? {}) as Payload;
  return JSON.stringify({
    ...rest,
    ...(browser === undefined ? {} : { session: known }),
    ...(typeof returnTo === 'string' ? { returnTo: returnTo.slice(0, -id.length) } : {}),
  });
}

function text(payload: Payload, member: string): string | undefined {
  const value = payload[member];
  return typeof value === 'string' ? value : undefined;
}
