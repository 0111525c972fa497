/** Whether a media line is taken as SRTP, and with which of its keys (RFC 4568 §5.1.2). */

import { type CryptoAttribute, cryptoSuites, parseCrypto, srtpLimits } from '../srtp/index.ts';
import type { MediaDescription } from './description.ts';

/** Whether SRTP is taken: never, where it is offered, or nothing else. */
export type SrtpPolicy = 'off' | 'optional' | 'required';

export type CryptoReject =
  /** The line is SRTP, which is not to be spoken. */
  | 'srtpOff'
  /** The line is plain RTP, which is not to be spoken. */
  | 'srtpRequired'
  /** The line is SRTP, and none of its `a=crypto` attributes can be used. */
  | 'cryptoUnknown';

/** Profiles answered in kind: those with F differ only in RTCP feedback, which a receiver may leave out (RFC 4585 §3). */
const plainProtocols: readonly string[] = ['RTP/AVP', 'RTP/AVPF'];
const secureProtocols: readonly string[] = ['RTP/SAVP', 'RTP/SAVPF'];

export function isRtpProtocol(protocol: string): boolean {
  return plainProtocols.includes(protocol) || secureProtocols.includes(protocol);
}

/** The strongest attribute that can be used, or the first of several as strong; undefined when there is none. */
export function cryptoOf(media: MediaDescription): CryptoAttribute | undefined {
  const values = media.attributes.filter(({ name }) => name === 'crypto').slice(0, srtpLimits.attributesMax);
  const usable = values.flatMap(({ value }) => {
    const read = parseCrypto(value ?? '');
    return read.ok ? [read.value] : [];
  });
  for (const suite of cryptoSuites) {
    const found = usable.find((one) => one.suite === suite);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * The attribute by which the line is to be answered, undefined for plain RTP, or why it is refused. Plain lines with
 * `a=crypto` beside them are a custom of offers that leave the choice to us: they are answered as SRTP.
 */
export function chooseCrypto(media: MediaDescription, policy: SrtpPolicy): CryptoAttribute | CryptoReject | undefined {
  const isSecure = secureProtocols.includes(media.protocol);
  // Rule: where SRTP is off, a line that is SRTP is refused
  if (policy === 'off') return isSecure ? 'srtpOff' : undefined;
  const crypto = cryptoOf(media);
  if (crypto !== undefined) return crypto;
  if (isSecure) return 'cryptoUnknown';
  // Rule: where SRTP is required, plain RTP is refused
  return policy === 'required' ? 'srtpRequired' : undefined;
}
