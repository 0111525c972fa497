/** The SIP edge: a session recording server (RFC 7866) over UDP and TCP. */
export { createSipServer } from './sip-server.ts';
