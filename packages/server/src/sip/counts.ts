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
  /** TCP connections turned away, or cut off for saying nothing or reading nothing. */
  connectionsCut: number;
  /** Messages that the network did not take. */
  unsent: number;
}

export function zeroCounts(): SipCounts {
  return { malformed: 0, dropped: 0, strayAcks: 0, strayResponses: 0, overloads: 0, connectionsCut: 0, unsent: 0 };
}
