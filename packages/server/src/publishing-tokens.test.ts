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
    assert.equal(read !== undefined, shown === token, `${input.length} bytes`);
  }
});

test('a publishing token that is spelt otherwise than it was given out is worthless', () => {
  const tokens = new PublishingTokens(new MemoryKeys(1), new ManualClock());
  // Of four lengths in a row, one has a last character that stands for no byte of its own.
  for (const name of ['A', 'AB', 'ABC', 'ABCD']) {
    const { token } = tokens.make({ ...publisher, name }, 1_000);
    assert.notEqual(tokens.read(token, ['cobrowsesession']), undefined);
    for (const other of [`${token}x`, `${token}=`, `${token}.`, `${token}.x`, ` ${token}`, token.replace('.', '=.')]) {
      assert.equal(tokens.read(other, ['cobrowsesession']), undefined, other.slice(-9));
    }
  }
});
