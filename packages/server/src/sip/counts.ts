/** What the SIP edge passed over or turned away, as counts: nothing of what was said. */

export interface SipCounts {
  /** Messages that could not be read and were answered as such. */
  malformed: number;
  /** Messages that could not be read and not be answered. */
  dropped: number;
  /** ACKs that belong to nothing we know. */
  strayAcks: number;
  /** Responses to nothing we asked. */
  strayResponses: number;
  /** Requests turned away because too many were under way. */
  overloads: number;
  /** TLS handshakes that came to nothing. */
  handshakesFailed: number;
  /** Requests refused because no trunk takes them, or because their digest was wrong. */
  refusedSources: number;
  /** Recording sessions refused at the door because quality would have suffered. */
  refusedBusy: number;
  /** Connections turned away, or cut off for saying nothing or reading nothing. */
  connectionsCut: number;
  /** Messages that the network did not take. */
  unsent: number;
}

export function zeroCounts(): SipCounts {
  return {
    malformed: 0,
    dropped: 0,
    strayAcks: 0,
    strayResponses: 0,
    overloads: 0,
    handshakesFailed: 0,
    refusedSources: 0,
    refusedBusy: 0,
    connectionsCut: 0,
    unsent: 0,
  };
}
