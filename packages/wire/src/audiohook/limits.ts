/** Bounds on what an AudioHook client may send: far above what one of a contact centre sends. */

export const audioHookLimits = {
  /** Bytes of a text frame, as the protocol has it. */
  textBytesMax: 65_535,
  /** Bytes of a binary frame: four seconds of two channels, where clients send a tenth of a second. */
  audioBytesMax: 131_072,
  /** Characters of a number, a name or an id. */
  textCharactersMax: 256,
  /** Entries of the list of media that is offered; there are four combinations that mean anything. */
  mediaOfferedMax: 32,
  /** Sessions that one says it continues. */
  continuedMax: 16,
  /** A media position or a length, in seconds: longer than any call. */
  secondsMax: 1_000_000,
  /** Text frames a client may send at once, and then each second: pings come every five seconds. */
  textBurst: 60,
  textsPerSecond: 10,
  /** Binary frames likewise: a frame of 5 ms is the shortest that anybody would send. */
  audioBurst: 2_000,
  audiosPerSecond: 200,
  /** Audio may be ahead of the clock by so much: what waited at the client, before it was opened or while the network stood still. */
  aheadMsMax: 60_000,
  /** Samples in one RTP packet of ours: 20 ms, so that an edge is as fine as that of a telephone. */
  packetSamples: 160,
  /** Age of a signature (protocol), and how far the clocks may be apart. */
  signatureAgeSeconds: 10,
  clockSkewSeconds: 3,
  /** Characters of a nonce: 18 random bytes in Base64 have 24. */
  nonceCharactersMin: 22,
  nonceCharactersMax: 256,
  /** Nonces remembered: a thousand new sessions each second. Beyond it nobody is let in until some have aged. */
  noncesMax: 20_000,
} as const;
