/** Tokens with which a page or a browser may publish into one conversation: sealed, short-lived, kept nowhere. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import {
  type Asked,
  after,
  type Clock,
  type CommunicationId,
  type ConversationId,
  type Instant,
  instant,
  type KeyService,
  type MediaType,
  type Purpose,
  type SegmentId,
} from '@tacet/domain';

/** What its holder may do: bring media of one type into one conversation, as one participant of it. */
export interface Publisher {
  readonly conversationId: ConversationId;
  readonly mediaType: MediaType;
  readonly purpose?: Purpose;
  readonly name?: string;
  readonly address?: string;
  /** For a chat: the communication in whose name its holder writes. */
  readonly communicationId?: CommunicationId;
  /** For one file alone: what it is called, and how long it is. */
  readonly file?: { readonly id: string; readonly name: string; readonly bytes: number };
  /** Who gave it out, for the audit log. */
  readonly by: Pick<Asked, 'clientId' | 'userId' | 'name'>;
  /** Tells tokens for the same participant apart. */
  readonly id: string;
}

interface Sealed extends Publisher {
  readonly endsAt: number;
}

const cipher = 'aes-256-gcm';
/** Each key seals one text, so that the nonce need not differ. */
const nonce = Buffer.alloc(12);
const tagBytes = 16;
/** The longest that one of ours can be, with the longest of everything that is in it. */
const tokenCharactersMax = 8_192;
/** The key service binds a key to the id that it is given with, whatever that names. */
const boundTo = 'publishing-token' as SegmentId;

/** Nothing is kept of a token: one that was given out before a restart is good after it. */
export class PublishingTokens {
  readonly #keys: Pick<KeyService, 'wrap' | 'unwrap'>;
  readonly #clock: Pick<Clock, 'now'>;

  constructor(keys: Pick<KeyService, 'wrap' | 'unwrap'>, clock: Pick<Clock, 'now'>) {
    this.#keys = keys;
    this.#clock = clock;
  }

  make(publisher: Omit<Publisher, 'id'>, lifeMs: number): { readonly token: string; readonly expiresAt: Instant } {
    const expiresAt = after(this.#clock.now(), lifeMs);
    const sealed: Sealed = { ...publisher, id: randomBytes(9).toString('base64url'), endsAt: expiresAt };
    const key = randomBytes(32);
    const sealing = createCipheriv(cipher, key, nonce, { authTagLength: tagBytes });
    sealing.setAAD(Buffer.from(boundTo));
    const text = Buffer.concat([sealing.update(JSON.stringify(sealed), 'utf8'), sealing.final(), sealing.getAuthTag()]);
    const wrapped = Buffer.from(this.#keys.wrap(key, boundTo));
    key.fill(0);
    return { token: spelt(wrapped, text), expiresAt };
  }

  /** @returns nothing where it is none of ours, was altered, has expired, or is for another kind of media. */
  read(token: string, mediaTypes: readonly MediaType[]): Publisher | undefined {
    const sealed = this.#unseal(token);
    if (sealed === undefined || !mediaTypes.includes(sealed.mediaType)) return undefined;
    const { endsAt, ...publisher } = sealed;
    // Rule: a publishing token is worthless when its time is over
    return instant(endsAt) > this.#clock.now() ? publisher : undefined;
  }

  #unseal(token: string): Sealed | undefined {
    if (token.length > tokenCharactersMax) return undefined;
    const [head = '', rest = ''] = token.split('.', 2);
    const [wrapped, bytes] = [Buffer.from(head, 'base64url'), Buffer.from(rest, 'base64url')];
    // Rule: a publishing token that is spelt otherwise than it was given out is worthless
    if (spelt(wrapped, bytes) !== token) return undefined;
    const key = this.#keys.unwrap(wrapped, boundTo);
    if (key === undefined || bytes.length < tagBytes) return undefined;
    const unsealing = createDecipheriv(cipher, key, nonce, { authTagLength: tagBytes });
    unsealing.setAAD(Buffer.from(boundTo));
    unsealing.setAuthTag(bytes.subarray(-tagBytes));
    try {
      const text = Buffer.concat([unsealing.update(bytes.subarray(0, -tagBytes)), unsealing.final()]);
      return JSON.parse(text.toString()) as Sealed;
    } catch {
      return undefined;
    }
  }
}

/** Base64 has several spellings of the same bytes; this one is ours. */
function spelt(wrapped: Buffer, sealed: Buffer): string {
  return `${wrapped.toString('base64url')}.${sealed.toString('base64url')}`;
}
