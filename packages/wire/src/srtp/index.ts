/** SRTP (RFC 3711, RFC 6188, RFC 7714) keyed by SDES (RFC 4568), as bytes and numbers, without sockets. */

export {
  type CryptoAttribute,
  type CryptoFaultCode,
  keyingBytes,
  type MasterKey,
  parseCrypto,
  writeCryptoAnswer,
} from './crypto-attribute.ts';
export { type SrtpLimits, srtpLimits } from './limits.ts';
export type { Authentic, SrtpTerms, SrtpVerdict } from './srtp-key.ts';
export { type SealedHeader, SrtpReceiver } from './srtp-receiver.ts';
export { SrtpSender } from './srtp-sender.ts';
export { type CryptoSuite, cryptoSuites, type SuiteName, suiteNamed } from './suites.ts';
