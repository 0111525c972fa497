/** The step that makes room for sign-ins: when tokens were last used, and the oldest unfinished requests at hand. */
import type { DatabaseSync } from 'node:sqlite';
import type { Migration } from './migration.ts';

/** Uses are noted apart from the tokens, so that a busy token does not rewrite its row. Instants are milliseconds. */
const definition = `
  CREATE TABLE token_uses (
    key BLOB PRIMARY KEY CHECK (length(key) = 32),
    used_at REAL NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX token_uses_by_age ON token_uses (used_at);

  -- One row at most; none while tokens do not idle out.
  CREATE TABLE token_timeout (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    minutes INTEGER NOT NULL CHECK (minutes BETWEEN 5 AND 480),
    -- Tokens that were not used since count as used then.
    since REAL NOT NULL
  ) STRICT;

  CREATE INDEX oauth_tokens_of_nobody ON oauth_tokens (issued_at) WHERE client_id IS NULL AND user_id IS NULL;
`;

export const signInTables: Migration = {
  name: 'sign-in',
  up(db: DatabaseSync): void {
    db.exec(definition);
  },
};
