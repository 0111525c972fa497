/** Ids from real randomness. */
import { randomUUID } from 'node:crypto';
import type { Id, IdSource } from '@tacet/domain';

export const randomIds: IdSource = {
  next: <T extends Id<string>>(): T => randomUUID() as string as T,
};
