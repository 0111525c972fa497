/** The native sealer beside node:crypto: the same bytes, and calls that make no sense. */
import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { loadSealer, type NativeSealer } from './index.ts';

const native = loadSealer();
const missing = native === undefined ? 'no C compiler was there when npm installed' : false;

function sealedBy(it: NativeSealer, key: unknown, [nonce, label, plain]: readonly [Buffer, Buffer, Buffer]): Buffer {
  const into = Buffer.alloc(plain.length + 16);
  it.seal(key, nonce, label, plain, into);
  return into;
}

const bytes = (length: { readonly minLength: number; readonly maxLength: number }) =>
  fc.uint8Array(length).map((array) => Buffer.from(array));

test('the native sealer seals every chunk as node:crypto does, one after another under one key', {
  skip: missing,
}, () => {
  assert.ok(native !== undefined);
  const chunk = fc.tuple(
    bytes({ minLength: 12, maxLength: 12 }),
    bytes({ minLength: 1, maxLength: 300 }),
    bytes({ minLength: 0, maxLength: 6_000 }),
  );
  fc.assert(
    fc.property(bytes({ minLength: 32, maxLength: 32 }), fc.array(chunk, { maxLength: 5 }), (dataKey, chunks) => {
      const key = native.sealingKey(dataKey);
      for (const [nonce, label, plain] of chunks) {
        const cipher = createCipheriv('aes-256-gcm', dataKey, nonce);
        cipher.setAAD(label);
        const expected = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
        assert.deepEqual(sealedBy(native, key, [nonce, label, plain]), expected);
      }
    }),
  );
});

test('the native sealer refuses whatever is not a key, a nonce, a label, a text and room for it', {
  skip: missing,
}, () => {
  assert.ok(native !== undefined);
  const { sealingKey, seal } = native as unknown as Record<string, (...values: readonly unknown[]) => unknown>;
  assert.ok(sealingKey !== undefined && seal !== undefined);
  for (const wrong of [undefined, null, 'x'.repeat(32), new Uint8Array(31), new Uint8Array(33), new Float64Array(32)]) {
    assert.throws(() => sealingKey(wrong), { code: 'ERR_INVALID_ARG_VALUE' });
  }
  assert.throws(() => sealingKey(), { code: 'ERR_INVALID_ARG_TYPE' });
  const key = sealingKey(new Uint8Array(32));
  const right = [key, new Uint8Array(12), new Uint8Array(4), new Uint8Array(9), new Uint8Array(25)];
  seal(...right);
  const wrongs: readonly (readonly [number, unknown])[] = [
    [0, {}],
    [0, undefined],
    [0, new Uint8Array(12)],
    [1, new Uint8Array(11)],
    [1, new Uint8Array(13)],
    [2, new Uint8Array(0)],
    [2, 'label'],
    [3, undefined],
    [3, new Float64Array(9)],
    [4, new Uint8Array(24)],
    [4, new Int8Array(25)],
  ];
  for (const [place, wrong] of wrongs) {
    const values = right.map((value, at) => (at === place ? wrong : value));
    assert.throws(() => seal(...values), { code: 'ERR_INVALID_ARG_VALUE' }, `argument ${place}: ${String(wrong)}`);
  }
  assert.throws(() => seal(key), { code: 'ERR_INVALID_ARG_TYPE' });
});
