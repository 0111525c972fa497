import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { findDisagreements } from './coverage.ts';
import { describedDoors } from './door-list.ts';
import { notes } from './notes.ts';
import { operations } from './operations.ts';
import { operationsPage, operationsPagePath } from './page.ts';

const root = join(import.meta.dirname, '../..');

test('every operation has a door or a note, and every difference between a door and its operation has a note', () => {
  assert.deepEqual(findDisagreements(operations, describedDoors(), notes), []);
});

test('the page of operations says what facts, doors and notes say', () => {
  const written = readFileSync(join(root, operationsPagePath), 'utf8');
  const isStale = written !== operationsPage(operations, describedDoors(), notes);
  assert.equal(isStale, false, 'it is stale: run node tools/contract-table.ts');
});

test('every operation has one row, of four cells', () => {
  const rows = operationsPage(operations, describedDoors(), notes)
    .split('\n')
    .filter((line) => /^\| `\w+` \| `[A-Z]+ \/(?!api)/.test(line));
  assert.equal(rows.length, operations.length);
  for (const row of rows) assert.equal(row.split(/(?<!\\)\|/).length, 6, row);
});
