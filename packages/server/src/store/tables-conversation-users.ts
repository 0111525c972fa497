/** What conversations are listed by beside their addresses: the users in them, and their division. */
import type { DatabaseSync } from 'node:sqlite';
import type { Migration } from './migration.ts';

/** A row for each media type in which a user was; open while one of those communications is not over. */
const statements = `
  CREATE TABLE conversation_users (
    user_id TEXT NOT NULL,
    media_type TEXT NOT NULL,
    conversation_id TEXT NOT NULL REFERENCES conversations (id),
    is_open INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    PRIMARY KEY (user_id, media_type, conversation_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX conversation_users_of ON conversation_users (conversation_id);
  CREATE INDEX conversation_users_open ON conversation_users (user_id, conversation_id) WHERE is_open = 1;

  INSERT INTO conversation_users (user_id, media_type, conversation_id, is_open)
  SELECT p.value ->> 'userId', c.value ->> 'mediaType', conversations.id, max(c.value ->> 'state' <> 'disconnected')
  FROM conversations, json_each(document, '$.participants') AS p, json_each(p.value, '$.communications') AS c
  WHERE p.value ->> 'userId' IS NOT NULL
  GROUP BY 1, 2, 3;

  ALTER TABLE conversations ADD COLUMN division_id TEXT NOT NULL DEFAULT '';
  UPDATE conversations SET division_id = document ->> 'divisionId';
  CREATE INDEX conversations_by_division ON conversations (division_id, started_at, id);
`;

export const conversationUserTables: Migration = {
  name: 'conversation users',
  up(db: DatabaseSync): void {
    db.exec(statements);
  },
};
