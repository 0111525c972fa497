/** Recomputes the chain of the audit log and names every entry that does not fit (P9). */
import type { DatabaseSync } from 'node:sqlite';
import { auditChainStart, auditText } from '@tacet/domain';
import { type AuditHead, auditEntryOf, auditHash } from './audit-table.ts';
import type { Row } from './document-row.ts';

export interface AuditFinding {
  /** The entry at which it shows. */
  readonly number: number;
  /** A sentence. */
  readonly what: string;
}

/** Entries read at a time, so that a long log neither fills the memory nor holds up the server's own clean-up. */
const pageEntries = 500;

/** What is wrong with an entry by itself, whatever stands before it. */
function entryFault(row: Row): string | undefined {
  if (auditHash(String(row['text'])) !== row['hash']) return 'Its text was changed: it does not have the stored hash.';
  try {
    const entry = auditEntryOf(row);
    if (auditText(entry) !== row['text']) return 'Its text is not in the form in which entries are written.';
    const isSame =
      entry.number === row['number'] &&
      entry.previousHash === row['previous_hash'] &&
      (entry.conversationId ?? null) === row['conversation_id'];
    return isSame ? undefined : 'Its row says something else than its text.';
  } catch {
    return 'Its text cannot be read.';
  }
}

function* linkFaults(row: Row, before: AuditHead): Generator<string> {
  const number = Number(row['number']);
  if (number !== before.number + 1) yield `Entries ${before.number + 1} to ${number - 1} are missing.`;
  else if (row['previous_hash'] !== before.hash)
    yield 'It does not continue the chain: the entry before was another one.';
}

/**
 * Yields everything that is wrong, in order; nothing when the log is whole.
 * Entries cut off at the end cannot be told from entries that never were: compare the returned head with one that was
 * noted elsewhere.
 * @param onProgress hears how many entries have been looked at.
 * @returns the last entry's number and hash.
 */
export function* verifyAudit(
  db: DatabaseSync,
  onProgress: (checkedCount: number) => void = () => undefined,
): Generator<AuditFinding, AuditHead> {
  const page = db.prepare('SELECT * FROM audit WHERE number > ? ORDER BY number LIMIT ?');
  let head: AuditHead = { number: 0, hash: auditChainStart };
  let checkedCount = 0;
  for (;;) {
    const rows = page.all(head.number, pageEntries);
    for (const row of rows) {
      const number = Number(row['number']);
      for (const what of linkFaults(row, head)) yield { number, what };
      const what = entryFault(row);
      if (what !== undefined) yield { number, what };
      head = { number, hash: String(row['hash']) };
    }
    checkedCount += rows.length;
    onProgress(checkedCount);
    if (rows.length < pageEntries) return head;
  }
}
