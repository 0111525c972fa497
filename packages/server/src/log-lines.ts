/** Every line that the log may hold: its event, its facts and what it means, in one table that a test and a page come from. */

export interface LogRow {
  readonly level: 'error' | 'warn' | 'info';
  /** Names of its facts. */
  readonly facts: readonly LogFactName[];
  readonly meaning: string;
}

/** What a fact may be: an id of ours, a count, a code of a closed list, or a setting; never what somebody said (P13). */
export const logFactNames = {
  conversationId: 'id',
  recordingId: 'id',
  streamId: 'id',
  streams: 'count',
  conversations: 'count',
  recordings: 'count',
  segments: 'count',
  paused: 'count',
  captures: 'count',
  goingOn: 'count',
  calls: 'count',
  pending: 'count',
  workers: 'count',
  trunks: 'count',
  status: 'code',
  fault: 'code',
  metadataFault: 'code',
  reason: 'code, or what is wrong with a file that a setting names',
  why: 'code',
  door: 'code',
  protocol: 'code',
  signal: 'code',
  how: 'code',
  receiver: 'code',
  isSilenced: 'code',
  trunk: 'setting',
  client: 'setting',
  sipTls: 'setting',
  because: 'code',
  rule: 'code',
  code: 'code',
  isContinued: 'code',
  from: 'address of a system that asked and was refused',
  formats: 'setting',
  http: 'setting',
  sip: 'setting',
  smtp: 'setting',
  dataDir: 'setting',
  message: 'words of an error; runs of digits are left out, and so is what a parser quotes',
} as const;

export type LogFactName = keyof typeof logFactNames;

function info(facts: readonly LogFactName[], meaning: string): LogRow {
  return { level: 'info', facts, meaning };
}

function warn(facts: readonly LogFactName[], meaning: string): LogRow {
  return { level: 'warn', facts, meaning };
}

function error(facts: readonly LogFactName[], meaning: string): LogRow {
  return { level: 'error', facts, meaning };
}

export const logLines: Readonly<Record<string, LogRow>> = {
  ready: info(['http', 'sip', 'sipTls', 'smtp', 'dataDir'], 'The server takes calls and requests.'),
  stopping: info(
    ['signal', 'how', 'calls'],
    'It was told to stop; `how` is `TACET_STOP`, and calls are those that go on.',
  ),
  stopped: info(['calls'], 'Everything is durable; calls that are left go on with the next start.'),
  takenUp: info(
    ['conversations', 'captures'],
    'What was live when a run before ended is live again; captures listen on the ports they had.',
  ),
  recovered: info(
    ['conversations', 'recordings', 'goingOn', 'segments', 'paused'],
    'What a run before had left behind is in store; recordings are those that ended with it.',
  ),
  recovery: error(
    ['message'],
    'What was left behind could not be put into store; it stays in the spool and is tried again.',
  ),
  workerTakenUp: info(
    ['captures'],
    'Captures of a media worker that died go on in another one, on the ports they had.',
  ),
  media: info(['receiver', 'workers'], 'How media is received.'),
  playback: info(
    ['formats', 'message'],
    'In which formats recordings can be had; at level *error*, what rendering complains of.',
  ),
  recordingsDeleted: info(['recordings'], 'Recordings whose date of deletion had come are deleted.'),
  'no ffmpeg: recordings can be had as WAV alone': warn([], 'There is no ffmpeg.'),
  recordingSessionStarted: info(['conversationId', 'recordingId', 'streams', 'protocol', 'trunk'], 'A source began.'),
  recordingSessionChanged: info(['conversationId', 'recordingId', 'streams'], 'Streams or participants changed.'),
  recordingSessionEnded: info(['conversationId', 'recordingId', 'why'], 'It is over.'),
  recordingSessionCancelled: info(['conversationId', 'recordingId'], 'Its source gave up before it began.'),
  recordingSessionRefused: warn(['fault'], 'It could not begin; the fault says why.'),
  metadataUnreadable: warn(['conversationId', 'recordingId', 'metadataFault'], 'Recorded all the same, without them.'),
  mediaInactive: warn(
    ['conversationId', 'recordingId'],
    'Nothing came of a call for `TACET_MEDIA_INACTIVITY_SECONDS`: it is ended, and its source told with BYE.',
  ),
  byeUnanswered: warn(['recordingId'], 'A source did not answer our BYE.'),
  sourceTold: info(['recordingId', 'isSilenced'], 'A source was asked to fall silent, or to go on.'),
  sourceNotTold: warn(['recordingId', 'status'], 'It did not agree; the pause does not depend on it.'),
  trunksRenewed: info(['trunks'], 'The trunk file was read anew; it counts from the next request on.'),
  trunksUnusable: error(['reason'], 'It could not be used; the trunks of before hold on.'),
  certificatesRenewed: info([], 'Certificate and key were read anew; new connections get them.'),
  search: warn(
    ['message'],
    'The index of what was written is behind, and is tried again; recording does not depend on it.',
  ),
  mailRefused: warn(['fault'], 'A mail was not kept; its sender was told so, and may bring it again.'),
  sourceRefused: warn(['from', 'because'], 'A source that may not; told once in a while for each.'),
  keysInClear: warn(
    ['trunk', 'protocol'],
    'Keys of SRTP came without TLS: whoever reads the signalling can hear the call; told once for each trunk.',
  ),
  audioHookOpened: info(['conversationId', 'recordingId', 'client', 'isContinued'], 'An AudioHook client began.'),
  audioHookRefused: warn(['why', 'from'], 'A client that may not.'),
  audioHookFailed: warn(['fault'], 'It could not begin; the fault says why.'),
  audioHookBroken: warn(['client', 'rule'], 'A client broke a rule of the protocol and was disconnected.'),
  audioHookClientError: warn(['client', 'code'], 'A client told of a failure of its own.'),
  cobrowseOpened: info(['conversationId', 'recordingId', 'isContinued'], 'A page began to be recorded, or goes on.'),
  cobrowseFailed: warn(['fault'], 'A page could not be recorded; the fault says why.'),
  cobrowseBroken: warn(['why', 'from'], 'A page broke a rule of the protocol and was disconnected.'),
  webChatOpened: info(['conversationId'], 'A page came into a chat.'),
  webChatFailed: warn(
    ['fault'],
    'What somebody wrote in a chat page was not kept, and they were told so; the fault says why.',
  ),
  webChatBroken: warn(['why', 'from'], 'A chat page broke a rule of the protocol and was disconnected.'),
  whipRefused: warn(['fault'], 'A screen or a camera could not be recorded; the fault says why.'),
  whipFailed: warn(['fault'], 'The recording of a screen or a camera could not be ended; the fault says why.'),
  sipStopUnfinished: warn(['pending'], 'Sources that did not answer while the server stopped.'),
  'alarm: …': error(
    ['conversationId', 'streamId', 'streams', 'reason', 'door', 'because'],
    'See [alarms.md](alarms.md), which has a section for each.',
  ),
  failure: error(['message'], 'Something failed that nobody waits for, or that a caller was told with 500 or 503.'),
  'media worker': error(['message'], 'What a media worker complains of.'),
  defect: error(
    ['message'],
    'A mistake of ours at the token endpoint, or in writing an identity event to the audit log.',
  ),
};
