/** The signing keys in their file. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { writePrivateFile } from './private-file.ts';
import { loadSigningKeys } from './signing-keys.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tacet-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('signing keys', () => {
  it('are made once, for their owner alone, and are the same ever after', async () => {
    const keys = join(folder, 'keys');
    const made = await loadSigningKeys(keys);
    assert.equal(statSync(join(keys, 'oauth-signing.json')).mode & 0o777, 0o600);
    assert.equal(statSync(keys).mode & 0o777, 0o700);
    assert.equal(made.keys.length, 1);
    assert.equal(made.keys[0]?.['alg'], 'ES256');
    assert.deepEqual(await loadSigningKeys(keys), made);
  });

  it('that cannot be read stop the start and are not replaced', async () => {
    const file = join(folder, 'oauth-signing.json');
    for (const damaged of ['', '{', '{}', '{"keys":[]}', '{"keys":7}']) {
      writeFileSync(file, damaged);
      await assert.rejects(loadSigningKeys(folder), { code: 'storageUnavailable' });
      assert.equal(readFileSync(file, 'utf8'), damaged);
    }
  });
});

describe('a private file', () => {
  it('replaces an open one by one that only the owner reads', async () => {
    const file = join(folder, 'secret.json');
    writeFileSync(file, 'before', { mode: 0o644 });
    await writePrivateFile(file, 'after');
    assert.equal(readFileSync(file, 'utf8'), 'after');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(folder), ['secret.json']);
  });

  it('that cannot be put in place leaves no draft behind', async () => {
    await writePrivateFile(join(folder, 'taken', 'inside'), 'x');
    await assert.rejects(writePrivateFile(join(folder, 'taken'), 'secret'));
    assert.deepEqual(readdirSync(folder), ['taken']);
  });
});
