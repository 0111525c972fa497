import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Connection, parseDescription, type SessionDescription, writeDescription } from './index.ts';

/** Records with the prototype that parsed values have too. */
const plain = <Shape>(model: { [Key in keyof Shape]: fc.Arbitrary<Shape[Key]> }): fc.Arbitrary<Shape> =>
  fc.record(model, { noNullPrototype: true });

const word = fc.stringMatching(/^[A-Za-z0-9.:\-_+/]{1,12}$/);
const phrase = fc.array(word, { minLength: 1, maxLength: 4 }).map((words) => words.join(' '));
const attribute = plain({
  name: fc.stringMatching(/^[a-z][a-z-]{0,11}$/),
  value: fc.option(phrase, { nil: undefined }),
});
const connection: fc.Arbitrary<Connection> = plain({
  netType: fc.constant('IN'),
  addressType: word,
  address: word,
});

const section = {
  connections: fc.array(connection, { maxLength: 2 }),
  bandwidths: fc.array(word, { maxLength: 2 }),
  attributes: fc.array(attribute, { maxLength: 6 }),
};

const description: fc.Arbitrary<SessionDescription> = plain({
  origin: plain({
    username: phrase,
    sessionId: word,
    sessionVersion: word,
    netType: word,
    addressType: word,
    address: word,
  }),
  name: phrase,
  times: fc.array(phrase, { minLength: 1, maxLength: 2 }),
  ...section,
  media: fc.array(
    plain({
      kind: word,
      port: fc.nat(65_535),
      portCount: fc.integer({ min: 1, max: 99_999 }),
      protocol: word,
      formats: fc.array(word, { maxLength: 5 }),
      ...section,
    }),
    { maxLength: 5 },
  ),
});

test('whatever description is written is read back as the same value', () => {
  fc.assert(
    fc.property(description, (value) => {
      const result = parseDescription(new TextEncoder().encode(writeDescription(value)));
      assert.deepEqual(result, { ok: true, value });
    }),
    { numRuns: 300 },
  );
});
