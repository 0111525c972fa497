/** Links to media are few, short-lived and forgotten. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Actor, ConversationId, RecordingId } from '@tacet/domain';
import { ManualClock } from '@tacet/testkit';
import { httpLimits } from '../../src/http/http-limits.ts';
import { MediaLinks } from '../../src/http/media-links.ts';

const link = {
  conversationId: 'c' as ConversationId,
  recordingId: 'r' as RecordingId,
  actor: { name: 'Ann' } as Actor,
  bearer: 'b',
};

test('a link is good for an hour and not a millisecond more', () => {
  const clock = new ManualClock();
  const links = new MediaLinks(clock);
  const token = links.add(link);
  clock.advance(3_599_999);
  assert.equal(links.find(token)?.recordingId, 'r');
  clock.advance(1);
  assert.equal(links.find(token), undefined);
});

test('links cannot be guessed: each is new, and long', () => {
  const links = new MediaLinks(new ManualClock());
  const tokens = Array.from({ length: 100 }, () => links.add(link));
  assert.equal(new Set(tokens).size, 100);
  for (const token of tokens) assert.match(token, /^[\w-]{43}$/);
  assert.equal(links.find(`${tokens[0]}x`), undefined);
});

test('where there is no room for another link the oldest one is forgotten', () => {
  const clock = new ManualClock();
  const links = new MediaLinks(clock);
  const [first, second] = [links.add(link), links.add(link)];
  for (let count = 2; count < httpLimits.mediaLinksMax; count += 1) links.add(link);
  assert.ok(links.find(first));
  links.add(link);
  assert.equal(links.find(first), undefined);
  assert.ok(links.find(second));
  assert.equal(links.count, httpLimits.mediaLinksMax);
  clock.advance(httpLimits.mediaLinkMs);
  links.add(link);
  assert.equal(links.count, 1, 'links that have ended make room first');
});
