/** Tokens with which a page publishes: what they hold, and when they are worthless. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConversationId } from '@tacet/domain';
import { ManualClock, MemoryKeys } from '@tacet/testkit';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import { PublishingTokens } from './publishing-tokens.ts';

const publisher = {
  conversationId: '00000000-0000-4000-8000-000000000001' as ConversationId,
  mediaType: 'cobrowsesession',
  name: 'Somebody',
  by: { clientId: 'unknown', name: 'shop' },
} as const;

test('a publishing token says what its holder may do, to whoever has the same keys', () => {
  const [keys, clock] = [new MemoryKeys(1), new ManualClock()];
  const { token } = new PublishingTokens(keys, clock).make(publisher, 1_000);
  const { id, ...read } = new PublishingTokens(keys, clock).read(token, ['cobrowsesession']) ?? { id: '' };
  assert.deepEqual(read, publisher);
  assert.equal(id.length, 12);
});

test('a publishing token is worthless when its time is over', () => {
  const clock = new ManualClock();
  const tokens = new PublishingTokens(new MemoryKeys(1), clock);
  const { token } = tokens.make(publisher, 1_000);
  clock.advance(999);
  assert.notEqual(tokens.read(token, ['cobrowsesession']), undefined);
  clock.advance(1);
  assert.equal(tokens.read(token, ['cobrowsesession']), undefined);
});

test('a publishing token is good for its own kind of media alone, and every altered one is worthless', () => {
  const tokens = new PublishingTokens(new MemoryKeys(1), new ManualClock());
  const { token } = tokens.make(publisher, 1_000);
  assert.equal(tokens.read(token, ['video', 'screenshare']), undefined);
  for (let at = 0; at < token.length; at += 7) {
    const altered = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
    assert.equal(tokens.read(altered, ['cobrowsesession']), undefined, `altered at ${at}`);
  }
  for (const other of ['', '.', 'a.b', `${token}.more`.repeat(99), token.slice(0, -9)]) {
    assert.equal(tokens.read(other, ['cobrowsesession']), undefined);
  }
});

test('whatever is shown as a publishing token, it is worthless unless it was given out', () => {
  const tokens = new PublishingTokens(new MemoryKeys(1), new ManualClock());
  const { token } = tokens.make(publisher, 1_000);
  for (const input of fuzzInputs(61, [new Uint8Array(Buffer.from(token))], 3_000, 'publishing tokens')) {
    const shown = Buffer.from(input).toString();
    const read = tokens.read(shown, ['cobrowsesession']);
    // Base64 has several spellings of the same bytes; one of ours is never this long.
    const isOurs = shown.length <= 8_192 && shown.includes('.') && spelling(shown) === spelling(token);
    assert.equal(read !== undefined, isOurs, `${input.length} bytes`);
  }
});

/** The bytes of both parts, however they are written. */
function spelling(token: string): string {
  const [head = '', rest = ''] = token.split('.', 2);
  return [head, rest].map((part) => Buffer.from(part, 'base64url').toString('hex')).join('.');
}
