/** The words and rules of Tacet: pure, without time, randomness or I/O. */
export { type PauseAnnotation, pauseAnnotations, spanWithin } from './annotation.ts';
export { Defect, needs, never } from './assert.ts';
export {
  type AuditAction,
  type AuditDraft,
  type AuditEntry,
  type AuditResult,
  auditActions,
  auditChainStart,
  auditText,
} from './audit.ts';
export {
  type Communication,
  type Conversation,
  type ExternalId,
  ended,
  isActive,
  isActiveParticipant,
  mediaTypesOf,
  type Participant,
  type Purpose,
  purposes,
  withExternalIds,
  withoutParticipants,
  withParticipant,
} from './conversation.ts';
export { type Blame, Fault, type FaultCode, type FaultFacts, type FaultKind, faultCodes } from './fault.ts';
export * as gate from './gate.ts';
export type {
  ClientId,
  CommunicationId,
  ConversationId,
  DivisionId,
  Id,
  IdSource,
  ParticipantId,
  RecordingId,
  RequestId,
  SegmentId,
  SpanId,
  StreamId,
  UserId,
} from './ids.ts';
export { uuidAs } from './ids.ts';
export { after, earliest, type Instant, instant, latest, toIso } from './instant.ts';
export { limits } from './limits.ts';
export { type MediaType, type MediaTypeRow, mediaTypeRows, mediaTypes } from './media-type.ts';
export {
  type Actor,
  builtInRoles,
  type Grant,
  may,
  type Permission,
  permissions,
  type RoleName,
} from './permission.ts';
export { type PurposeRule, purposeByRules, type RecordingPolicy } from './policy.ts';
export type { BlobStore } from './ports/blob-store.ts';
export type { CancelTimer, Clock } from './ports/clock.ts';
export type { KeyService } from './ports/key-service.ts';
export type {
  CaptureEnded,
  CaptureRequest,
  CaptureStarted,
  GateMoved,
  GateReport,
  MediaHost,
  MediaNews,
} from './ports/media-host.ts';
export type { AuditQuery, ConversationQuery, MetadataStore, Page, WriteBatch } from './ports/metadata-store.ts';
export type {
  Codec,
  RecordedStream,
  Recording,
  RecordingFileState,
  SegmentDescriptor,
  StreamOwner,
  StreamTimeline,
} from './recording.ts';
export {
  type ActiveCause,
  causeOf,
  isSecurePause,
  type PauseCause,
  type RecordingControl,
  type RecordingState,
  recordingStates,
  reportedState,
  runningControl,
  startsClosed,
  withCause,
  withoutCause,
} from './recording-state.ts';
export {
  collisions,
  type Interval,
  type LossReason,
  lengthBefore,
  overlaps,
  type StreamInterval,
  subtract,
  union,
} from './timeline.ts';
export {
  type AnnotationReason,
  type Asked,
  annotationReasons,
  type WithheldSpan,
} from './withheld-span.ts';
