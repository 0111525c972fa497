/** Segments in the order in which they got into store, for whoever goes through them once. */
import type { DatabaseSync } from 'node:sqlite';
import type { Migration } from './migration.ts';

export const segmentOrder: Migration = {
  name: 'segmentOrder',
  up(db: DatabaseSync): void {
    db.exec('CREATE INDEX segments_by_key ON segments (key_number)');
  },
};
