/** Session keys at work: the nonce, the tag and the key stream of a packet, for RTP and RTCP alike. */

import { createSecretKey } from 'node:crypto';
import { GcmTag } from './gcm-tag.ts';
import { HmacTag } from './hmac-tag.ts';
import { deriveSessionKeys } from './key-derivation.ts';
import { Keystream } from './keystream.ts';
import type { PacketTag, TagSpan } from './packet-tag.ts';
import type { CryptoSuite } from './suites.ts';

/** Nonce of the packet at hand, and behind it the first counter; for GCM only the first 12 bytes are the nonce. */
const start = new Uint8Array(16);
const nonce = start.subarray(0, 12);

export class PacketCipher {
  readonly tagBytes: number;
  readonly isGcm: boolean;
  readonly #salt = new Uint8Array(14);
  readonly #tag: PacketTag;
  readonly #stream: Keystream;

  constructor(suite: CryptoSuite, keyAndSalt: Uint8Array, use: 'rtp' | 'rtcp') {
    const keys = deriveSessionKeys(suite, keyAndSalt, use);
    const encryption = createSecretKey(keys.encryption);
    this.tagBytes = use === 'rtp' ? suite.srtpTagBytes : suite.srtcpTagBytes;
    this.isGcm = suite.kind === 'gcm';
    this.#salt.set(keys.salt);
    this.#tag = this.isGcm ? new GcmTag(encryption) : new HmacTag(keys.authentication);
    this.#stream = new Keystream(encryption);
    keys.encryption.fill(0);
    keys.authentication.fill(0);
  }

  /** @param index of 48 bits for RTP, of 31 for RTCP. @returns the tag, valid until the next packet. */
  tagOf(bytes: Uint8Array, span: TagSpan, extra: Uint8Array, packet: { ssrc: number; index: number }): Uint8Array {
    if (this.isGcm) this.#begin(packet.ssrc, packet.index);
    return this.#tag.compute(bytes, span, nonce, extra);
  }

  /** Encrypts or decrypts `bytes[from, to)` in place. */
  apply(bytes: Uint8Array, from: number, to: number, packet: { readonly ssrc: number; readonly index: number }): void {
    this.#begin(packet.ssrc, packet.index);
    this.#stream.apply(bytes, from, to, start);
  }

  /** RFC 3711 §4.1.1, RFC 7714 §8.1 and §9.1. */
  #begin(ssrc: number, index: number): void {
    start.set(this.#salt);
    // GCM has two bytes less in front of the source; its counter of 4 bytes begins at 1, which makes the tag.
    const at = this.isGcm ? 2 : 4;
    start[14] = 0;
    start[15] = this.isGcm ? 2 : 0;
    mix(at, ssrc);
    mix16(at + 4, Math.floor(index / 0x1_0000_0000));
    mix(at + 6, index % 0x1_0000_0000);
  }
}

function mix16(at: number, value: number): void {
  start[at] = (start[at] ?? 0) ^ (value >>> 8);
  start[at + 1] = (start[at + 1] ?? 0) ^ (value & 0xff);
}

function mix(at: number, value: number): void {
  mix16(at, value >>> 16);
  mix16(at + 2, value & 0xffff);
}
