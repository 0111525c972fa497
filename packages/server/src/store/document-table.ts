/** Documents: small records that are set rather than recorded, by kind and id. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { DocumentChange, DocumentKind, DocumentKinds } from '@tacet/domain';
import { readDocument } from './document-row.ts';

export class DocumentTable {
  readonly #put: StatementSync;
  readonly #remove: StatementSync;
  readonly #get: StatementSync;
  readonly #all: StatementSync;
  readonly #ofParent: StatementSync;

  constructor(db: DatabaseSync) {
    this.#put = db.prepare(`
      INSERT INTO documents (kind, id, parent_id, document) VALUES (?, ?, ?, ?)
      ON CONFLICT (kind, id) DO UPDATE SET parent_id = excluded.parent_id, document = excluded.document`);
    this.#remove = db.prepare('DELETE FROM documents WHERE kind = ? AND id = ?');
    this.#get = db.prepare('SELECT id, document FROM documents WHERE kind = ? AND id = ?');
    this.#all = db.prepare('SELECT id, document FROM documents WHERE kind = ? ORDER BY number');
    this.#ofParent = db.prepare('SELECT id, document FROM documents WHERE kind = ? AND parent_id = ? ORDER BY number');
  }

  put({ kind, id, parentId, value }: DocumentChange): void {
    if (value === undefined) this.#remove.run(kind, id);
    else this.#put.run(kind, id, parentId ?? null, JSON.stringify(value));
  }

  get<K extends DocumentKind>(kind: K, id: string): DocumentKinds[K] | undefined {
    const row = this.#get.get(kind, id);
    return row === undefined ? undefined : readDocument<DocumentKinds[K]>(row);
  }

  /** In the order in which they were first set. */
  of<K extends DocumentKind>(kind: K, parentId?: string): readonly DocumentKinds[K][] {
    const rows = parentId === undefined ? this.#all.all(kind) : this.#ofParent.all(kind, parentId);
    return rows.map((row) => readDocument<DocumentKinds[K]>(row));
  }
}
