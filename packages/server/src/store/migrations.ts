/** Every step of the database's tables, in the order in which they are taken. */
import type { Migration } from './migration.ts';
import { auditTable } from './tables-audit.ts';
import { conversationUserTables } from './tables-conversation-users.ts';
import { documentTable } from './tables-documents.ts';
import { dueColumn } from './tables-due.ts';
import { eventTables } from './tables-events.ts';
import { identityTables } from './tables-identity.ts';
import { maskedTable } from './tables-masked.ts';
import { recordTables } from './tables-records.ts';
import { roleTables } from './tables-roles.ts';
import { segmentOrder } from './tables-segment-order.ts';
import { signInTables } from './tables-sign-in.ts';

/** New steps are added at the end; what stands here was released and stays. */
export const migrations: readonly Migration[] = [
  recordTables,
  auditTable,
  identityTables,
  documentTable,
  roleTables,
  conversationUserTables,
  signInTables,
  eventTables,
  maskedTable,
  dueColumn,
  segmentOrder,
];
