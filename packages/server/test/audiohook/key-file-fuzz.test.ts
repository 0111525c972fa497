/** Damaged key files: each is read or refused with a sentence, and none of what is secret in it is in the sentence. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import fc from 'fast-check';
import { KeyFileError, readKeyFile } from '../../src/audiohook/keys.ts';
import { audioHookEdgeLimits } from '../../src/audiohook/limits.ts';

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

type Entry = { readonly [field: string]: unknown };

const goodEntry: fc.Arbitrary<Entry> = fc.record(
  {
    name: fc.constantFrom('contact centre', 'laboratory'),
    secret: fc.constantFrom('', secret),
    organizationId: fc.constant('d7934305-0972-4844-938e-9060eef73d05'),
  },
  { requiredKeys: ['name', 'secret'] },
);

/** Each is enough to make the file useless. */
const mistakes: readonly ((entry: Entry) => unknown)[] = [
  () => key,
  () => [key],
  ({ name: _, ...entry }) => entry,
  (entry) => ({ ...entry, name: [key] }),
  (entry) => ({ ...entry, name: 'n'.repeat(81) }),
  ({ key: _, ...entry }) => entry,
  (entry) => ({ ...entry, key: `${key} ` }),
  (entry) => ({ ...entry, key: 'k'.repeat(257) }),
  ({ secret: _, ...entry }) => entry,
  (entry) => ({ ...entry, secret: `${secret}!` }),
  (entry) => ({ ...entry, secret: 'c2hvcnQ=' }),
  (entry) => ({ ...entry, organizationId: key }),
  (entry) => ({ ...entry, [key]: secret }),
];

test('one mistake in a key file is told by the number of its entry, with neither key nor secret', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tacet-keys-'));
  const path = join(folder, 'keys.yaml');
  const chosen = fc.record({
    entries: fc.array(goodEntry, { minLength: 1, maxLength: 8 }),
    at: fc.nat(),
    mistake: fc.constantFrom(undefined, ...mistakes),
  });
  try {
    fc.assert(
      fc.property(chosen, ({ entries, at, mistake }) => {
        const place = at % entries.length;
        const keyed = entries.map((entry, other): Entry => ({ ...entry, key: `${key}-${other}` }));
        const wrong = keyed.map((entry, other) => (other === place && mistake !== undefined ? mistake(entry) : entry));
        writeFileSync(path, JSON.stringify(wrong));
        if (mistake === undefined) {
          const keys = readKeyFile(path);
          for (const [other, { name }] of entries.entries()) assert.equal(keys.find(`${key}-${other}`)?.name, name);
          return;
        }
        assert.throws(
          () => readKeyFile(path),
          (error: unknown) => {
            assert.ok(error instanceof KeyFileError, String(error));
            assert.ok(error.message.includes(`entry ${place + 1} of ${path}`), error.message);
            assert.ok(!error.message.includes(key) && !error.message.includes(secret), error.message);
            return true;
          },
        );
      }),
      { numRuns: 200 },
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a key file that is nested without end, too long, or made of aliases, is refused at once', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tacet-keys-'));
  const path = join(folder, 'keys.yaml');
  const bomb = Array.from({ length: 40 }, (_, n) => `- &b${n} [${n === 0 ? 'x' : `*b${n - 1}, *b${n - 1}`}]`);
  try {
    for (const text of [
      '['.repeat(5_000),
      ' '.repeat(audioHookEdgeLimits.keyFileCharactersMax + 1),
      bomb.join('\n'),
      '- &a {name: x}\n- *a\n',
    ]) {
      writeFileSync(path, text);
      assert.throws(() => readKeyFile(path), KeyFileError);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});
