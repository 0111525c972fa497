/** One master key in use: its ciphers, and how far each source has got with it. */

import { DuplicateWindow } from '../rtp/duplicate.ts';
import type { MasterKey } from './crypto-attribute.ts';
import { srtpLimits } from './limits.ts';
import { PacketCipher } from './packet-cipher.ts';
import { hasTag } from './packet-tag.ts';
import { estimateIndex, sequenceSpan } from './rollover.ts';
import type { CryptoSuite } from './suites.ts';

/** A suite and its master keys, as both sides agreed on them. Secret. */
export interface SrtpTerms {
  readonly suite: CryptoSuite;
  readonly keys: readonly MasterKey[];
}

/** Where a packet whose sender is known stands in its key's life, and where its encrypted part ends. */
export interface Authentic {
  readonly key: SrtpKey;
  readonly ssrc: number;
  /** 48 bits for RTP, 31 for RTCP. */
  readonly index: number;
  readonly end: number;
}

/** What a try at a packet found; an object only where there is one to keep. */
export type SrtpVerdict = Authentic | 'replayed' | 'unauthentic';

/** RTCP as well as RTP: sources have windows of their own for each. */
class Windows {
  readonly #windows = new Map<number, DuplicateWindow>();

  of(ssrc: number): DuplicateWindow | undefined {
    return this.#windows.get(ssrc);
  }

  /** Only a packet known to be genuine comes here. */
  mark(ssrc: number, index: number): void {
    let window = this.#windows.get(ssrc);
    if (window === undefined) {
      window = new DuplicateWindow();
      const oldest = this.#windows.size >= srtpLimits.sourcesMax ? this.#windows.keys().next() : undefined;
      if (oldest !== undefined && !oldest.done) this.#windows.delete(oldest.value);
      this.#windows.set(ssrc, window);
    }
    window.mark(index);
  }
}

/** The first header and its sender's SSRC stay in the clear. */
const rtcpHeaderBytes = 8;

const noExtra = new Uint8Array(0);
const counter = new Uint8Array(4);
const span = { clearEnd: 0, end: 0 };
const place = { ssrc: 0, index: 0 };

export class SrtpKey {
  readonly #suite: CryptoSuite;
  readonly #keyAndSalt: string;
  readonly #mki: Uint8Array;
  readonly #rtp: PacketCipher;
  readonly #rtcp: PacketCipher;
  readonly #rtpWindows = new Windows();
  readonly #rtcpWindows = new Windows();
  #guess = 0;
  #guessesAtOnce: number;

  /** @param isContinued its counters were kept by somebody who is gone. */
  constructor(suite: CryptoSuite, { keyAndSalt, mki }: MasterKey, isContinued: boolean = false) {
    this.#guessesAtOnce = isContinued ? srtpLimits.rolloverGuessesAtOnce : 1;
    const bytes = Buffer.from(keyAndSalt, 'base64');
    this.#suite = suite;
    this.#keyAndSalt = keyAndSalt;
    this.#mki = mki === undefined ? noExtra : Uint8Array.from(Buffer.from(mki, 'hex'));
    this.#rtp = new PacketCipher(suite, bytes, 'rtp');
    this.#rtcp = new PacketCipher(suite, bytes, 'rtcp');
    bytes.fill(0);
  }

