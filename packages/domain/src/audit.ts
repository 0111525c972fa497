/** Entries of the audit log and the text over which their chain is hashed (P9). */
import type { ConversationId, RecordingId } from './ids.ts';
import { type Instant, toIso } from './instant.ts';
import type { Asked } from './withheld-span.ts';

export const auditActions = [
  'serverStarted',
  'nodeRecovered',
  'clientCreated',
  'clientChanged',
  'clientDeleted',
  'userCreated',
  'userChanged',
  'userDeleted',
  'roleChanged',
  'divisionChanged',
  'grantChanged',
  'idleTimeoutChanged',
  'signedIn',
  'signInRefused',
  'tokenIssued',
  'tokenRevoked',
  'sourceRefused',
  'conversationStarted',
  'conversationEnded',
  'conversationDisconnected',
  'conversationChanged',
  'participantChanged',
  'wrapupAssigned',
  'transferRequested',
  'consultChanged',
  'recordingStarted',
  'recordingEnded',
  'recordingPaused',
  'resumeGranted',
  'recordingResumed',
  'streamsMasked',
  'playbackOpened',
  'recordingsSearched',
  'bookmarkChanged',
  'recordingSettingsChanged',
  'retentionPolicyChanged',
  'retentionChanged',
  'deletionBegun',
  'recordingDeleted',
  'deletionProtectionChanged',
  'batchRequested',
  'alarmRaised',
] as const;
export type AuditAction = (typeof auditActions)[number];

/** `done`: it is so. `unchanged`: it was so already. `refused`: not allowed or not possible. `failed`: we could not. */
export type AuditResult = 'done' | 'unchanged' | 'refused' | 'failed';

export interface AuditDraft {
  readonly at: Instant;
  readonly action: AuditAction;
  readonly result: AuditResult;
  readonly by: Asked;
  readonly conversationId?: ConversationId;
  readonly recordingId?: RecordingId;
  /** Facts of the change: instants, counts, fault codes; never content. */
  readonly facts: { readonly [name: string]: string | number | readonly string[] };
}

export interface AuditEntry extends AuditDraft {
  /** From 1, without holes. */
  readonly number: number;
  /** Hex SHA-256 of the entry before; 64 zeros for the first. */
  readonly previousHash: string;
  readonly hash: string;
}

export const auditChainStart: string = '0'.repeat(64);

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
    return `{${members.join(',')}}`;
  }
  return JSON.stringify(value);
}

/** The exact text whose SHA-256 is the entry's `hash`: canonical JSON with sorted members. */
export function auditText(entry: Omit<AuditEntry, 'hash'>): string {
  const { number, previousHash, at, action, result, by, conversationId, recordingId, facts } = entry;
  return canonical({
    number,
    previousHash,
    at: toIso(at),
    instant: at,
    action,
    result,
    by,
    conversationId,
    recordingId,
    facts,
  });
}
