/** The date of deletion of recordings beside their documents, so that those that are due are found among very many. */
import type { DatabaseSync } from 'node:sqlite';
import type { Migration } from './migration.ts';

const statements = `
  ALTER TABLE recordings ADD COLUMN delete_at REAL;
  UPDATE recordings SET delete_at = json_extract(document, '$.retention.deleteAt')
    WHERE json_extract(document, '$.endedAt') IS NOT NULL AND json_extract(document, '$.fileState') <> 'DELETED';
  CREATE INDEX recordings_due ON recordings (delete_at, id) WHERE delete_at IS NOT NULL;
`;

export const dueColumn: Migration = {
  name: 'recordingsDue',
  up(db: DatabaseSync): void {
    db.exec(statements);
  },
};
