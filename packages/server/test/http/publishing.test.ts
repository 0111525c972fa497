/** The door at which pages are let in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PublishingTokens } from '../../src/publishing-tokens.ts';
import { HttpUnderTest } from './http-under-test.ts';
import { begun } from './start-conversations.ts';

const wish = { mediaType: 'cobrowsesession', name: 'Somebody', seconds: 60 };

test('a publishing token names the conversation, the medium and who gave it out, and that is in the audit log', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'recorder-integration' });
  const id = await begun(under, 'cobrowsesession');
  const path = `/tacet/v1/conversations/${id}/publishing-tokens`;
  const { status, json } = await under.send('POST', path, { token, body: wish });
  assert.equal(status, 201);
  const { token: given } = json as { readonly token: string };
  const read = new PublishingTokens(under.control.keys, under.clock).read(given, ['cobrowsesession']);
  assert.partialDeepStrictEqual(read, { conversationId: id, mediaType: 'cobrowsesession', name: 'Somebody' });
  const { items } = await under.control.store.audit({ limit: 100 });
  assert.equal(items.filter(({ action }) => action === 'tokenIssued').length, 1);
});

test('a publishing token is given out only for a conversation that is going on', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'recorder-integration' });
  const id = await begun(under, 'cobrowsesession');
  const ask = async (as: string) =>
    (await under.send('POST', `/tacet/v1/conversations/${id}/publishing-tokens`, { token: as, body: wish })).status;
  assert.equal(await ask(under.tokens.issue({ role: 'quality-evaluator' })), 403);
  await under.send('POST', `/api/v2/conversations/${id}/disconnect`, { token });
  assert.equal(await ask(token), 404);
});
