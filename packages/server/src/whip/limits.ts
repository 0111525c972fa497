/** Every bound of the WHIP edge, each with its reason. */

export const whipLimits = {
  /** Publications at once: so many screens of a megabit a second take about a core (bench/whip.bench.ts). */
  publicationsMax: 32,
  /** An offer of a browser has some ten thousand characters; more m-lines than streams are refused. */
  sdpBytesMax: 131_072,
  mediaLinesMax: 8,
  /** ICE and DTLS are done within a second or two; a client that was answered and does not come is gone. */
  connectMs: 20_000,
  /** A client that is there says so every few seconds (RFC 7675: consent is asked for every five). */
  silentMs: 20_000,
  beatMs: 2_000,
  /** A key frame is asked for again until one comes: what asks for it may be lost like any datagram. */
  keyFrameAskMs: 400,
  keyFrameAsksMax: 20,
} as const;
