/** Damaged key files: each is read or refused with a sentence, and none of what is secret in it is in the sentence. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import { KeyFileError, readKeyFile } from '../../src/audiohook/keys.ts';

const key = 'a-long-and-random-key';
const secret = Buffer.from('TheSecretOfTheClient').toString('base64');
const good = `- name: contact centre
  key: ${key}
  secret: ${secret}
  organizationId: d7934305-0972-4844-938e-9060eef73d05
- {name: laboratory, key: another-key-of-theirs, secret: ""}
`;

test('whatever a key file holds, it is read or refused with a sentence that has neither key nor secret in it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tacet-keys-'));
  const path = join(folder, 'keys.yaml');
  let readCount = 0;
  try {
    for (const input of fuzzInputs(81, [Buffer.from(good)], 400, 'AudioHook key file')) {
      writeFileSync(path, input);
      try {
        readKeyFile(path);
        readCount += 1;
      } catch (error) {
        assert.ok(error instanceof KeyFileError, String(error));
        assert.ok(!error.message.includes(key) && !error.message.includes(secret));
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  assert.ok(readCount > 20, `only ${readCount} were read: the file is no longer understood`);
});
