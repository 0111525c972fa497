/** Bounds of the SMTP edge. */
export const smtpLimits = {
  /** Mail servers bring many mails over few connections. */
  connectionsMax: 200,
  recipientsMax: 100,
  /** A command line, with a long address and its parameters (RFC 5321 §4.5.3.1.4 asks for 512). */
  commandBytesMax: 4_096,
  /** Silence after which a connection is ended; RFC 5321 §4.5.3.2.7 wants 5 minutes at least. */
  idleMsMax: 300_000,
  /** A mail may take this long from its first byte to its last. */
  mailMsMax: 600_000,
  /** Bytes of mails that are being taken at the same time, all connections together; further mails come again. */
  bytesUnderWayMax: 134_217_728,
  /** What a connection may say before it has signed in. */
  commandsUnauthenticatedMax: 20,
  /** How long connections may still take at a stop. */
  stopMsMax: 5_000,
  /** How often conversations are looked at in which no mail came for long. */
  idleCheckMs: 60_000,
} as const;

/** How often the certificate's files are looked at. */
export const certificateCheckMs = 60_000;
