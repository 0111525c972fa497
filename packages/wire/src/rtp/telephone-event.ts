/** Telephone events (RFC 4733): keys a caller presses, sent as packets. They are content like speech is. */

import type { RtpHeader } from './packet.ts';

/**
 * One event packet. `event` may be a digit of a card number: it must reach neither log, metric, trace nor error
 * (promise P13), and is withheld like any other unit while the gate is closed.
 */
export interface TelephoneEvent {
  /** 0 to 255; 0 to 15 are the sixteen keys (RFC 4733 §3.2). */
  readonly event: number;
  /** Whether this is one of the packets that end the event. */
  readonly isEnd: boolean;
  /** Level below 0 dBm0, 0 to 63. */
  readonly volume: number;
  /** How long the event lasts so far, in units of the payload's clock. */
  readonly duration: number;
}

/** Whether a packet carries telephone events, by the payload type that was agreed for them, if any was. */
export function isTelephoneEvent(
  header: Pick<RtpHeader, 'payloadType'>,
  eventPayloadType: number | undefined,
): boolean {
  return header.payloadType === eventPayloadType;
}

/** The first event of a packet's payload (RFC 4733 §2.3); undefined when the payload is too short for one. */
export function readTelephoneEvent(
  bytes: Uint8Array,
  header: Pick<RtpHeader, 'payloadOffset' | 'payloadBytes'>,
): TelephoneEvent | undefined {
  const { payloadOffset, payloadBytes } = header;
  const [event, flags, high, low] = bytes.subarray(payloadOffset, payloadOffset + Math.min(payloadBytes, 4));
  if (event === undefined || flags === undefined || high === undefined || low === undefined) return undefined;
  return { event, isEnd: (flags & 0x80) !== 0, volume: flags & 0x3f, duration: (high << 8) | low };
}
