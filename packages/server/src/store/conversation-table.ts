/** Conversations, and what they can be found by. */
import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Conversation, ConversationId, MediaType, UserId } from '@tacet/domain';
import { readDocument } from './document-row.ts';

interface SearchTerms {
  readonly addresses: readonly string[];
  readonly externalIds: readonly (readonly [name: string, value: string])[];
  readonly users: readonly UserTerm[];
}

/** A user was in it with a media type, of which something is still open, or nothing. */
type UserTerm = readonly [userId: UserId, mediaType: MediaType, isOpen: boolean];

/** The form in which addresses are compared: people and sources write them in any case. */
export function searchableAddress(address: string): string {
  return address.toLowerCase();
}

function usersOf({ participants }: Conversation): readonly UserTerm[] {
  const found = new Map<string, UserTerm>();
  for (const { userId, communications } of participants) {
    if (userId === undefined) continue;
    for (const { mediaType, state } of communications) {
      const key = `${userId} ${mediaType}`;
      const isOpen = state !== 'disconnected' || found.get(key)?.[2] === true;
      found.set(key, [userId, mediaType, isOpen]);
    }
  }
  return [...found.values()];
}

function termsOf(conversation: Conversation): SearchTerms {
  const { participants, externalIds } = conversation;
  return {
    addresses: [...new Set(participants.map((p) => searchableAddress(p.address)))],
    externalIds: externalIds.map(({ name, value }) => [name, value] as const),
    users: usersOf(conversation),
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
  readonly #addUser: StatementSync;

  constructor(db: DatabaseSync) {
    this.#put = db.prepare(`
      INSERT INTO conversations (id, started_at, ended_at, division_id, search_terms, document)
      VALUES (?, ?, ?, ?, ?, ?)
      ON CONFLICT (id) DO UPDATE SET started_at = excluded.started_at, ended_at = excluded.ended_at,
        division_id = excluded.division_id, search_terms = excluded.search_terms, document = excluded.document`);
    this.#get = db.prepare('SELECT id, document FROM conversations WHERE id = ?');
    this.#columns = db.prepare(
      'SELECT started_at, ended_at, division_id, search_terms FROM conversations WHERE id = ?',
    );
    this.#putDocument = db.prepare('UPDATE conversations SET document = ? WHERE id = ?');
    this.#forget = [
      db.prepare('DELETE FROM participant_addresses WHERE conversation_id = ?'),
      db.prepare('DELETE FROM external_ids WHERE conversation_id = ?'),
      db.prepare('DELETE FROM conversation_users WHERE conversation_id = ?'),
    ];
    this.#addAddress = db.prepare('INSERT INTO participant_addresses (address, conversation_id) VALUES (?, ?)');
    this.#addExternalId = db.prepare(
      'INSERT OR IGNORE INTO external_ids (value, name, conversation_id) VALUES (?, ?, ?)',
    );
    this.#addUser = db.prepare(
      'INSERT INTO conversation_users (user_id, media_type, conversation_id, is_open) VALUES (?, ?, ?, ?)',
    );
  }

  put(conversation: Conversation): void {
    const { id, startedAt, endedAt = null, divisionId } = conversation;
    const document = JSON.stringify(conversation);
    const terms = termsOf(conversation);
    const termsText = JSON.stringify(terms);
    const known = this.#columns.get(id);
    const hasSameTerms = known?.['search_terms'] === termsText;
    // A pause changes nothing by which conversations are found, and it must be quick: no index is touched.
    const hasSameTimes = known?.['started_at'] === startedAt && known['ended_at'] === endedAt;
    if (hasSameTerms && hasSameTimes && known['division_id'] === divisionId) {
      this.#putDocument.run(document, id);
      return;
    }
    this.#put.run(id, startedAt, endedAt, divisionId, termsText, document);
    if (!hasSameTerms) this.#replaceTerms(id, terms);
  }

  get(id: ConversationId): Conversation | undefined {
    const row = this.#get.get(id);
    return row === undefined ? undefined : readDocument<Conversation>(row);
  }

  #replaceTerms(id: ConversationId, { addresses, externalIds, users }: SearchTerms): void {
    for (const statement of this.#forget) statement.run(id);
    for (const address of addresses) this.#addAddress.run(address, id);
    for (const [name, value] of externalIds) this.#addExternalId.run(value, name, id);
    for (const [userId, mediaType, isOpen] of users) this.#addUser.run(userId, mediaType, id, isOpen ? 1 : 0);
  }
}
