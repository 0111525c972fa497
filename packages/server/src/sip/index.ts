/** The SIP edge: a session recording server (RFC 7866) over UDP and TCP. */
export type { SipCounts } from './counts.ts';
export { createSipServer, type SipServer, type SipServerOptions } from './sip-server.ts';
