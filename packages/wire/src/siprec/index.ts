/** SIPREC bodies: multipart, XML and recording metadata (RFC 7865, RFC 7866). */

export { applyMetadata } from './apply-metadata.ts';
export { type HeaderValue, readHeaderValue } from './content-type.ts';
export { externalIdsOf } from './external-ids.ts';
export { externalIdsOfHeaders } from './header-ids.ts';
export { type SiprecLimits, siprecLimits } from './limits.ts';
export type {
  Association,
  CommunicationGroup,
  CommunicationSession,
  DataMode,
  ExternalId,
  ExternalIdName,
  MetadataFaultCode,
  ParticipantSessionAssociation,
  ParticipantStreamAssociation,
  RecordedParticipant,
  RecordedStream,
  RecordingMetadata,
  SessionRecordingAssociation,
} from './metadata.ts';
export {
  type BodyPart,
  joinMultipart,
  type MultipartBody,
  type MultipartFaultCode,
  type PartHeader,
  partHeader,
  splitMultipart,
} from './multipart.ts';
export { readMetadata } from './read-metadata.ts';
export { type RecordingBody, readRecordingBody } from './recording-body.ts';
export { type StreamParties, streamParties } from './stream-parties.ts';
export { writeMetadata } from './write-metadata.ts';
export { parseXml, writeXml, type XmlElement, type XmlFaultCode } from './xml.ts';
