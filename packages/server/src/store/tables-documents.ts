/** The table of documents: small records that are set rather than recorded. */
import type { DatabaseSync } from 'node:sqlite';
import type { Migration } from './migration.ts';

/** The number keeps the order in which documents were first set; updates do not change it. */
const statements = `
  CREATE TABLE documents (
    number INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    parent_id TEXT,
    document TEXT NOT NULL,
    UNIQUE (kind, id)
  ) STRICT;
  CREATE INDEX documents_of ON documents (kind, parent_id, number) WHERE parent_id IS NOT NULL;
`;

export const documentTable: Migration = {
  name: 'documents',
  up(db: DatabaseSync): void {
    db.exec(statements);
  },
};
