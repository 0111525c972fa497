/** The use-cases: what the edges call, and nothing of how it is carried over a wire. */

export { type Access, demandAccess } from './access.ts';
export { type Alarm, alarmNames } from './alarm.ts';
export { allowPublishing } from './allow-publishing.ts';
export { assignPermissions, assignUser } from './assign.ts';
export { noteRefusal, noteRefusedSource, type Request } from './authorise.ts';
export { type BatchResult, readBatch, startBatch } from './batch-requests.ts';
export { type BookmarkWish, putBookmark, removeBookmark } from './bookmarks.ts';
export { type ChangeCallback, callbackState, changeCallback, type EndCallback, endCallback } from './callbacks.ts';
export type { Changed } from './change-conversation.ts';
export {
  type ChangedParticipant,
  type ChangeParticipant,
  changeParticipant,
  setAttributes,
  setFlag,
} from './change-participant.ts';
export { changeRetention, type RetentionDates } from './change-retention.ts';
export { cancelConsult, startConsult, turnConsult } from './consult.ts';
export { type ControlContext, type KnownUser, systemAsks } from './context.ts';
export { callName, threadName } from './conversation-keys.ts';
export { endConversation, settle } from './conversation-life.ts';
export { type Command, ConversationQueue } from './conversation-queue.ts';
export { disconnectConversation } from './disconnect.ts';
export { dueStreams } from './due-streams.ts';
export { endRecordingSession } from './end-recording-session.ts';
export { type Expired, Expiry, type ExpiryPorts, expiriesPerRound, hasLostKeys } from './expire-recordings.ts';
export { type ConversationView, findConversations, readConversation, viewOf } from './find-conversations.ts';
export { findRecordings, type RecordingIds, type RecordingView, readRecording, stretchOf } from './find-recordings.ts';
export { isOfItems, needsNoSource } from './item-recordings.ts';
export { type JoinConversation, joinConversation } from './join-conversation.ts';
export { keepSource, noteSourceGone } from './kept-source.ts';
export { type LiveCapture, type LiveConversation, LiveConversations } from './live-conversations.ts';
export { takeMediaNews } from './media-news.ts';
export type { FirstState, JoinedMedia, Joining, Newcomer } from './newcomers.ts';
export { type LeftSpools, NodeRecovery, readSpools } from './node-recovery.ts';
export type { Arrival, Observer, StateOutcome, StepFacts, StepName, WorkerPart } from './observer.ts';
export { notePlayback, type PlaybackChannel, type PlaybackPlan, planPlayback } from './open-playback.ts';
export { ownCalls, ownConversations, userOf } from './own-conversations.ts';
export type { RecordingStateSet } from './pause-task.ts';
export { changeProtection, type ProtectionFailure, protectedAmong } from './protect-recordings.ts';
export { readAudit } from './read-audit.ts';
export { readTimeline, type TimelineEntry } from './read-timeline.ts';
export { mediaTypeAmong, readWritten, shelveRecording } from './read-written.ts';
export type { JustWritten } from './reading-along.ts';
export { type Reconnect, reconnect } from './reconnect.ts';
export { type RecordStates, recordStatesOf, type StreamRecordState } from './record-states.ts';
export type {
  SessionDescription,
  SessionParticipant,
  SessionStarted,
  SessionStream,
  SessionStreamStarted,
  SourceState,
} from './recording-session.ts';
export { changeRecordingSettings, readRecordingSettings } from './recording-settings.ts';
export { RecordingSources } from './recording-sources.ts';
export { type Recovered, recoverCapture, recoverNode } from './recover-node.ts';
export { Restoring } from './restoring.ts';
export {
  findPolicies,
  type PolicyFilter,
  type PolicyWish,
  putPolicy,
  readPolicy,
  removePolicies,
} from './retention-policies.ts';
export { type SearchWritten, searchWritten } from './search-written.ts';
export { demandWriter, type SendItem, type SentItem, sendItem } from './send-item.ts';
export { type SetRecordingState, setRecordingState } from './set-recording-state.ts';
export { settleSource } from './source-causes.ts';
export {
  type FoundOrStarted,
  findOrStartConversation,
  type StartConversation,
  startConversation,
} from './start-conversation.ts';
export { type StartRecordingSession, startRecordingSession } from './start-recording-session.ts';
export { tagConversation } from './tag-conversation.ts';
export { type TakeItem, takeItem } from './take-item.ts';
export { type Mail, type MailTaken, type TakeMail, takeMail } from './take-mail.ts';
export type { TakenUp } from './take-up.ts';
export { replaceParticipant } from './transfer.ts';
export type { TargetWish } from './transfer-target.ts';
export { type UpdateRecordingSession, updateRecordingSession } from './update-recording-session.ts';
export { type AddMeeting, addMeeting, readMeeting } from './video-meetings.ts';
export { withEvents } from './with-events.ts';
export { readWrapup, readWrapupCodes, type WrapupCode } from './wrapup.ts';
