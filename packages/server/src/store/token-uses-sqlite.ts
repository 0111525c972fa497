/** The idle timeout of tokens, and when each was last used, in SQLite. */
import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '@tacet/domain';
import type { TokenTimeout, TokenUseStore } from '../oauth/token-idleness.ts';
import type { TokenKey } from '../oauth/token-store.ts';
import { GuardedStatement } from './guarded-statement.ts';

export class TokenUsesSqlite implements TokenUseStore {
  readonly #statements: ReturnType<typeof prepare>;

  /** The tables must exist. */
  constructor(db: DatabaseSync) {
    this.#statements = prepare(db);
  }

  timeout(): TokenTimeout | undefined {
    const row = this.#statements.timeout.get();
    return row === undefined ? undefined : { minutes: Number(row['minutes']), since: Number(row['since']) as Instant };
  }

  setTimeout(timeout: TokenTimeout | undefined): void {
    if (timeout === undefined) this.#statements.removeTimeout.run();
    else this.#statements.putTimeout.run(timeout.minutes, timeout.since);
  }

  usedAt(key: TokenKey): Instant | undefined {
    const row = this.#statements.usedAt.get(key);
    return row === undefined ? undefined : (Number(row['used_at']) as Instant);
  }

  used(key: TokenKey, at: Instant): void {
    this.#statements.used.run(key, at);
  }

  removeBefore(before: Instant): void {
    this.#statements.removeBefore.run(before);
  }
}

function prepare(db: DatabaseSync) {
  const statement = (sql: string): GuardedStatement => new GuardedStatement(db, sql);
  return {
    timeout: statement('SELECT minutes, since FROM token_timeout'),
    putTimeout: statement('INSERT OR REPLACE INTO token_timeout (id, minutes, since) VALUES (1, ?, ?)'),
    removeTimeout: statement('DELETE FROM token_timeout'),
    usedAt: statement('SELECT used_at FROM token_uses WHERE key = ?'),
    used: statement('INSERT OR REPLACE INTO token_uses (key, used_at) VALUES (?, ?)'),
    removeBefore: statement('DELETE FROM token_uses WHERE used_at < ?'),
  };
}
