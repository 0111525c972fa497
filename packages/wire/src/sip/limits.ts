/** Every bound on what a SIP peer may make us read or hold, each with its reason. */

export interface SipLimits {
  /** Bytes of one message, start line to end of body. */
  readonly messageBytesMax: number;
  /** Header lines of one message, after folded lines have been joined. */
  readonly headersMax: number;
  /** Characters of one header line, name to end, after folded lines have been joined. */
  readonly headerCharsMax: number;
  /** Characters of one URI. */
  readonly uriCharsMax: number;
  /** Values in one line of a list header field, such as Via. */
  readonly listValuesMax: number;
  /** Parameters behind one value. */
  readonly parametersMax: number;
  /** Characters of a method name. */
  readonly methodCharsMax: number;
}

export const sipLimits: SipLimits = {
  // A UDP datagram cannot be larger, so nothing that fits one transport is refused on the other (RFC 3261 §18.1.1).
  messageBytesMax: 65_536,
  // A recording request through four proxies with every optional header stays below 60 lines.
  headersMax: 200,
  // Identity headers (RFC 8224) are the longest in use and stay below 4 KiB.
  headerCharsMax: 8_192,
  // RFC 3261 sets none; a target with a signed token as parameter stays below 1 KiB.
  uriCharsMax: 2_048,
  // Max-Forwards starts at 70 by custom (§8.1.1.6), so more hops than that cannot be honest.
  listValuesMax: 100,
  // A Contact with all RFC 3840 feature tags has about 25.
  parametersMax: 64,
  // The longest registered method has 9 characters; torture tests use about 40.
  methodCharsMax: 64,
};

/** The largest CSeq number that a peer may use: it must be less than 2**31 (RFC 3261 §8.1.1.5). */
export const cseqMax: number = 2_147_483_647;
