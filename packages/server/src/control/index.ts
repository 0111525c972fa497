/** The use-cases: what the edges call, and nothing of how it is carried over a wire. */
export { noteRefusal, type Request } from './authorise.ts';
export { type Alarm, type ControlContext, systemAsks } from './context.ts';
export { ConversationQueue } from './conversation-queue.ts';
export { endRecordingSession } from './end-recording-session.ts';
export { type ConversationView, findConversations, readConversation, viewOf } from './find-conversations.ts';
export { findRecordings, type RecordingView, readRecording } from './find-recordings.ts';
export { type LiveCapture, type LiveConversation, LiveConversations } from './live-conversations.ts';
export { takeMediaNews } from './media-news.ts';
export { notePlayback, type PlaybackChannel, type PlaybackPlan, planPlayback } from './open-playback.ts';
export type { RecordingStateSet } from './pause-task.ts';
export { readAudit } from './read-audit.ts';
export type {
  SessionDescription,
  SessionParticipant,
  SessionStarted,
  SessionStream,
  SessionStreamStarted,
} from './recording-session.ts';
export { type Recovered, recoverCapture, recoverNode } from './recover-node.ts';
export { type SetRecordingState, setRecordingState } from './set-recording-state.ts';
export { type StartRecordingSession, startRecordingSession } from './start-recording-session.ts';
export { type UpdateRecordingSession, updateRecordingSession } from './update-recording-session.ts';
