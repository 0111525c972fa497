/** Every bound of the AudioHook edge, each with its reason. */

export const audioHookEdgeLimits = {
  /** Sockets at once: with those of notifications they stay below what the port takes at all. */
  socketsMax: 2_000,
  /** A frame of the library's; the protocol's own bounds are smaller and are answered with its words. */
  frameBytesMax: 262_144,
  /** A client opens at once; one that does not is a stranger. */
  openMsMax: 10_000,
  /** Clients ping every five seconds; one that is silent for longer is gone. */
  silentMsMax: 20_000,
  beatMs: 5_000,
  /** How long a recording waits for a client that was cut off, or was asked to come back. */
  reconnectMs: 15_000,
  /** After the last word a client has this long to close the socket itself. */
  closingMs: 2_000,
  /** When the server stops, clients that are asked to come back have this long to say goodbye. */
  stopMs: 1_000,
  /** A refusal takes at least this long (protocol), so that its cause cannot be told from its time. */
  refusalMs: 500,
  /** Refusals that wait; beyond it connections are cut without a word. */
  refusalsMax: 512,
  /** Bytes that may wait for a client: it is answered a few hundred bytes each second. */
  bufferedBytesMax: 262_144,
  /** Keys in the file. */
  keysMax: 10_000,
  /** Characters in it: twice what that many keys take with the longest of everything. */
  keyFileCharactersMax: 16_777_216,
} as const;
