/** An audit entry as our own operation shows it. */
import { type AuditEntry, toIso } from '@tacet/domain';

export interface AuditEntryModel extends Omit<AuditEntry, 'at'> {
  /** ISO 8601. */
  readonly at: string;
  /** The same in ms since the Unix epoch, exact, as it is hashed. */
  readonly instant: number;
}

/** All that the hash of an entry is made over, so that a reader can check the chain. */
export function auditEntryModel(entry: AuditEntry): AuditEntryModel {
  return { ...entry, at: toIso(entry.at), instant: entry.at };
}
