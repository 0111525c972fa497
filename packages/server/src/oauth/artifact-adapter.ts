/** What oidc-provider issues, kept under the hash of its value. */
import { after, type ClientId, type Clock, type Instant, type UserId } from '@tacet/domain';
import type { Adapter } from 'oidc-provider';
import { identityLimits } from './identity-limits.ts';
import { type IssuedArtifact, type TokenStore, tokenKey } from './token-store.ts';

type Payload = Record<string, unknown>;

/** Keeps the number of rows bounded: looks through them now and then, as tokens are made. */
export class TokenPruning {
  readonly #store: TokenStore;
  readonly #issuers = new Set<ClientId>();
  #sinceLast = 0;

  constructor(store: TokenStore) {
    this.#store = store;
  }

  issued(client: ClientId | undefined, now: Instant): void {
    if (client !== undefined) this.#issuers.add(client);
    this.#sinceLast += 1;
    if (this.#sinceLast >= identityLimits.pruneEveryCount) this.prune(now);
  }

  prune(now: Instant): void {
    this.#store.removeExpired(after(now, -identityLimits.expiredKeptMs));
    for (const client of this.#issuers) this.#store.removeOldestOf(client, identityLimits.tokensPerClientMax);
    this.#issuers.clear();
    this.#sinceLast = 0;
  }
}

/** oidc-provider's adapter for one kind of artifact. */
export class ArtifactAdapter implements Adapter {
  readonly #model: string;
  readonly #store: TokenStore;
  readonly #pruning: TokenPruning;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(model: string, store: TokenStore, pruning: TokenPruning, clock: Pick<Clock, 'now'>) {
    this.#model = model;
    this.#store = store;
    this.#pruning = pruning;
    this.#clock = clock;
  }

  async upsert(id: string, payload: Payload, expiresIn: number): Promise<void> {
    const now = this.#clock.now();
    const clientId = text(payload, 'clientId') as ClientId | undefined;
    const userId = text(payload, 'accountId') as UserId | undefined;
    const grantId = text(payload, 'grantId');
    const uid = text(payload, 'uid');
    // Rule: The value of a token is never stored, only its hash.
    const { jti: _value, ...rest } = payload;
    this.#store.put(tokenKey(id), {
      model: this.#model,
      ...(clientId === undefined ? {} : { clientId }),
      ...(userId === undefined ? {} : { userId }),
      ...(grantId === undefined ? {} : { grantKey: tokenKey(grantId) }),
      ...(uid === undefined ? {} : { uidKey: tokenKey(uid) }),
      issuedAt: now,
      expiresAt: after(now, expiresIn * 1_000),
      payload: JSON.stringify(rest),
    });
    this.#pruning.issued(clientId, now);
  }

  async find(id: string): Promise<Payload | undefined> {
    const artifact = this.#store.find(this.#model, tokenKey(id));
    return artifact === undefined ? undefined : { ...toPayload(artifact), jti: id };
  }

  async findByUid(uid: string): Promise<Payload | undefined> {
    const artifact = this.#store.findByUid(this.#model, tokenKey(uid));
    return artifact === undefined ? undefined : toPayload(artifact);
  }

  /** Codes typed by hand belong to the device flow, which this server does not offer. */
  async findByUserCode(): Promise<undefined> {
    return undefined;
  }

  async consume(id: string): Promise<void> {
    this.#store.consume(this.#model, tokenKey(id), this.#clock.now());
  }

  async destroy(id: string): Promise<void> {
    this.#store.remove(this.#model, tokenKey(id));
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    this.#store.removeByGrant(tokenKey(grantId));
  }
}

function text(payload: Payload, member: string): string | undefined {
  const value = payload[member];
  return typeof value === 'string' ? value : undefined;
}

function toPayload({ payload, consumedAt }: IssuedArtifact): Payload {
  const members = JSON.parse(payload) as Payload;
  return consumedAt === undefined ? members : { ...members, consumed: Math.floor(consumedAt / 1_000) };
}
