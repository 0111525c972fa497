/** Tables of identity: divisions, clients, users with their SIP addresses, and hashes of tokens. */
import type { DatabaseSync } from 'node:sqlite';

/** Instants are milliseconds since the Unix epoch; grants and lists are JSON. */
const definition = `
  CREATE TABLE divisions (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    is_home INTEGER NOT NULL CHECK (is_home IN (0, 1))
  ) STRICT;
  CREATE UNIQUE INDEX divisions_one_home ON divisions (is_home) WHERE is_home = 1;

  CREATE TABLE oauth_clients (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    secret_hash TEXT,
    grant_types TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'disabled')),
    token_validity_seconds INTEGER NOT NULL CHECK (token_validity_seconds BETWEEN 300 AND 172800),
    grants TEXT NOT NULL,
    origin TEXT NOT NULL CHECK (origin IN ('admin', 'commandLine', 'added')),
    created_at REAL NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX oauth_clients_one_each ON oauth_clients (origin) WHERE origin <> 'added';

  CREATE TABLE users (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    grants TEXT NOT NULL,
    created_at REAL NOT NULL
  ) STRICT;
  CREATE TABLE user_sip_addresses (
    address TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX user_sip_addresses_by_user ON user_sip_addresses (user_id);

  CREATE TABLE oauth_tokens (
    key BLOB PRIMARY KEY CHECK (length(key) = 32),
    model TEXT NOT NULL,
    client_id TEXT REFERENCES oauth_clients (id),
    user_id TEXT REFERENCES users (id),
    grant_key BLOB,
    uid_key BLOB,
    issued_at REAL NOT NULL,
    expires_at REAL NOT NULL,
    consumed_at REAL,
    payload TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX oauth_tokens_by_client ON oauth_tokens (client_id, issued_at);
  CREATE INDEX oauth_tokens_by_user ON oauth_tokens (user_id) WHERE user_id IS NOT NULL;
  CREATE INDEX oauth_tokens_by_grant ON oauth_tokens (grant_key) WHERE grant_key IS NOT NULL;
  CREATE UNIQUE INDEX oauth_tokens_by_uid ON oauth_tokens (model, uid_key) WHERE uid_key IS NOT NULL;
  CREATE INDEX oauth_tokens_by_expiry ON oauth_tokens (expires_at);
`;

/** The step that makes the tables of identity. */
export const identityTables: { readonly name: string; up(db: DatabaseSync): void } = {
  name: 'identity',
  up: (db) => db.exec(definition),
};
