/** The door to the audit log. */
import { type ConversationId, Fault, uuidAs } from '@tacet/domain';
import { readAudit } from '../control/index.ts';
import { type GuardedCall, type GuardedDoor, ok } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { httpLimits } from './http-limits.ts';
import { AuditListing } from './models/audit.ts';
import { type IntegerParameter, integerOf, type TextParameter, textOf } from './query.ts';
import { auditEntryModel } from './view-audit.ts';
import { withParameters } from './view-page.ts';

const conversationParameter: TextParameter = { kind: 'text', name: 'conversationId', charactersMax: 36 };
const afterParameter: IntegerParameter = {
  kind: 'integer',
  name: 'after',
  minimum: 0,
  maximum: Number.MAX_SAFE_INTEGER,
  fallback: 0,
};
const sizeParameter: IntegerParameter = {
  kind: 'integer',
  name: 'pageSize',
  minimum: 1,
  maximum: httpLimits.auditItemsMax,
  fallback: httpLimits.pageItems,
};

function conversationIn({ query }: GuardedCall): ConversationId | undefined {
  const text = textOf(query, conversationParameter);
  if (text === undefined) return undefined;
  const id = uuidAs<ConversationId>(text);
  if (id === undefined) throw new Fault('valueInvalid', { parameter: 'conversationId', allowed: ['UUIDs'] });
  return id;
}

export function auditDoors({ control }: HttpContext): readonly GuardedDoor[] {
  return [
    {
      method: 'GET',
      path: '/tacet/v1/audit',
      operation: 'readAudit',
      summary: 'Entries of the audit log after a number, oldest first, with the hashes that chain them.',
      access: ['tacet:audit:view'],
      parameters: [conversationParameter, afterParameter, sizeParameter],
      answers: { 200: AuditListing },
      answer: async (call) => {
        const pageSize = integerOf(call.query, sizeParameter);
        const after = integerOf(call.query, afterParameter);
        const conversationId = conversationIn(call);
        const about = conversationId === undefined ? {} : { conversationId };
        const { items, total } = await readAudit(control, call.actor, { ...about, after, limit: pageSize });
        const last = items.at(-1);
        const next = last === undefined || items.length < pageSize ? {} : { pageSize, after: last.number };
        return ok({
          entities: items.map(auditEntryModel),
          pageSize,
          total,
          selfUri: withParameters(call.url, { pageSize, after }),
          ...('after' in next ? { nextUri: withParameters(call.url, next) } : {}),
        });
      },
    },
  ];
}
