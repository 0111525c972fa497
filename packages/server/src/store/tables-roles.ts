/** The step that gives identity roles, grants, divisions, states and credentials, and brings older rows along. */
import type { DatabaseSync } from 'node:sqlite';
import { needs } from '@tacet/domain';
import { bringIdentityAlong } from './bring-identity-along.ts';
import type { Migration } from './migration.ts';

/**
 * SQLite cannot change a CHECK, so tables are made anew. Those that refer to another go first and come last, and no
 * reference ever dangles.
 */
const remove = `
  CREATE TEMP TABLE old_tokens AS SELECT * FROM oauth_tokens;
  CREATE TEMP TABLE old_addresses AS SELECT * FROM user_sip_addresses;
  CREATE TEMP TABLE old_users AS SELECT * FROM users;
  CREATE TEMP TABLE old_clients AS SELECT * FROM oauth_clients;
  CREATE TEMP TABLE old_divisions AS SELECT * FROM divisions;
  DROP TABLE oauth_tokens;
  DROP TABLE user_sip_addresses;
  DROP TABLE users;
  DROP TABLE oauth_clients;
  DROP TABLE divisions;
`;

/** `…_key` columns hold names as they are compared (`nameKey`). Lists and policies are JSON. */
const definition = `
  CREATE TABLE divisions (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    is_home INTEGER NOT NULL CHECK (is_home IN (0, 1))
  ) STRICT;
  CREATE UNIQUE INDEX divisions_one_home ON divisions (is_home) WHERE is_home = 1;

  -- Roles that somebody added; the built-in ones are part of the program.
  CREATE TABLE roles (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    description TEXT NOT NULL,
    policies TEXT NOT NULL
  ) STRICT;

  -- The subject is a user or a client, the role built in or not, the division one of ours or '*'.
  CREATE TABLE grants (
    subject_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    division TEXT NOT NULL,
    granted_at REAL NOT NULL,
    PRIMARY KEY (subject_id, role_id, division)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX grants_by_role ON grants (role_id);
  CREATE INDEX grants_by_division ON grants (division);

  CREATE TABLE oauth_clients (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('CLIENT-CREDENTIALS', 'CODE', 'TOKEN')),
    secret_hash TEXT,
    previous_secret_hash TEXT,
    previous_secret_until REAL,
    redirect_uris TEXT NOT NULL,
    scopes TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('active', 'disabled', 'inactive')),
    token_validity_seconds INTEGER NOT NULL CHECK (token_validity_seconds BETWEEN 300 AND 172800),
    origin TEXT NOT NULL CHECK (origin IN ('admin', 'commandLine', 'added')),
    created_at REAL NOT NULL,
    created_by TEXT,
    modified_at REAL NOT NULL,
    CHECK ((previous_secret_hash IS NULL) = (previous_secret_until IS NULL))
  ) STRICT;
  CREATE UNIQUE INDEX oauth_clients_one_each ON oauth_clients (origin) WHERE origin <> 'added';

  CREATE TABLE users (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    -- Absent where two users had one e-mail before it had to be one's own: the younger ones cannot sign in by it.
    email_key TEXT,
    division_id TEXT NOT NULL REFERENCES divisions (id),
    state TEXT NOT NULL CHECK (state IN ('active', 'inactive', 'deleted')),
    title TEXT,
    department TEXT,
    version INTEGER NOT NULL CHECK (version >= 1),
    created_at REAL NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX users_by_email ON users (email_key) WHERE state <> 'deleted' AND email_key IS NOT NULL;
  CREATE INDEX users_by_division ON users (division_id);

  CREATE TABLE user_sip_addresses (
    address TEXT PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX user_sip_addresses_by_user ON user_sip_addresses (user_id);

  CREATE TABLE user_credentials (
    user_id TEXT PRIMARY KEY REFERENCES users (id),
    password_hash TEXT,
    password_set_at REAL,
    totp_secret BLOB,
    totp_confirmed_at REAL,
    totp_last_step INTEGER,
    recovery_hashes TEXT NOT NULL,
    outside_issuer TEXT,
    outside_subject TEXT,
    CHECK ((totp_secret IS NULL) = (totp_confirmed_at IS NULL)),
    CHECK ((totp_secret IS NULL) = (totp_last_step IS NULL)),
    CHECK ((outside_issuer IS NULL) = (outside_subject IS NULL))
  ) STRICT, WITHOUT ROWID;
  CREATE UNIQUE INDEX user_credentials_by_outside ON user_credentials (outside_issuer, outside_subject)
    WHERE outside_issuer IS NOT NULL;

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

const tidyUp = `
  DROP TABLE old_tokens;
  DROP TABLE old_addresses;
  DROP TABLE old_users;
  DROP TABLE old_clients;
  DROP TABLE old_divisions;
`;

export const roleTables: Migration = {
  name: 'roles',
  up(db: DatabaseSync): void {
    const hasUsers = db.prepare('SELECT 1 FROM users LIMIT 1').get() !== undefined;
    const hasHome = db.prepare('SELECT 1 FROM divisions WHERE is_home = 1').get() !== undefined;
    needs(hasHome || !hasUsers, 'users have a home division');
    db.exec(remove);
    db.exec(definition);
    bringIdentityAlong(db);
    db.exec(tidyUp);
  },
};
