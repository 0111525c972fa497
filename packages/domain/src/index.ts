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
export { type Bookmark, bookmarkOffsets } from './bookmark.ts';
export { builtInRight, builtInRoles } from './built-in-roles.ts';
export {
  callbackDigits,
  calledBackSince,
  hasOpenCallback,
  isCalledBackAt,
  withCallbackBegun,
} from './callback.ts';
export type { ChangeFaultCode } from './change-fault.ts';
export type { CommunicationDetails, Wrapup } from './communication-details.ts';
export { consulted, consultTarget, withoutConsult, withSpeakTo } from './consult.ts';
export {
  type Communication,
  type CommunicationState,
  type ConsultVoice,
  type Conversation,
  communicationStates,
  consultVoices,
  type DisconnectType,
  disconnected,
  disconnectTypes,
  type Ending,
  type ExternalId,
  ended,
  isActive,
  isActiveParticipant,
  isKeptOpen,
  mediaTypesOf,
  openCommunications,
  type Participant,
  type Purpose,
  purposes,
  type Transfer,
  type TransferType,
  takesPart,
  transferTypes,
  withExternalIds,
  withoutCommunications,
  withoutParticipants,
  withParticipant,
} from './conversation.ts';
export type { DocumentChange, DocumentKind, DocumentKinds } from './document.ts';
export type {
  ConversationChanged,
  EventActor,
  EventDraft,
  RecordingChanged,
  RecordingStateChanged,
  StoredEvent,
} from './event.ts';
export { type Blame, Fault, type FaultCode, type FaultFacts, type FaultKind, faultCodes } from './fault.ts';
export * as gate from './gate.ts';
export { isOnHold } from './hold.ts';
export type {
  AnnotationId,
  BatchRequestId,
  ClientId,
  CommunicationId,
  ConversationId,
  DivisionId,
  Id,
  IdSource,
  ParticipantId,
  PolicyId,
  QueueId,
  RecordingId,
  RequestId,
  RoleId,
  SegmentId,
  SpanId,
  StreamId,
  UserId,
} from './ids.ts';
export { uuidAs } from './ids.ts';
export { after, earliest, type Instant, instant, latest, toIso } from './instant.ts';
export type { KeptSource, SealedSource, SourceGone } from './kept-source.ts';
export { limits } from './limits.ts';
export { beyondOwn, mayGrant, mayWithin } from './may-grant.ts';
export { type MediaType, type MediaTypeRow, mediaTypeRows, mediaTypes } from './media-type.ts';
export { type Attributes, withAttributes } from './participant-attributes.ts';
export {
  type CommunicationScope,
  changed,
  communicationsIn,
  connected,
  isInScope,
  type ParticipantChange,
  participantOf,
  withEdited,
} from './participant-change.ts';
export {
  type Actor,
  type Grant,
  may,
  mayAnywhere,
  type PermissionPolicy,
  permissionsOf,
  type Right,
  type Role,
  type RoleName,
  roleNames,
} from './permission.ts';
export { type Permission, permissions } from './permissions.ts';
export { digitsOf, isSameNumber } from './phone-number.ts';
export { type PurposeRule, purposeByRules, type RecordingPolicy, type TextMask, textMasks } from './policy.ts';
export type { BlobStore } from './ports/blob-store.ts';
export type { CancelTimer, Clock } from './ports/clock.ts';
export type { DueQuery, DueRecording, ExpiryStore } from './ports/expiry-store.ts';
export type { KeyService } from './ports/key-service.ts';
export type {
  CaptureEnded,
  CaptureRequest,
  CaptureStarted,
  CapturesResumed,
  ContinuedCapture,
  FedGap,
  GateMoved,
  GateReport,
  KeptOrNot,
  MediaHost,
  MediaNews,
  SrtpAgreement,
  StreamTerms,
} from './ports/media-host.ts';
export type {
  AuditQuery,
  ConversationQuery,
  MetadataStore,
  Page,
  Participation,
  WriteBatch,
} from './ports/metadata-store.ts';
export type { EventPruning, EventRange, Outbox } from './ports/outbox.ts';
export type { PlacedSegment, PlacedSegments, SegmentQuery, SegmentSource } from './ports/segment-source.ts';
export type { FoundItem, WordIndex, WordQuery } from './ports/word-index.ts';
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
  type BatchItem,
  type BatchRequest,
  type DeletionProtection,
  type PolicyKind,
  type RecordingSettings,
  type RetentionPolicy,
  usualRecordingSettings,
} from './recording-care.ts';
export {
  type ActiveCause,
  causeOf,
  isSecurePause,
  type PauseCause,
  pauseCauses,
  type RecordingControl,
  type RecordingState,
  recordingStates,
  reportedState,
  runningControl,
  type SourceCause,
  startsClosed,
  withCause,
  withoutCause,
} from './recording-state.ts';
export { allScopes, ownNameScope, type ScopeName, scopeNames } from './scope.ts';
export { awaitedUntil, withSettledTransfers } from './settle-transfers.ts';
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
export { type Handover, handedOver, queueOf, transferred, withQueueDone, withTarget } from './transfer.ts';
export {
  type DigestHashes,
  defaultTrunk,
  type Trunk,
  type TrunkDigest,
  type TrunkDtmf,
  type TrunkSrtp,
} from './trunk.ts';
export type { MeetingId, VideoMeeting } from './video-meeting.ts';
export {
  type AnnotationReason,
  type Asked,
  annotationReasons,
  reasonOfCause,
  type WithheldSpan,
} from './withheld-span.ts';
export { assignedWrapup, type WrapupNote, wrapupOf } from './wrapup.ts';
