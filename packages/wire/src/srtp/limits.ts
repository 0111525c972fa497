/** Bounds on SRTP: what an offer may hold, and what a stream may make us remember. */

export interface SrtpLimits {
  /** `a=crypto` lines of one media line that are looked at; offers have one per suite, rarely over eight. */
  readonly attributesMax: number;
  /** Master keys of one attribute (RFC 4568 §6.1); more than one is for rekeying by MKI. */
  readonly keysMax: number;
  /** Bytes of a master key identifier (RFC 4568 §6.1 allows 128). */
  readonly mkiBytesMax: number;
  /** Sources (SSRCs) of one key whose rollover counter and replay window are kept. */
  readonly sourcesMax: number;
  /** Master keys kept at a time: those in force and those before them, for packets still under way. */
  readonly contextsMax: number;
  /** Packets that the replay window looks back; at least 64 (RFC 3711 §3.3.2). */
  readonly replayWindowPackets: number;
  /** Rollover counters tried, one a packet, for a source whose first packets we did not see: a week at 50 packets/s. */
  readonly rolloverGuessesMax: number;
  /** Of those, tried at once for the first packet after a crash: a call of more than a day, in less than a ms. */
  readonly rolloverGuessesAtOnce: number;
}

export const srtpLimits: SrtpLimits = {
  attributesMax: 16,
  keysMax: 4,
  mkiBytesMax: 128,
  sourcesMax: 16,
  contextsMax: 8,
  replayWindowPackets: 256,
  rolloverGuessesMax: 512,
  rolloverGuessesAtOnce: 80,
};
