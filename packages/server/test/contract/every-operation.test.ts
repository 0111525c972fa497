/** No answered operation is without a test in which the official client succeeds with it. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { describedDoors } from '../../../../tools/contract/door-list.ts';
import { expanded } from '../../../../tools/contract/note.ts';
import { operationNamed } from '../../../../tools/contract/operations.ts';

function coveredOperations(): readonly string[] {
  const files = readdirSync(import.meta.dirname).filter((name) => name.endsWith('.test.ts'));
  const texts = files.map((name) => readFileSync(join(import.meta.dirname, name), 'utf8'));
  const named = texts.flatMap((text) =>
    Array.from(text.matchAll(/^covers\(\s*'([^']+)'/gm), ([, name]) => String(name)),
  );
  return named.flatMap(expanded);
}

test('every answered operation is called through the official client, with success', () => {
  const covered = new Set(coveredOperations());
  const answered = describedDoors().map(({ operation }) => operation);
  const bare = answered.filter((name) => operationNamed(name) !== undefined && !covered.has(name));
  assert.deepEqual(bare, [], 'these have no test: covers(name, …)');
});

test('what the tests cover is answered', () => {
  const answered = new Set(describedDoors().map(({ operation }) => operation));
  assert.deepEqual(
    coveredOperations().filter((name) => !answered.has(name)),
    [],
  );
});
