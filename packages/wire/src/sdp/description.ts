/** A session description as a value: what RFC 8866 says with lines, kept in the order of the wire. */

/** Who made a description and which version of it this is: the o= line (RFC 8866 §5.2). */
export interface Origin {
  readonly username: string;
  /** Decimal digits on the wire; kept as text because it may exceed the safe integers. */
  readonly sessionId: string;
  /** Grows with each changed description of the same recording session (RFC 3264 §8). */
  readonly sessionVersion: string;
  readonly netType: string;
  readonly addressType: string;
  readonly address: string;
}

/** Where media is to be sent or comes from: a c= line (RFC 8866 §5.7). The address may be a name or a placeholder. */
export interface Connection {
  readonly netType: string;
  readonly addressType: string;
  readonly address: string;
}

/** One a= line: a flag (`value` undefined) or a name with a value. Order and repeats are kept. */
export interface Attribute {
  readonly name: string;
  readonly value: string | undefined;
}

/** One m= line and what belongs to it (RFC 8866 §5.14). */
export interface MediaDescription {
  /** `audio`, `video`, … as written. */
  readonly kind: string;
  /** 0 to 65535; 0 means the stream is not wanted (RFC 3264 §5.1). */
  readonly port: number;
  /** Number of consecutive port pairs, 1 unless the line says otherwise. */
  readonly portCount: number;
  /** Transport profile as written, `RTP/AVP` for plain RTP. */
  readonly protocol: string;
  /** For RTP the payload types in order of preference; may be empty where a client was careless. */
  readonly formats: readonly string[];
  readonly connections: readonly Connection[];
  readonly bandwidths: readonly string[];
  readonly attributes: readonly Attribute[];
}

/**
 * A whole description. Lines that carry nothing an offer or answer needs (i, u, e, p, r, z, k) are accepted on
 * reading and left out here.
 */
export interface SessionDescription {
  readonly origin: Origin;
  readonly name: string;
  readonly connections: readonly Connection[];
  readonly bandwidths: readonly string[];
  /** Values of the t= lines, at least one; offers say `0 0`. */
  readonly times: readonly string[];
  readonly attributes: readonly Attribute[];
  readonly media: readonly MediaDescription[];
}

/** Every way a description can be refused. */
export type SdpFaultCode =
  /** A bound of `sdpLimits` was passed. */
  | 'descriptionTooLarge'
  /** The first line is not `v=0`: this is not SDP. */
  | 'versionUnknown'
  /** A line is not `letter=value`, or its value has not the parts it needs. */
  | 'lineMalformed'
  /** A type letter that RFC 8866 does not know; §5 demands to refuse the whole description. */
  | 'lineUnknown'
  /** A line that may stand once stands twice. */
  | 'lineRepeated';
