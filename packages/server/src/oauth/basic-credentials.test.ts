/** Credentials as clients send them, encoded or not. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { literalBasic, possibleSecrets } from './basic-credentials.ts';

const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
/** What a decoder by RFC 6749 §2.3.1 reads from a header. */
function decoded(header: string): readonly string[] {
  const text = Buffer.from(header.slice('Basic '.length), 'base64').toString('utf8');
  const [id = '', secret = ''] = text.split(':');
  return [id, secret].map((part) => decodeURIComponent(part.replaceAll('+', '%20')));
}
const text = fc.string({ unit: 'grapheme', minLength: 1 });

describe('the literal form of a Basic header', () => {
  it('gives a decoder back exactly the id and the secret that were sent', () => {
    fc.assert(
      fc.property(text, text, (id, secret) => {
        fc.pre(!id.includes(':'));
        assert.deepEqual(decoded(literalBasic(`Basic ${base64(`${id}:${secret}`)}`)), [id, secret]);
      }),
    );
  });

  it('leaves alone what is not Basic with a colon', () => {
    for (const header of [
      '',
      'Basic',
      'Basic ',
      'Bearer abc',
      'Basic §§',
      `Basic ${base64('no colon')}`,
      'Basic YTpi x',
    ]) {
      assert.equal(literalBasic(header), header);
    }
  });
});

describe('the possible secrets behind a text', () => {
  it('are the text itself and, where it can be one, what it encodes', () => {
    assert.deepEqual(possibleSecrets('plain'), ['plain']);
    assert.deepEqual(possibleSecrets('a%40b'), ['a%40b', 'a@b']);
    assert.deepEqual(possibleSecrets('a+b'), ['a+b', 'a b']);
    assert.deepEqual(possibleSecrets('50%'), ['50%']);
  });

  it('always hold the secret that was encoded', () => {
    fc.assert(
      fc.property(text, (secret) => {
        assert.ok(possibleSecrets(secret).includes(secret));
        assert.ok(possibleSecrets(encodeURIComponent(secret)).includes(secret));
      }),
    );
  });
});
