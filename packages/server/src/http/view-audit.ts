/** An audit entry as our own operation shows it. */
import { type AuditEntry, toIso } from '@tacet/domain';
import type { AuditEntryModel } from './models/audit.ts';

/** All that the hash of an entry is made over, so that a reader can check the chain. */
export function auditEntryModel(entry: AuditEntry): AuditEntryModel {
  const facts = entry.facts as AuditEntryModel['facts'];
  return { ...entry, at: toIso(entry.at), instant: entry.at, facts };
}
