/** The table of the audit log, which only ever grows (P9). */
import type { DatabaseSync } from 'node:sqlite';
import { auditChainStart } from '@tacet/domain';
import type { Migration } from './migration.ts';

/**
 * `text` is exactly what was hashed. The insert trigger also stops `INSERT OR REPLACE`, which removes a row without
 * asking the delete trigger, and it keeps out whatever does not continue the chain.
 */
const statements = `
  CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    conversation_id TEXT,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL,
    text TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_of ON audit (conversation_id, number) WHERE conversation_id IS NOT NULL;

  CREATE TRIGGER audit_continues BEFORE INSERT ON audit
  WHEN NEW.number IS NOT coalesce((SELECT max(number) FROM audit), 0) + 1
    OR NEW.previous_hash IS NOT coalesce(
      (SELECT hash FROM audit ORDER BY number DESC LIMIT 1), '${auditChainStart}')
  BEGIN SELECT RAISE(ABORT, 'an audit entry must continue the chain'); END;

  CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'an audit entry is never changed'); END;

  CREATE TRIGGER audit_kept BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'an audit entry is never removed'); END;
`;

export const auditTable: Migration = {
  name: 'audit',
  up(db: DatabaseSync): void {
    db.exec(statements);
  },
};
