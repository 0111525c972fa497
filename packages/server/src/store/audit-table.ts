/** The audit log: numbered, chained by hash, only ever added to (P9). */
import { hash as digest } from 'node:crypto';
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import {
  type AuditDraft,
  type AuditEntry,
  type AuditQuery,
  auditChainStart,
  auditText,
  Fault,
  type Page,
} from '@tacet/domain';
import type { Row } from './document-row.ts';

/** The last entry of a chain. */
export interface AuditHead {
  /** 0 for a chain without entries. */
  readonly number: number;
  readonly hash: string;
}

/** The hash by which an entry is chained: hex SHA-256 over its text. */
export function auditHash(text: string): string {
  return digest('sha256', text, 'hex');
}

/**
 * Reads an entry back from the text that was hashed.
 * @throws Fault storageUnavailable when it is not such a text.
 */
export function auditEntryOf(row: Row): AuditEntry {
  try {
    const { instant, ...rest } = JSON.parse(String(row['text'])) as AuditEntry & { readonly instant: AuditEntry['at'] };
    return { ...rest, at: instant, hash: String(row['hash']) };
  } catch (error) {
    throw new Fault('storageUnavailable', { auditNumber: String(row['number']) }, error);
  }
}

export class AuditTable {
  readonly #add: StatementSync;
  readonly #head: StatementSync;
  readonly #count: StatementSync;
  readonly #countOf: StatementSync;
  readonly #list: StatementSync;
  readonly #listOf: StatementSync;

  constructor(db: DatabaseSync) {
    this.#add = db.prepare(
      'INSERT INTO audit (number, conversation_id, previous_hash, hash, text) VALUES (?, ?, ?, ?, ?)',
    );
    this.#head = db.prepare('SELECT number, hash FROM audit ORDER BY number DESC LIMIT 1');
    this.#count = db.prepare('SELECT count(*) AS total FROM audit');
    this.#countOf = db.prepare('SELECT count(*) AS total FROM audit WHERE conversation_id = ?');
    this.#list = db.prepare('SELECT number, hash, text FROM audit WHERE number > ? ORDER BY number LIMIT ?');
    this.#listOf = db.prepare(`
      SELECT number, hash, text FROM audit WHERE conversation_id = ? AND number > ? ORDER BY number LIMIT ?`);
  }

  /**
   * Adds entries at the end of the chain. The end is read from the table each time, inside the caller's transaction: a
   * change that was undone, or another process that wrote in between, cannot leave us with a number that is wrong.
   */
  append(drafts: readonly AuditDraft[]): void {
    let { number, hash } = this.head();
    for (const draft of drafts) {
      number += 1;
      const previousHash = hash;
      const text = auditText({ ...draft, number, previousHash });
      hash = auditHash(text);
      this.#add.run(number, draft.conversationId ?? null, previousHash, hash, text);
    }
  }

  head(): AuditHead {
    const row = this.#head.get();
    if (row === undefined) return { number: 0, hash: auditChainStart };
    return { number: Number(row['number']), hash: String(row['hash']) };
  }

  /** Entries after a number, oldest first; `total` counts all of the conversation, or all there are. */
  find({ conversationId, after = 0, limit }: AuditQuery): Page<AuditEntry> {
    const [rows, count] =
      conversationId === undefined
        ? [this.#list.all(after, limit), this.#count.get()]
        : [this.#listOf.all(conversationId, after, limit), this.#countOf.get(conversationId)];
    return { items: rows.map(auditEntryOf), total: Number(count?.['total']) };
  }
}
