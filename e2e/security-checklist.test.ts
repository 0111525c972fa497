/** The security checklist names tests that exist. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
const checklist = readFileSync(join(root, 'docs/security/asvs.md'), 'utf8');
/** A cell that names a test: its file in code marks, and words of its title. */
const cited = Array.from(checklist.matchAll(/`([^`]+\.test\.ts)` › ([^|]+?) *\|$/gm), ([, file = '', title = '']) => ({
  file,
  title,
}));

test('every test that the security checklist names is there, under the words it gives', () => {
  assert.ok(cited.length > 40, 'the checklist was read');
  const missing = cited.filter(({ file, title }) => {
    const path = join(root, 'packages/server', file);
    return !existsSync(path) || !readFileSync(path, 'utf8').includes(title);
  });
  assert.deepEqual(missing, []);
});
