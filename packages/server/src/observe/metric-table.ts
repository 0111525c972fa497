/** Every metric of ours: name, kind, meaning and labels, in one table from which registry and documentation are made. */

export interface MetricRow {
  readonly name: string;
  readonly kind: 'gauge' | 'counter' | 'histogram';
  /** One sentence; it is the help text as well. */
  readonly meaning: string;
  /** Each from a closed list: never ids, numbers or addresses of anybody (P13). */
  readonly labels: readonly string[];
  /** Upper bounds, of a histogram. */
  readonly buckets?: readonly number[];
}

function gauge(name: string, meaning: string, labels: readonly string[] = []): MetricRow {
  return { name, kind: 'gauge', meaning, labels };
}

function counter(name: string, meaning: string, labels: readonly string[] = []): MetricRow {
  return { name, kind: 'counter', meaning, labels };
}

function histogram(name: string, meaning: string, labels: readonly string[], buckets: readonly number[]): MetricRow {
  return { name, kind: 'histogram', meaning, labels, buckets };
}

/** Around the goals: 2 ms in the middle, 20 ms (one packet time) for nearly all, 2 s the deadline of gates. */
const pauseBuckets = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 3];
const syncBuckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export const metricTable = {
  conversations: gauge('tacet_conversations', 'Conversations that are going on.'),
  pausedConversations: gauge('tacet_conversations_paused', 'Those of them whose recording is paused, for any cause.'),
  unconfirmedPauses: gauge(
    'tacet_conversations_unconfirmed',
    'Those of them with a pause that not every gate confirmed; should be 0.',
  ),
  recordingSessions: gauge('tacet_recording_sessions', 'Recording sessions that are going on.', ['protocol']),
  gates: gauge('tacet_gates', 'Captures by the state of their gate.', ['worker', 'state']),
  unitsReceived: counter('tacet_units_received_total', 'Datagrams that reached a capture.', ['worker']),
  unitsAdmitted: counter('tacet_units_admitted_total', 'Units that were let in and sealed.', ['worker']),
  unitsWithheld: counter('tacet_units_withheld_total', 'Units that a shut gate withheld.', ['worker']),
  unitsMasked: counter('tacet_units_masked_total', 'Admitted units silenced because they carried keys (DTMF).', [
    'worker',
  ]),
  unitsRefused: counter('tacet_units_refused_total', 'Datagrams that were no units of their stream.', [
    'worker',
    'reason',
  ]),
  unitsLost: counter('tacet_units_lost_total', 'Units reported as lost.', ['worker', 'reason']),
  recordingState: histogram(
    'tacet_recording_state_seconds',
    'From the command to pause or resume to its answer: gates confirmed, and durable. Resumes wait out the guard.',
    ['asked', 'outcome'],
    pauseBuckets,
  ),
  step: histogram('tacet_step_seconds', 'Parts of requests.', ['step', 'result'], pauseBuckets),
  spoolSync: histogram('tacet_spool_sync_seconds', 'How long a sync of a spool takes.', [], syncBuckets),
  spoolBacklog: gauge('tacet_spool_backlog_bytes', 'Sealed, but not yet durable.', ['worker']),
  spoolAge: gauge('tacet_spool_age_seconds', 'The most that a crash now would cost; goal: below 1.', ['worker']),
  segmentsWaiting: gauge('tacet_segments_waiting', 'Ended segments that are not in the blob store yet.', ['worker']),
  loopDelay: gauge('tacet_worker_loop_delay_seconds', 'How late a media worker was at the worst in a second.', [
    'worker',
  ]),
  workersUp: gauge('tacet_workers_up', 'Media workers that are up.'),
  workersWanted: gauge('tacet_workers_wanted', 'Media workers that there should be.'),
  alarms: counter('tacet_alarms_total', 'Alarms raised; each is a line in the log as well.', ['alarm']),
  diskFree: gauge('tacet_disk_free_bytes', 'Free on the disk of the data folder, for this user.'),
  diskSize: gauge('tacet_disk_size_bytes', 'Size of that disk.'),
  certificateEnds: gauge(
    'tacet_certificate_expires_timestamp_seconds',
    'When a certificate of ours ends; absent where there is none.',
    ['use'],
  ),
  sipRequests: counter('tacet_sip_requests_total', 'SIP requests, without repetitions.', ['method']),
  sipAnswers: counter('tacet_sip_answers_total', 'Final answers of ours to SIP requests.', ['method', 'status']),
  sipSessionsEnded: counter('tacet_sip_sessions_ended_total', 'Recording sessions over SIP that ended, by why.', [
    'why',
  ]),
  sourcesRefused: counter('tacet_sources_refused_total', 'Requests of sources that were not let in.', ['door', 'why']),
  sipPassedOver: counter('tacet_sip_passed_over_total', 'What the SIP edge passed over or turned away.', ['why']),
  httpRequests: counter('tacet_http_requests_total', 'Requests at doors of the API, by class of rate limit.', [
    'class',
    'status',
  ]),
  httpSeconds: histogram('tacet_http_request_seconds', 'Time to the answer.', ['class'], requestBuckets),
  recordingsDeleted: counter('tacet_recordings_deleted_total', 'Recordings deleted because their date had come.', [
    'result',
  ]),
  sockets: gauge('tacet_notification_sockets', 'WebSockets that are connected to a channel.'),
  outboxLag: gauge('tacet_outbox_lag_events', 'Events that are durable and not yet told to sockets that listen.'),
  transcodes: gauge('tacet_transcodes', 'Recordings being made into a compressed format.', ['state']),
} as const satisfies Readonly<Record<string, MetricRow>>;

export type MetricKey = keyof typeof metricTable;
