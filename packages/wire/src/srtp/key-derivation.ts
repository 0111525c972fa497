/** Session keys from a master key (RFC 3711 §4.3, RFC 6188 §3, RFC 7714 §11), derived once: the rate is 0. */

import { createCipheriv } from 'node:crypto';
import type { CryptoSuite } from './suites.ts';

/** The keys for RTP or for RTCP. Secret. */
export interface SessionKeys {
  readonly encryption: Uint8Array;
  readonly salt: Uint8Array;
  /** Empty for the AEAD suites. */
  readonly authentication: Uint8Array;
}

/** RFC 3711 §4.3.2: three labels for RTP, and the same three from here on for RTCP. */
const firstLabel = { rtp: 0, rtcp: 3 } as const;
const authenticationBytes = 20;

/** @param keyAndSalt the master key and its salt behind it. */
export function deriveSessionKeys(suite: CryptoSuite, keyAndSalt: Uint8Array, use: 'rtp' | 'rtcp'): SessionKeys {
  const { kind, keyBytes, saltBytes } = suite;
  const master = keyAndSalt.subarray(0, keyBytes);
  // A salt of 96 bits is filled up with zeros behind (RFC 7714 §11).
  const salt = new Uint8Array(14);
  salt.set(keyAndSalt.subarray(keyBytes, keyBytes + saltBytes));
  const derive = (label: number, length: number): Uint8Array => {
    const start = new Uint8Array(16);
    start.set(salt);
    start[7] = (start[7] ?? 0) ^ label;
    return createCipheriv(`aes-${keyBytes * 8}-ctr`, master, start).update(new Uint8Array(length));
  };
  const label = firstLabel[use];
  return {
    encryption: derive(label, keyBytes),
    authentication: kind === 'gcm' ? new Uint8Array(0) : derive(label + 1, authenticationBytes),
    salt: derive(label + 2, saltBytes),
  };
}
