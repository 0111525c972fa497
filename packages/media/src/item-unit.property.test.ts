/** Items as units: what goes in comes out, and bytes of any kind are an item or none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeItem, encodeItem, type ItemHead } from './item-unit.ts';

const text = fc.string({ unit: 'grapheme' });
const heads = fc.record(
  { id: fc.uuid(), kind: fc.constantFrom('message', 'post', 'mail', 'attachment', 'event'), text, subject: text },
  { requiredKeys: ['id', 'kind'] },
) as fc.Arbitrary<ItemHead>;

test('an item that was encoded is decoded as it was', () => {
  fc.assert(
    fc.property(heads, fc.uint8Array(), (head, body) => {
      const decoded = decodeItem(encodeItem({ head, body }));
      assert.deepEqual(decoded?.head, { ...head });
      assert.deepEqual([...(decoded?.body ?? [])], [...body]);
    }),
  );
});

test('bytes of any kind are an item or none, and nothing is thrown', () => {
  const begun = fc.tuple(fc.uint8Array({ minLength: 4, maxLength: 4 }), fc.uint8Array()).map(([length, rest]) => {
    return new Uint8Array([1, ...length, ...rest]);
  });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), begun), (bytes) => {
      const decoded = decodeItem(bytes);
      assert.ok(decoded === undefined || typeof decoded.head.id === 'string');
    }),
  );
});

test('an item cut short or of another version is none', () => {
  const whole = encodeItem({ head: { id: 'a', kind: 'message', text: 'hello' }, body: new Uint8Array() });
  for (let length = 0; length < whole.length; length += 1) {
    assert.equal(decodeItem(whole.subarray(0, length)), undefined);
  }
  assert.equal(decodeItem(Uint8Array.of(2, ...whole.subarray(1))), undefined);
});
