/** Items, such as a message or a mail, as units: a head that says what it is, and the bytes of it. */

/** What an item is. */
export type ItemKind = 'message' | 'post' | 'mail' | 'attachment' | 'event';

/** Somebody who writes, or is written to. */
export interface ItemParty {
  readonly participantId?: string;
  readonly communicationId?: string;
  readonly userId?: string;
  readonly purpose?: string;
  readonly address?: string;
  readonly name?: string;
}

export interface ItemAttachment {
  /** Id of the item that holds its bytes, where we were given them. */
  readonly id?: string;
  readonly name?: string;
  readonly contentType?: string;
  readonly bytes?: number;
  /** Where its sender has put it, where that is all we were given. */
  readonly url?: string;
}

export interface ItemHead {
  readonly id: string;
  readonly kind: ItemKind;
  readonly direction?: 'inbound' | 'outbound';
  /** When its sender says that it was sent, ISO 8601. */
  readonly sentAt?: string;
  readonly from?: ItemParty;
  readonly to?: readonly ItemParty[];
  /** Of a mail: who gets a copy. */
  readonly cc?: readonly ItemParty[];
  readonly subject?: string;
  readonly text?: string;
  /** Of the body; plain text where there is none. */
  readonly contentType?: string;
  /** File name of an attachment. */
  readonly name?: string;
  readonly attachments?: readonly ItemAttachment[];
  /** What the sender noted beside, by name. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** Numbers that were masked in it before it was kept; absent where there were none. */
  readonly maskedCount?: number;
}

export interface Item {
  readonly head: ItemHead;
  /** The whole mail, or the bytes of an attachment; empty for what is text alone. */
  readonly body: Uint8Array;
}

const version = 1;
const prefixBytes = 5;
const decoder = new TextDecoder('utf-8', { fatal: true });

/** One byte of version, four of the head's length (big endian), the head as JSON, the body. */
export function encodeItem({ head, body }: Item): Uint8Array<ArrayBuffer> {
  const json = new TextEncoder().encode(JSON.stringify(head));
  const bytes = new Uint8Array(prefixBytes + json.length + body.length);
  bytes[0] = version;
  new DataView(bytes.buffer).setUint32(1, json.length);
  bytes.set(json, prefixBytes);
  bytes.set(body, prefixBytes + json.length);
  return bytes;
}

function isHead(value: unknown): value is ItemHead {
  const head = value as Partial<ItemHead> | null;
  return typeof head === 'object' && typeof head?.id === 'string' && typeof head.kind === 'string';
}

/** @returns nothing where the bytes are no item of ours. */
export function decodeItem(bytes: Uint8Array): Item | undefined {
  if (bytes.length < prefixBytes || bytes[0] !== version) return undefined;
  const headBytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(1);
  const end = prefixBytes + headBytes;
  if (end > bytes.length) return undefined;
  try {
    const head: unknown = JSON.parse(decoder.decode(bytes.subarray(prefixBytes, end)));
    return isHead(head) ? { head, body: bytes.subarray(end) } : undefined;
  } catch {
    return undefined;
  }
}
