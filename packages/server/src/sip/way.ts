/** A way to a peer: a UDP address, or one TCP or TLS connection. */
import type { HostPort, SipFault, SipMessage } from '@tacet/wire/sip';

export type Protocol = 'UDP' | 'TCP' | 'TLS';

export interface Way {
  readonly protocol: Protocol;
  readonly remote: HostPort;
  /** Which of our connections it is; absent for UDP. */
  readonly connectionId?: number;
  /** The address of ours that the connection came to; absent for UDP, whose sockets do not tell. */
  readonly localHost?: string;
  /** What the peer is called in a certificate of its that we verified, in lower case; absent without one. */
  readonly peerNames?: readonly string[];
}

/** What came in, and on which way. */
export type Arrival =
  | { readonly kind: 'message'; readonly message: SipMessage; readonly way: Way }
  | { readonly kind: 'refused'; readonly fault: SipFault; readonly way: Way };
