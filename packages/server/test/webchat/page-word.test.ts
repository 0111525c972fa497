/** Words of chat pages: what is none is nothing, and nothing makes the reader throw. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import { webChatLimits } from '../../src/webchat/limits.ts';
import { readPageWord } from '../../src/webchat/page-word.ts';

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const said = (word: object): unknown => readPageWord(bytesOf(JSON.stringify(word)));

test('a page says who it is, and writes', () => {
  assert.deepEqual(said({ kind: 'hello', token: 't', more: 1 }), { kind: 'hello', token: 't' });
  assert.deepEqual(said({ kind: 'message', ref: '1', text: 'hi' }), { kind: 'message', ref: '1', text: 'hi' });
});

test('a message is as long as the limit says and not one longer', () => {
  const { textCharactersMax, refCharactersMax } = webChatLimits;
  const message = (ref: number, text: number) =>
    said({ kind: 'message', ref: 'r'.repeat(ref), text: 'x'.repeat(text) });
  assert.notEqual(message(refCharactersMax, textCharactersMax), undefined);
  assert.equal(message(refCharactersMax + 1, 1), undefined);
  assert.equal(message(1, textCharactersMax + 1), undefined);
  assert.equal(message(1, 0), undefined);
});

test('what is no word is nothing, whatever it is', () => {
  for (const text of [
    '',
    'null',
    '[]',
    '1',
    '"hello"',
    '{}',
    '{"kind":"hello"}',
    '{"kind":"message","ref":1,"text":"x"}',
  ])
    assert.equal(readPageWord(bytesOf(text)), undefined, text);
  assert.equal(readPageWord(new Uint8Array([0xff, 0xfe])), undefined);
  const corpus = [bytesOf('{"kind":"hello","token":"abc"}'), bytesOf('{"kind":"message","ref":"1","text":"hi"}')];
  for (const input of fuzzInputs(54, corpus, 2_000, 'chat page words')) {
    const word = readPageWord(input);
    if (word?.kind === 'message') assert.ok(word.text.length <= webChatLimits.textCharactersMax);
  }
});
