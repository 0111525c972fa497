/** The index itself: which items have which terms, all of them as keyed hashes. */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type {
  ConversationId,
  DivisionId,
  FoundItem,
  Instant,
  MediaType,
  Page,
  RecordingId,
  SegmentId,
  WordQuery,
} from '@tacet/domain';
import type { OpenIndex } from './open-index.ts';
import type { SearchKey } from './search-key.ts';
import { searchLimits } from './search-limits.ts';

export interface IndexedItem {
  readonly itemId: string;
  readonly arrivedAt: Instant;
  readonly terms: ReadonlySet<string>;
}

/** Where items belong. */
export interface ItemHome {
  readonly recordingId: RecordingId;
  readonly conversationId: ConversationId;
  readonly divisionId: DivisionId;
  readonly mediaType: MediaType;
}

const hashBytes = 8;

function foundItem(row: Readonly<Record<string, unknown>>, key: SearchKey): FoundItem {
  return {
    itemId: key.unseal(row['item_id'] as Uint8Array),
    recordingId: String(row['recording_id']) as RecordingId,
    conversationId: String(row['conversation_id']) as ConversationId,
    mediaType: String(row['media_type']) as MediaType,
    arrivedAt: Number(row['arrived_at']) as Instant,
  };
}

/** What items have to be beside having the terms. */
function filtersOf({ mediaTypes, divisionIds, arrived }: WordQuery): {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
} {
  const lists = [
    { column: 'media_type', values: mediaTypes },
    { column: 'division_id', values: divisionIds },
  ].flatMap(({ column, values }) => (values === undefined ? [] : [{ column, values: JSON.stringify(values) }]));
  const listed = lists.map(({ column }) => ` AND ${column} IN (SELECT value FROM json_each(?))`).join('');
  const within = arrived === undefined ? '' : ' AND arrived_at >= ? AND arrived_at < ?';
  const times = arrived === undefined ? [] : [arrived.from, arrived.to];
  return { sql: listed + within, values: [...lists.map(({ values }) => values), ...times] };
}

export class SearchIndex {
  readonly #db: DatabaseSync;
  readonly #key: SearchKey;
  readonly #isKnown: StatementSync;
  readonly #addSegment: StatementSync;
  readonly #addItem: StatementSync;
  readonly #addTerm: StatementSync;
  readonly #removeTerm: StatementSync;
  readonly #rarity: StatementSync;

  constructor({ db, key }: OpenIndex) {
    this.#db = db;
    this.#key = key;
    this.#isKnown = db.prepare('SELECT 1 FROM segments WHERE id = ?');
    this.#addSegment = db.prepare('INSERT INTO segments (id, recording_id) VALUES (?, ?)');
    this.#addItem = db.prepare(`
      INSERT INTO items (item_id, recording_id, conversation_id, division_id, media_type, arrived_at, terms)
      VALUES (?, ?, ?, ?, ?, ?, ?)`);
    this.#addTerm = db.prepare('INSERT OR IGNORE INTO terms (term, item) VALUES (?, ?)');
    this.#removeTerm = db.prepare('DELETE FROM terms WHERE term = ? AND item = ?');
    this.#rarity = db.prepare('SELECT count(*) AS many FROM (SELECT 1 FROM terms WHERE term = ? LIMIT ?)');
  }

  /** How far the store was gone through. */
  get place(): number {
    return Number(this.#db.prepare("SELECT value FROM facts WHERE name = 'place'").get()?.['value'] ?? 0);
  }

  set place(value: number) {
    this.#db.prepare("UPDATE facts SET value = ? WHERE name = 'place'").run(value);
  }

  hasSegment(id: SegmentId): boolean {
    return this.#isKnown.get(id) !== undefined;
  }

  /** Takes the items of a segment in, all of them or none. Rule: a segment is indexed once, however often it is told of */
  add(segmentId: SegmentId, home: ItemHome, items: readonly IndexedItem[]): void {
    this.#together(() => {
      if (this.hasSegment(segmentId)) return;
      this.#addSegment.run(segmentId, home.recordingId);
      for (const item of items) this.#put(home, item);
    });
  }

  #put(
    { recordingId, conversationId, divisionId, mediaType }: ItemHome,
    { itemId, arrivedAt, terms }: IndexedItem,
  ): void {
    if (terms.size === 0) return;
    // In order of size: how the words stood is nobody's business, and neighbours share a page of the database.
    const hashes = BigInt64Array.from(terms, (term) => this.#key.hash(term)).sort();
    const bytes = new Uint8Array(hashes.buffer);
    const { lastInsertRowid } = this.#addItem.run(
      ...[this.#key.seal(itemId), recordingId, conversationId, divisionId, mediaType, arrivedAt, bytes],
    );
    for (const hash of hashes) this.#addTerm.run(hash, lastInsertRowid);
  }

  /** Removes everything of a recording, from the log of the database as well. */
  forget(id: RecordingId): void {
    this.#together(() => {
      for (const row of this.#db.prepare('SELECT number, terms FROM items WHERE recording_id = ?').iterate(id)) {
        const [number, terms] = [Number(row['number']), row['terms'] as Uint8Array];
        const hashes = Buffer.from(terms);
        for (let at = 0; at < hashes.length; at += hashBytes) this.#removeTerm.run(hashes.readBigInt64LE(at), number);
      }
      this.#db.prepare('DELETE FROM items WHERE recording_id = ?').run(id);
      this.#db.prepare('DELETE FROM segments WHERE recording_id = ?').run(id);
    });
    this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  }

  /** @param terms at least one, as `termsAsked` makes them. */
  find(terms: ReadonlySet<string>, query: WordQuery): Page<FoundItem> {
    const hashes = Array.from(terms, (term) => this.#key.hash(term));
    const many = new Map(
      hashes.map((hash) => [hash, Number(this.#rarity.get(hash, searchLimits.rarityMax)?.['many'])]),
    );
    // The rarest is gone through, and the others are looked up for what it has.
    hashes.sort((a, b) => (many.get(a) ?? 0) - (many.get(b) ?? 0));
    const also = ' AND EXISTS (SELECT 1 FROM terms AS other WHERE other.term = ? AND other.item = terms.item)';
    const filters = filtersOf(query);
    const from = `FROM terms JOIN items ON number = terms.item
      WHERE terms.term = ?${also.repeat(hashes.length - 1)}${filters.sql}`;
    const values = [...hashes, ...filters.values];
    const counted = this.#db.prepare(`SELECT count(*) AS total FROM (SELECT 1 ${from} LIMIT ?)`);
    const total = Number(counted.get(...values, searchLimits.totalMax)?.['total']);
    const limit = Math.max(0, Math.min(query.limit, total - query.offset));
    if (limit === 0) return { items: [], total };
    const page = this.#db.prepare(`
      SELECT item_id, recording_id, conversation_id, media_type, arrived_at ${from}
      ORDER BY terms.item DESC LIMIT ? OFFSET ?`);
    return { items: page.all(...values, limit, query.offset).map((row) => foundItem(row, this.#key)), total };
  }

  /** Forgets everything, and begins again. */
  clear(): void {
    this.#together(() => {
      this.#db.exec('DELETE FROM terms; DELETE FROM items; DELETE FROM segments');
      this.place = 0;
    });
  }

  close(): void {
    this.#db.close();
  }

  #together(write: () => void): void {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      write();
      this.#db.exec('COMMIT');
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK');
      throw error;
    }
  }
}
