import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { settingsPage, settingsPagePath } from './settings-page.ts';

const root = join(import.meta.dirname, '../..');

test('the page of settings says what the table of settings says', () => {
  const written = readFileSync(join(root, settingsPagePath), 'utf8');
  assert.equal(written, settingsPage(), 'it is stale: run node tools/settings-docs.ts');
});

test('every setting has a row with its default, its meaning and what it takes', () => {
  const rows = settingsPage()
    .split('\n')
    .filter((line) => line.startsWith('| `TACET_'));
  assert.ok(rows.length > 0);
  // A bar inside a cell is escaped; the others separate four cells.
  for (const row of rows) assert.equal(row.split(/(?<!\\)\|/).length, 6, row);
});
