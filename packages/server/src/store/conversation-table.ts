/** Conversations, and what they can be found by. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Conversation, ConversationId } from '@tacet/domain';
import { readDocument } from './document-row.ts';

interface SearchTerms {
  readonly addresses: readonly string[];
  readonly externalIds: readonly (readonly [name: string, value: string])[];
}

/** The form in which addresses are compared: people and sources write them in any case. */
export function searchableAddress(address: string): string {
  return address.toLowerCase();
}

function termsOf({ participants, externalIds }: Conversation): SearchTerms {
  return {
    addresses: [...new Set(participants.map((p) => searchableAddress(p.address)))],
    externalIds: externalIds.map(({ name, value }) => [name, value] as const),
  };
}

export class ConversationTable {
  readonly #put: StatementSync;
  readonly #get: StatementSync;
  readonly #columns: StatementSync;
  readonly #putDocument: StatementSync;
  readonly #forget: readonly StatementSync[];
  readonly #addAddress: StatementSync;
  readonly #addExternalId: StatementSync;

  constructor(db: DatabaseSync) {
    this.#put = db.prepare(`
      INSERT INTO conversations (id, started_at, ended_at, search_terms, document) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET started_at = excluded.started_at, ended_at = excluded.ended_at,
        search_terms = excluded.search_terms, document = excluded.document`);
    this.#get = db.prepare('SELECT id, document FROM conversations WHERE id = ?');
    this.#columns = db.prepare('SELECT started_at, ended_at, search_terms FROM conversations WHERE id = ?');
    this.#putDocument = db.prepare('UPDATE conversations SET document = ? WHERE id = ?');
    this.#forget = [
      db.prepare('DELETE FROM participant_addresses WHERE conversation_id = ?'),
      db.prepare('DELETE FROM external_ids WHERE conversation_id = ?'),
    ];
    this.#addAddress = db.prepare('INSERT INTO participant_addresses (address, conversation_id) VALUES (?, ?)');
    this.#addExternalId = db.prepare(
      'INSERT OR IGNORE INTO external_ids (value, name, conversation_id) VALUES (?, ?, ?)',
    );
  }

  put(conversation: Conversation): void {
    const { id, startedAt, endedAt = null } = conversation;
    const document = JSON.stringify(conversation);
    const terms = termsOf(conversation);
    const termsText = JSON.stringify(terms);
    const known = this.#columns.get(id);
    const hasSameTerms = known?.['search_terms'] === termsText;
    // A pause changes nothing by which conversations are found, and it must be quick: no index is touched.
    if (hasSameTerms && known?.['started_at'] === startedAt && known['ended_at'] === endedAt) {
      this.#putDocument.run(document, id);
      return;
    }
    this.#put.run(id, startedAt, endedAt, termsText, document);
    if (!hasSameTerms) this.#replaceTerms(id, terms);
  }

  get(id: ConversationId): Conversation | undefined {
    const row = this.#get.get(id);
    return row === undefined ? undefined : readDocument<Conversation>(row);
  }

  #replaceTerms(id: ConversationId, { addresses, externalIds }: SearchTerms): void {
    for (const statement of this.#forget) statement.run(id);
    for (const address of addresses) this.#addAddress.run(address, id);
    for (const [name, value] of externalIds) this.#addExternalId.run(value, name, id);
  }
}
