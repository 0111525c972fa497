import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ConversationId, uuidAs } from './ids.ts';

test('a UUID of any case is read as an id in lower case', () => {
  fc.assert(
    fc.property(fc.uuid(), (uuid) => {
      assert.equal(uuidAs<ConversationId>(uuid.toUpperCase()), uuid);
    }),
  );
});

test('text that is not exactly a UUID is no id', () => {
  const uuid = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
  const others = [
    '',
    ` ${uuid}`,
    `${uuid} `,
    `${uuid}\n`,
    `{${uuid}}`,
    uuid.replaceAll('-', ''),
    uuid.replace('3', 'g'),
  ];
  for (const text of [...others, `${uuid}/../x`, uuid.slice(1)]) assert.equal(uuidAs(text), undefined, text);
});
