/** The wrapped keys of segments, kept so that destroying one leaves no copy anywhere in the file (P10). */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { RecordingId } from '@tacet/domain';
import type { Row } from './document-row.ts';

/**
 * Zeros in place of a key say that it was destroyed; a key is base64 and has none.
 * @returns the key, empty once it was destroyed.
 */
export function wrappedKeyOf(row: Row): string {
  const bytes = row['wrapped_key'];
  if (!(bytes instanceof Uint8Array) || bytes[0] === 0) return '';
  return Buffer.from(bytes).toString('utf8');
}

/**
 * SQLite overwrites what is deleted, but when it moves rows from page to page to make room, the place where a row was
 * keeps its bytes. So these rows never move: they are only added at the end, and only ever overwritten by zeros of the
 * same length.
 */
export class SegmentKeys {
  readonly #add: StatementSync;
  readonly #get: StatementSync;
  readonly #destroy: StatementSync;
  readonly #destroyAll: StatementSync;

  constructor(db: DatabaseSync) {
    const blank = 'UPDATE segment_keys SET wrapped_key = zeroblob(length(wrapped_key))';
    this.#add = db.prepare('INSERT INTO segment_keys (wrapped_key) VALUES (?)');
    this.#get = db.prepare('SELECT wrapped_key FROM segment_keys WHERE number = ?');
    this.#destroy = db.prepare(`${blank} WHERE number = ?`);
    this.#destroyAll = db.prepare(`${blank}
      WHERE number IN (SELECT key_number FROM segments WHERE recording_id = ?)
        AND wrapped_key <> zeroblob(length(wrapped_key))`);
  }

  /** @returns the number under which the key is kept. */
  add(wrappedKey: string): number {
    return Number(this.#add.run(Buffer.from(wrappedKey, 'utf8')).lastInsertRowid);
  }

  /**
   * Puts a key in the place of another one, which is destroyed.
   * @returns the number under which the segment's key is kept now.
   */
  replace(number: number, wrappedKey: string): number {
    // Rule: a destroyed key does not come back when its segment is committed again.
    const known = wrappedKeyOf(this.#get.get(number) ?? {});
    if (known === '' || known === wrappedKey) return number;
    this.#destroy.run(number);
    return wrappedKey === '' ? number : this.add(wrappedKey);
  }

  /** @returns how many keys were destroyed. */
  destroyAll(id: RecordingId): number {
    return Number(this.#destroyAll.run(id).changes);
  }
}
