/** An audit entry as our own operation shows it. */
import { type Static, Type } from 'typebox';
import { pageMembers } from './page.ts';

const text = Type.String();
const { pageSize, total, selfUri, nextUri } = pageMembers;

export const AuditEntry = Type.Object(
  {
    number: Type.Integer({ minimum: 1, description: 'Without holes.' }),
    at: Type.String({ format: 'date-time' }),
    instant: Type.Number({ description: 'The same in ms since the Unix epoch, exact, as it is hashed.' }),
    action: text,
    result: Type.Enum(['done', 'unchanged', 'refused', 'failed']),
    by: Type.Object({
      clientId: text,
      userId: Type.Optional(text),
      name: text,
      from: text,
      door: text,
      requestId: text,
    }),
    conversationId: Type.Optional(text),
    recordingId: Type.Optional(text),
    facts: Type.Record(text, Type.Union([text, Type.Number(), Type.Array(text)])),
    previousHash: text,
    hash: text,
  },
  { $id: 'AuditEntry' },
);
export type AuditEntryModel = Static<typeof AuditEntry>;

export const AuditListing = Type.Object(
  { entities: Type.Array(AuditEntry), pageSize, total, selfUri, nextUri },
  { $id: 'AuditListing' },
);
