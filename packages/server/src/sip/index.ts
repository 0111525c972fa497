/** The SIP edge: a session recording server (RFC 7866) over UDP, TCP and TLS. */
export { sipEdgeLimits } from './limits.ts';
export { createSipServer, type SipServer } from './sip-server.ts';
export type { SipTlsOptions, TlsCredentials } from './tls-carrier.ts';
export { digestRealm } from './trunk-door.ts';
