/** SDP (RFC 8866) and the recording server's half of offer and answer (RFC 3264, RFC 7866). */

export { type Answer, type AnswerTerms, answerOffer, type LocalPorts } from './answer.ts';
export {
  connectionOf,
  type Direction,
  directionOf,
  formatParametersOf,
  isHeld,
  isSending,
  labelOf,
  offersRtcpMux,
  packetTimeMsOf,
  type RtpMap,
  rtcpPortOf,
  rtpMapOf,
} from './attributes.ts';
export type { AudioCodec } from './audio-codecs.ts';
export type { AgreedFormat, AudioFormat } from './audio-format.ts';
export { type CryptoReject, cryptoOf, type SrtpPolicy } from './crypto.ts';
export type {
  Attribute,
  Connection,
  MediaDescription,
  Origin,
  SdpFaultCode,
  SessionDescription,
} from './description.ts';
export { type SdpLimits, sdpLimits } from './limits.ts';
export {
  judgeOffer,
  type MediaOrigin,
  type OfferedStream,
  type RejectReason,
} from './offer.ts';
export { parseDescription } from './parse.ts';
export {
  asInactive,
  isAgainstRecording,
  type RecordState,
  recordPreferenceOf,
  withRecordState,
} from './recording-attributes.ts';
export { writeDescription } from './write.ts';
