/** Trunk files with one mistake among good entries: the sentence names the entry, and says nothing of a secret. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'yaml';
import { SettingError } from '../../src/config.ts';
import { parseTrunks } from '../../src/trunks.ts';

type Entry = { readonly [field: string]: unknown };

const secret = 'TheSecretOfTheTrunk';

const goodEntry: fc.Arbitrary<Entry> = fc.record(
  {
    allow: fc.array(fc.constantFrom('10.0.0.0/8', '192.0.2.7', '2001:db8::/32'), { maxLength: 5 }),
    digest: fc.constantFrom({ username: 'u', secret }, { username: 'u', hashes: { MD5: 'a'.repeat(32) } }),
    clientName: fc.constantFrom('sbc.example', 'sbc.west.example'),
    srtp: fc.constantFrom('off', 'optional', 'required'),
    keysInClear: fc.constantFrom('warn', 'refuse'),
    dtmf: fc.constantFrom('keep', 'mask'),
    pausesAtSource: fc.boolean(),
  },
  { requiredKeys: [] },
);

/** Mistakes that a good entry can be given, each enough to make the file useless. */
const mistakes: readonly ((entry: Entry) => unknown)[] = [
  () => null,
  () => secret,
  () => [secret],
  ({ name: _, ...entry }) => entry,
  (entry) => ({ ...entry, name: '' }),
  (entry) => ({ ...entry, name: { of: secret } }),
  (entry) => ({ ...entry, name: 'a'.repeat(65) }),
  (entry) => ({ ...entry, colour: secret }),
  (entry) => ({ ...entry, allow: '10.0.0.0/8' }),
  (entry) => ({ ...entry, allow: ['10.0.0.0/8', '10.0.0.0/33'] }),
  (entry) => ({ ...entry, allow: [['10.0.0.0/8']] }),
  (entry) => ({ ...entry, digest: secret }),
  (entry) => ({ ...entry, digest: { username: 'u' } }),
  (entry) => ({ ...entry, digest: { username: 'u', secret, hashes: {} } }),
  (entry) => ({ ...entry, digest: { username: 'u:v', secret } }),
  (entry) => ({ ...entry, digest: { username: 'u', secret: [secret] } }),
  (entry) => ({ ...entry, digest: { username: 'u', hashes: { MD5: secret } } }),
  (entry) => ({ ...entry, digest: { username: 'u', hashes: { SHA1: secret } } }),
  (entry) => ({ ...entry, srtp: { off: secret } }),
  (entry) => ({ ...entry, dtmf: ['mask'] }),
  (entry) => ({ ...entry, keysInClear: '' }),
  (entry) => ({ ...entry, pausesAtSource: 'sometimes' }),
];

function named(entries: readonly Entry[]): readonly Entry[] {
  return entries.map((entry, place) => ({ name: `trunk-${place}`, ...entry }));
}

const goodFile = fc.array(goodEntry, { minLength: 1, maxLength: 12 }).map(named);

test('a trunk file of good entries is read, each in its place', () => {
  fc.assert(
    fc.property(goodFile, fc.boolean(), (entries, isJson) => {
      const text = isJson ? JSON.stringify(entries) : stringify(entries, { aliasDuplicateObjects: false });
      const trunks = parseTrunks(text, 'trunks.yaml');
      assert.deepEqual(
        trunks.map(({ name }) => name),
        entries.map(({ name }) => name),
      );
      for (const [place, entry] of entries.entries()) {
        assert.equal(trunks[place]?.pausesAtSource, entry['pausesAtSource'] ?? false);
        assert.equal(trunks[place]?.dtmf, entry['dtmf'] ?? 'mask');
      }
    }),
    { numRuns: 100 },
  );
});

test('one mistake in a trunk file is told by the number of its entry, without a secret', () => {
  const chosen = fc.record({
    entries: goodFile,
    at: fc.nat(),
    mistake: fc.constantFrom(...mistakes),
    isJson: fc.boolean(),
  });
  fc.assert(
    fc.property(chosen, ({ entries, at, mistake, isJson }) => {
      const place = at % entries.length;
      const wrong = entries.map((entry, other) => (other === place ? mistake(entry) : entry));
      const text = isJson ? JSON.stringify(wrong) : stringify(wrong, { aliasDuplicateObjects: false });
      assert.throws(
        () => parseTrunks(text, 'trunks.yaml'),
        (error: unknown) => {
          assert.ok(error instanceof SettingError, String(error));
          const sentence = `The trunk file trunks.yaml cannot be used: trunk ${place + 1}`;
          assert.ok(error.message.startsWith(sentence), error.message);
          assert.match(error.message[sentence.length] ?? '', /[ .]/);
          assert.ok(!error.message.includes(secret), error.message);
          return true;
        },
      );
    }),
    { numRuns: 300 },
  );
});

test('a trunk file that is nested without end, too long, or made of aliases, is refused at once', () => {
  const bomb = [
    '- &a [x, x]',
    ...Array.from({ length: 40 }, (_, n) => `- &b${n} [*${n === 0 ? 'a' : `b${n - 1}`}, *a]`),
  ];
  for (const text of [
    '['.repeat(200_000),
    `- ${'{a: '.repeat(50_000)}`,
    bomb.join('\n'),
    '- {name: a}\n'.repeat(257),
  ]) {
    assert.throws(() => parseTrunks(text, 'trunks.yaml'), SettingError);
  }
});
