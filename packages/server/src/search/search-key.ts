/** The key of the index: whoever has the index without it has numbers, and not words (P10). */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
} from 'node:crypto';
import type { KeyService, SegmentId } from '@tacet/domain';

const keyBytes = 32;
const cipher = 'aes-256-gcm';
const nonceBytes = 12;
const tagBytes = 16;

/** The key service binds a key to the id that it is given with, whatever that names. */
const boundTo = 'search-index' as SegmentId;

/** Words come again and again; those seen last are known. */
const rememberedMax = 50_000;

function derived(bytes: Uint8Array, purpose: string): KeyObject {
  return createSecretKey(createHmac('sha256', bytes).update(purpose).digest());
}

export class SearchKey {
  readonly #forTerms: KeyObject;
  readonly #forIds: KeyObject;
  readonly #known = new Map<string, bigint>();

  /** @param bytes overwritten. */
  constructor(bytes: Uint8Array) {
    this.#forTerms = derived(bytes, 'terms');
    this.#forIds = derived(bytes, 'ids');
    bytes.fill(0);
  }

  /** 64 bits of HMAC-SHA-256: of a billion terms two are alike once in forty such indexes, and then one hit too many. */
  hash(term: string): bigint {
    const known = this.#known.get(term);
    if (known !== undefined) return known;
    const hash = createHmac('sha256', this.#forTerms).update(term).digest().readBigInt64BE();
    if (this.#known.size >= rememberedMax) this.#known.clear();
    this.#known.set(term, hash);
    return hash;
  }

  /** The id of an item may have been given by whoever wrote it, and is sealed as the item is. */
  seal(id: string): Uint8Array {
    const nonce = randomBytes(nonceBytes);
    const sealing = createCipheriv(cipher, this.#forIds, nonce, { authTagLength: tagBytes });
    return Buffer.concat([nonce, sealing.update(id, 'utf8'), sealing.final(), sealing.getAuthTag()]);
  }

  /** @throws Error where it is not what was sealed. */
  unseal(sealed: Uint8Array): string {
    const unsealing = createDecipheriv(cipher, this.#forIds, sealed.subarray(0, nonceBytes), {
      authTagLength: tagBytes,
    });
    unsealing.setAuthTag(sealed.subarray(-tagBytes));
    const id = unsealing.update(sealed.subarray(nonceBytes, -tagBytes), undefined, 'utf8');
    return id + unsealing.final('utf8');
  }
}

export function newSearchKey(keys: KeyService): { readonly key: SearchKey; readonly wrapped: Uint8Array } {
  const bytes = randomBytes(keyBytes);
  const wrapped = keys.wrap(bytes, boundTo);
  return { key: new SearchKey(bytes), wrapped };
}

/** @returns nothing where the key belongs to other wrapping keys: what it hashed can be found no more. */
export function searchKey(keys: KeyService, wrapped: unknown): SearchKey | undefined {
  const bytes = wrapped instanceof Uint8Array ? keys.unwrap(wrapped, boundTo) : undefined;
  return bytes === undefined ? undefined : new SearchKey(bytes);
}