  /** Whether it was made from these terms; then its counters go on. */
  isMadeOf(suite: CryptoSuite, key: MasterKey): boolean {
    const mki = Buffer.from(this.#mki).toString('hex');
    return this.#suite.name === suite.name && this.#keyAndSalt === key.keyAndSalt && mki === (key.mki ?? '');
  }

  /** @param headerEnd where the payload begins; only the header has been looked at. */
  tryRtp(packet: Uint8Array, headerEnd: number, ssrc: number, sequence: number): SrtpVerdict {
    const end = packet.length - this.#rtp.tagBytes - this.#mki.length;
    if (end < headerEnd || !this.#hasMki(packet, this.#rtp.isGcm ? end + this.#rtp.tagBytes : end))
      return 'unauthentic';
    span.clearEnd = headerEnd;
    span.end = end;
    place.ssrc = ssrc;
    const window = this.#rtpWindows.of(ssrc);
    const index = window === undefined ? sequence : estimateIndex(window.highest, sequence);
    const occurrence = window === undefined || index < 0 ? 'first' : window.judge(index);
    // Rule: a packet that comes twice is refused before its tag is looked at
    if (occurrence === 'duplicate') return 'replayed';
    if (occurrence === 'first' && this.#hasRtpTag(packet, index)) return this.#accept(ssrc, index, end);
    // Its first packets, or very many of them, have passed us by: then its rollover counter can only be guessed.
    // Rule: many counters are tried at once for one packet alone, so that forged ones cost no more than others
    const tries = this.#guessesAtOnce;
    this.#guessesAtOnce = 1;
    for (let tried = 0; tried < tries; tried += 1) {
      this.#guess = (this.#guess % srtpLimits.rolloverGuessesMax) + 1;
      const guessed = Math.max(index, 0) + this.#guess * sequenceSpan;
      if (this.#hasRtpTag(packet, guessed)) return this.#accept(ssrc, guessed, end);
    }
    return occurrence === 'tooOld' ? 'replayed' : 'unauthentic';
  }

  #accept(ssrc: number, index: number, end: number): Authentic {
    this.#rtpWindows.mark(ssrc, index);
    this.#guess = 0;
    return { key: this, ssrc, index, end };
  }

  /** Whether the packet that `span` and `place` tell of has the tag that it would have at `index`. */
  #hasRtpTag(packet: Uint8Array, index: number): boolean {
    if (index < 0) return false;
    const { isGcm, tagBytes } = this.#rtp;
    writeWord(counter, 0, Math.floor(index / sequenceSpan));
    place.index = index;
    const tag = this.#rtp.tagOf(packet, span, isGcm ? noExtra : counter, place);
    return hasTag(packet, isGcm ? span.end : span.end + this.#mki.length, tag, tagBytes);
  }

  /** SRTCP (RFC 3711 §3.4, RFC 7714 §9): its index stands in the packet, with a bit that says whether it is encrypted. */
  tryRtcp(packet: Uint8Array): SrtpVerdict {
    const { isGcm, tagBytes } = this.#rtcp;
    const end = packet.length - tagBytes - 4 - this.#mki.length;
    const wordAt = isGcm ? end + tagBytes : end;
    if (end < rtcpHeaderBytes || !this.#hasMki(packet, wordAt + 4)) return 'unauthentic';
    const word = readWord(packet, wordAt);
    const [ssrc, index] = [readWord(packet, 4), word & 0x7fff_ffff];
    const window = this.#rtcpWindows.of(ssrc);
    if (window !== undefined && window.judge(index) !== 'first') return 'replayed';
    const isSealed = word >>> 31 === 1;
    writeWord(counter, 0, word);
    // In the clear, all of it is authenticated only (RFC 7714 §9.3).
    const clearEnd = isSealed ? rtcpHeaderBytes : end;
    const tag = isGcm
      ? this.#rtcp.tagOf(packet, { clearEnd, end }, counter, { ssrc, index })
      : this.#rtcp.tagOf(packet, { clearEnd, end: end + 4 }, noExtra, { ssrc, index });
    if (!hasTag(packet, isGcm ? end : end + 4 + this.#mki.length, tag, tagBytes)) return 'unauthentic';
    this.#rtcpWindows.mark(ssrc, index);
    return { key: this, ssrc, index: isSealed ? index : -1, end };
  }

  /** Decrypts the payload of a packet in place; to be done only once the gate has admitted it. */
  decryptRtp(packet: Uint8Array, headerEnd: number, at: Authentic): void {
    this.#rtp.apply(packet, headerEnd, at.end, at);
  }

  decryptRtcp(packet: Uint8Array, at: Authentic): void {
    if (at.index >= 0) this.#rtcp.apply(packet, rtcpHeaderBytes, at.end, at);
  }

  #hasMki(packet: Uint8Array, at: number): boolean {
    for (let i = 0; i < this.#mki.length; i += 1) if (packet[at + i] !== this.#mki[i]) return false;
    return true;
  }
}

function readWord(bytes: Uint8Array, at: number): number {
  const high = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  return ((high << 16) | ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0)) >>> 0;
}

function writeWord(bytes: Uint8Array, at: number, word: number): void {
  bytes[at] = word >>> 24;
  bytes[at + 1] = word >>> 16;
  bytes[at + 2] = word >>> 8;
  bytes[at + 3] = word;
}
