/** Finds conversations by state, by who takes part, by an external id, by division and by time. */
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import { type Conversation, type ConversationQuery, needs, type Page, type Participation } from '@tacet/domain';
import { searchableAddress } from './conversation-table.ts';
import { readDocument } from './document-row.ts';

/** The largest page that the port allows. */
const pageItemsMax = 100;

interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

const stateConditions = { active: 'ended_at IS NULL', ended: 'ended_at IS NOT NULL' } as const;

function partOf({ userId, mediaType, isOpen }: Participation): Condition {
  const byType = mediaType === undefined ? '' : ' AND media_type = ?';
  const whenOpen = isOpen === true ? ' AND is_open = 1' : '';
  return {
    sql: `id IN (SELECT conversation_id FROM conversation_users WHERE user_id = ?${byType}${whenOpen})`,
    values: mediaType === undefined ? [userId] : [userId, mediaType],
  };
}

function conditionsOf(query: ConversationQuery): readonly Condition[] {
  const { state, participantAddress, externalId, participation, divisionIds, started } = query;
  const conditions: Condition[] = [];
  if (state !== undefined) conditions.push({ sql: stateConditions[state], values: [] });
  if (participantAddress !== undefined) {
    const sql = 'id IN (SELECT conversation_id FROM participant_addresses WHERE address = ?)';
    conditions.push({ sql, values: [searchableAddress(participantAddress)] });
  }
  if (externalId !== undefined) {
    const { name, value } = externalId;
    const byName = name === undefined ? '' : ' AND name = ?';
    const sql = `id IN (SELECT conversation_id FROM external_ids WHERE value = ?${byName})`;
    conditions.push({ sql, values: name === undefined ? [value] : [value, name] });
  }
  if (participation !== undefined) conditions.push(partOf(participation));
  if (divisionIds !== undefined) {
    const sql = 'division_id IN (SELECT value FROM json_each(?))';
    conditions.push({ sql, values: [JSON.stringify(divisionIds)] });
  }
  if (started !== undefined) {
    conditions.push({ sql: 'started_at >= ? AND started_at < ?', values: [started.from, started.to] });
  }
  return conditions;
}

interface Search {
  readonly count: StatementSync;
  readonly page: StatementSync;
}

export class ConversationSearch {
  readonly #db: DatabaseSync;
  /** One for each combination of conditions, so at most 3 × 2 × 3 × 5 × 2 × 2. */
  readonly #searches = new Map<string, Search>();

  constructor(db: DatabaseSync) {
    this.#db = db;
  }

  /** The newest conversation comes first; among those that started at the same instant, ids decide. */
  find(query: ConversationQuery): Page<Conversation> {
    const { limit, offset } = query;
    needs(Number.isInteger(limit) && limit >= 1 && limit <= pageItemsMax, 'a page has 1 to 100 items');
    needs(Number.isInteger(offset) && offset >= 0, 'an offset is a count');
    const conditions = conditionsOf(query);
    const values = conditions.flatMap((condition) => condition.values);
    const search = this.#searchFor(conditions.map(({ sql }) => sql).join(' AND ') || 'TRUE');
    return {
      items: search.page.all(...values, limit, offset).map((row) => readDocument<Conversation>(row)),
      total: Number(search.count.get(...values)?.['total']),
    };
  }

  #searchFor(where: string): Search {
    const known = this.#searches.get(where);
    if (known !== undefined) return known;
    const search: Search = {
      count: this.#db.prepare(`SELECT count(*) AS total FROM conversations WHERE ${where}`),
      page: this.#db.prepare(`
        SELECT id, document FROM conversations WHERE ${where}
        ORDER BY started_at DESC, id LIMIT ? OFFSET ?`),
    };
    this.#searches.set(where, search);
    return search;
  }
}
