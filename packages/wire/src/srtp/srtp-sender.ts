/** SRTP and SRTCP for senders: the demo client and the tests. The recorder itself sends none. */

import { PacketCipher } from './packet-cipher.ts';
import { sequenceSpan } from './rollover.ts';
import type { SrtpTerms } from './srtp-key.ts';

/** Where RTCP's encrypted part begins, and RTP's without CSRCs and extension. */
const rtcpHeaderBytes = 8;

export class SrtpSender {
  readonly #rtp: PacketCipher;
  readonly #rtcp: PacketCipher;
  readonly #mki: Uint8Array;

  /** Sends under the first key of the terms. */
  constructor({ suite, keys }: SrtpTerms) {
    const bytes = Buffer.from(keys[0]?.keyAndSalt ?? '', 'base64');
    this.#rtp = new PacketCipher(suite, bytes, 'rtp');
    this.#rtcp = new PacketCipher(suite, bytes, 'rtcp');
    this.#mki = Uint8Array.from(Buffer.from(keys[0]?.mki ?? '', 'hex'));
  }

  /** @param index of 48 bits; its last 16 are the packet's number. @param headerEnd where the payload begins. */
  protectRtp(packet: Uint8Array, index: number, headerEnd: number = 12): Uint8Array {
    const bytes = new Uint8Array(packet.length);
    bytes.set(packet);
    const view = new DataView(bytes.buffer);
    const at = { ssrc: view.getUint32(8), index };
    this.#rtp.apply(bytes, headerEnd, bytes.length, at);
    const rollover = word(this.#rtp.isGcm ? undefined : Math.floor(index / sequenceSpan));
    const tag = this.#rtp.tagOf(bytes, { clearEnd: headerEnd, end: bytes.length }, rollover, at);
    const kept = tag.subarray(0, this.#rtp.tagBytes);
    return this.#rtp.isGcm ? joined(bytes, kept, this.#mki) : joined(bytes, this.#mki, kept);
  }

  /** @param index of 31 bits. @param isSealed false leaves it in the clear, and authenticates it. */
  protectRtcp(packet: Uint8Array, index: number, isSealed: boolean = true): Uint8Array {
    const bytes = new Uint8Array(packet.length);
    bytes.set(packet);
    const at = { ssrc: new DataView(bytes.buffer).getUint32(4), index };
    const end = bytes.length;
    if (isSealed) this.#rtcp.apply(bytes, rtcpHeaderBytes, end, at);
    const clearEnd = isSealed ? rtcpHeaderBytes : end;
    const sign = word(((isSealed ? 0x8000_0000 : 0) | index) >>> 0);
    if (this.#rtcp.isGcm) return joined(bytes, this.#rtcp.tagOf(bytes, { clearEnd, end }, sign, at), sign, this.#mki);
    const signed = joined(bytes, sign);
    const tag = this.#rtcp.tagOf(signed, { clearEnd, end: end + 4 }, word(undefined), at);
    return joined(signed, this.#mki, tag.subarray(0, this.#rtcp.tagBytes));
  }
}

function word(value: number | undefined): Uint8Array {
  if (value === undefined) return new Uint8Array(0);
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
