/** What users prove themselves with, in SQLite: hashes and sealed secrets only. */
import type { DatabaseSync } from 'node:sqlite';
import type { Instant, UserId } from '@tacet/domain';
import type { Credentials } from '../oauth/identity.ts';
import { readTexts } from './client-table.ts';
import { GuardedStatement } from './guarded-statement.ts';
import { unlessTaken } from './taken.ts';

interface Row {
  readonly password_hash: string | null;
  readonly password_set_at: number | null;
  readonly totp_secret: Uint8Array | null;
  readonly totp_confirmed_at: number | null;
  readonly totp_last_step: number | null;
  readonly recovery_hashes: string;
  readonly outside_issuer: string | null;
  readonly outside_subject: string | null;
}

const columns = [
  'password_hash',
  'password_set_at',
  'totp_secret',
  'totp_confirmed_at',
  'totp_last_step',
  'recovery_hashes',
  'outside_issuer',
  'outside_subject',
] as const;

export class CredentialTable {
  readonly #get: GuardedStatement;
  readonly #put: GuardedStatement;

  constructor(db: DatabaseSync) {
    const names = columns.join(', ');
    const changes = columns.map((name) => `${name} = excluded.${name}`).join(', ');
    this.#get = new GuardedStatement(db, `SELECT ${names} FROM user_credentials WHERE user_id = ?`);
    this.#put = new GuardedStatement(
      db,
      `INSERT INTO user_credentials (user_id, ${names}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (user_id) DO UPDATE SET ${changes}`,
    );
  }

  /** Of a user without any: none. */
  get(id: UserId): Credentials {
    const row = this.#get.get(id);
    return row === undefined ? { recoveryHashes: [] } : toCredentials(row as unknown as Row);
  }

  put(id: UserId, { passwordHash, passwordSetAt, totp, recoveryHashes, outside }: Credentials): void {
    const password = [passwordHash ?? null, passwordSetAt ?? null] as const;
    const factor = [totp?.sealedSecret ?? null, totp?.confirmedAt ?? null, totp?.lastStep ?? null] as const;
    const other = [outside?.issuer ?? null, outside?.subject ?? null] as const;
    unlessTaken({ field: 'outside', value: outside?.subject ?? '', entity: 'user' }, () =>
      this.#put.run(id, ...password, ...factor, JSON.stringify(recoveryHashes), ...other),
    );
  }
}

function toCredentials(row: Row): Credentials {
  const { totp_secret: sealedSecret, totp_confirmed_at: confirmedAt, totp_last_step: lastStep } = row;
  const hasTotp = sealedSecret !== null && confirmedAt !== null && lastStep !== null;
  const { outside_issuer: issuer, outside_subject: subject } = row;
  return {
    ...(row.password_hash === null ? {} : { passwordHash: row.password_hash }),
    ...(row.password_set_at === null ? {} : { passwordSetAt: row.password_set_at as Instant }),
    ...(hasTotp ? { totp: { sealedSecret, confirmedAt: confirmedAt as Instant, lastStep } } : {}),
    recoveryHashes: readTexts(row.recovery_hashes),
    ...(issuer === null || subject === null ? {} : { outside: { issuer, subject } }),
  };
}
