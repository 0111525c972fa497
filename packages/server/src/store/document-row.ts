/** Records as JSON documents in rows. */
import type { SQLOutputValue } from 'node:sqlite';
import { Fault, needs } from '@tacet/domain';

export type Row = Record<string, SQLOutputValue>;

/**
 * Reads the document of a row that has an `id` beside it.
 * @throws Fault storageUnavailable when it is damaged or is the document of something else.
 */
export function readDocument<T extends { readonly id: string }>(row: Row): T {
  try {
    const value = JSON.parse(String(row['document'])) as T;
    needs(value.id === row['id'], 'a stored document carries the id of its row');
    return value;
  } catch (error) {
    throw new Fault('storageUnavailable', { id: String(row['id']) }, error);
  }
}
