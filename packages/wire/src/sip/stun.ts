/** As much of STUN as a SIP server on the same port owes its peers: the Binding method (RFC 5389, RFC 5626 §8). */
import { addressBytes } from './address-bytes.ts';
import type { HostPort } from './response-path.ts';

const magicCookie = 0x2112_a442;
const headBytes = 20;
const bindingRequest = 0x0001;
const bindingSuccess = 0x0101;
const bindingError = 0x0111;
const xorMappedAddress = 0x0020;
const errorCode = 0x0009;
const unknownAttributes = 0x000a;

/** Comprehension-required attributes that a Binding request may carry and that change nothing here (RFC 5389 §18.2). */
const known: ReadonlySet<number> = new Set([0x0001, 0x0006, 0x0008, 0x0014, 0x0015]);

/** Attributes that one answer names; a request with more is answered all the same. */
const namedMax = 32;

/** Whether a datagram is STUN and not SIP: two zero bits, and the cookie (RFC 5389 §6, RFC 5626 §8.1). */
export function isStun(bytes: Uint8Array): boolean {
  return bytes.length >= headBytes && (bytes[0] ?? 0xff) < 0x40 && viewOf(bytes).getUint32(4) === magicCookie;
}

/** The answer to a Binding request; undefined for anything else, which is passed over (RFC 5389 §7.3). */
export function answerStun(bytes: Uint8Array, source: HostPort): Uint8Array | undefined {
  const view = viewOf(bytes);
  if (!isStun(bytes) || view.getUint16(0) !== bindingRequest) return undefined;
  if (view.getUint16(2) !== bytes.length - headBytes || bytes.length % 4 !== 0) return undefined;
  const unknown = unknownIn(view);
  if (unknown === undefined) return undefined;
  if (unknown.length > 0) return message(bytes, bindingError, refusalOf(unknown));
  const mapped = mappedAddress(bytes, source);
  return mapped === undefined ? undefined : message(bytes, bindingSuccess, mapped);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Attributes that must be understood and are not; undefined when the attributes do not fit the message. */
function unknownIn(view: DataView): readonly number[] | undefined {
  const unknown: number[] = [];
  for (let at = headBytes; at < view.byteLength; ) {
    if (at + 4 > view.byteLength) return undefined;
    const [type, length] = [view.getUint16(at), view.getUint16(at + 2)];
    at += 4 + length + ((4 - (length % 4)) % 4);
    if (at > view.byteLength) return undefined;
    if (type < 0x8000 && !known.has(type) && unknown.length < namedMax) unknown.push(type);
  }
  return unknown;
}

/** RFC 5389 §7.3.1: 420 with the attributes by number. */
function refusalOf(unknown: readonly number[]): Uint8Array {
  const named = Math.ceil(unknown.length / 2) * 4;
  const bytes = new Uint8Array(8 + 4 + named);
  const view = viewOf(bytes);
  view.setUint16(0, errorCode);
  view.setUint16(2, 4);
  view.setUint16(6, (4 << 8) | 20);
  view.setUint16(8, unknownAttributes);
  view.setUint16(10, unknown.length * 2);
  for (const [place, type] of unknown.entries()) view.setUint16(12 + place * 2, type);
  return bytes;
}

/** RFC 5389 §15.2: the address, hidden from middleboxes that would rewrite it by the cookie and the transaction id. */
function mappedAddress(request: Uint8Array, { host, port }: HostPort): Uint8Array | undefined {
  const address = addressBytes(host);
  if (address === undefined) return undefined;
  const bytes = new Uint8Array(8 + address.length);
  const view = viewOf(bytes);
  view.setUint16(0, xorMappedAddress);
  view.setUint16(2, 4 + address.length);
  view.setUint16(4, address.length === 4 ? 1 : 2);
  view.setUint16(6, port ^ (magicCookie >>> 16));
  for (const [place, byte] of address.entries()) bytes[8 + place] = byte ^ (request[4 + place] ?? 0);
  return bytes;
}

function message(request: Uint8Array, type: number, attributes: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(headBytes + attributes.length);
  bytes.set(request.subarray(0, headBytes));
  bytes.set(attributes, headBytes);
  const view = viewOf(bytes);
  view.setUint16(0, type);
  view.setUint16(2, attributes.length);
  return bytes;
}
