/** Listings of the user's own conversations. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Listing } from '../../src/http/view-page.ts';
import { agentUser, HttpUnderTest, otherDivision, otherUser } from './http-under-test.ts';
import { begun } from './start-conversations.ts';

type Found = Listing<{ readonly id: string }>;

const lists = ['', '/calls', '/callbacks', '/chats', '/cobrowsesessions', '/emails', '/messages'];

async function listOf(under: HttpUnderTest, list: string, userId = agentUser): Promise<Found> {
  const token = under.tokens.issue({ userId });
  const { status, json } = await under.send('GET', `/api/v2/conversations${list}`, { token });
  assert.equal(status, 200, list);
  return json as Found;
}

function idsOf({ entities }: Found): readonly string[] {
  return entities.map(({ id }) => id);
}

test('a listing has the conversations in which the user takes part, of its media type, newest first', async () => {
  await using under = await HttpUnderTest.start();
  const ids: string[] = [];
  for (const type of ['call', 'callback', 'chat', 'cobrowsesession', 'email', 'message'] as const) {
    under.clock.advance(1_000);
    ids.unshift(await begun(under, type));
  }
  await begun(under, 'email', { participants: [{ purpose: 'agent', userId: otherUser }] });
  assert.deepEqual(idsOf(await listOf(under, '')), ids);
  assert.deepEqual(idsOf(await listOf(under, '?communicationType=CALL')), [ids[5]]);
  for (const [place, list] of lists.slice(1).entries())
    assert.deepEqual(idsOf(await listOf(under, list)), [ids[5 - place]]);
});

test('what is over for the user is in no listing, nor is what goes on without the user', async () => {
  await using under = await HttpUnderTest.start();
  const call = await under.startCall();
  assert.deepEqual(idsOf(await listOf(under, '/calls')), [call.conversationId]);
  await under.endCall(call);
  assert.deepEqual(idsOf(await listOf(under, '/calls')), []);
  assert.deepEqual(idsOf(await listOf(under, '', otherUser)), []);
});

test('users see their own conversations in whichever division those are', async () => {
  await using under = await HttpUnderTest.start();
  const id = await begun(under, 'email', { divisionId: otherDivision });
  assert.deepEqual(idsOf(await listOf(under, '/emails')), [id]);
});

test('who asks for no page is given all there may be in one, and pages lead from one to the next', async () => {
  await using under = await HttpUnderTest.start();
  const all: string[] = [];
  for (let count = 0; count < 30; count += 1) all.push(await begun(under, 'email'));
  const whole = await listOf(under, '/emails');
  assert.deepEqual([whole.total, whole.pageCount, whole.entities.length], [30, 1, 30]);
  const seen: string[] = [];
  let next: string | undefined = '/emails?pageSize=12';
  while (next !== undefined) {
    const page: Found = await listOf(under, next);
    assert.deepEqual([page.total, page.pageCount, page.pageSize], [30, 3, 12]);
    seen.push(...idsOf(page));
    next = page.nextUri?.replace('/api/v2/conversations', '');
  }
  assert.deepEqual(seen.sort(), all.sort());
});

test('a token without a user has no conversations of its own', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'admin' });
  for (const list of [...lists, '/calls/history']) {
    const { status, json } = await under.send('GET', `/api/v2/conversations${list}`, { token });
    assert.equal(status, 400, list);
    assert.partialDeepStrictEqual(json, { code: 'not.a.user' });
  }
});

test('the history has every call that the user had, over or not, within the interval that is asked for', async () => {
  await using under = await HttpUnderTest.start();
  const call = await under.startCall();
  await under.endCall(call);
  await begun(under, 'email');
  under.clock.advance(60_000);
  const from = new Date(under.clock.now()).toISOString();
  const missed = await begun(under, 'call', {
    participants: [
      { purpose: 'customer', address: '+15550100' },
      { purpose: 'agent', userId: agentUser, state: 'alerting', direction: 'outbound' },
      { purpose: 'external', address: '+15550101' },
      { purpose: 'external', address: '+15550102' },
    ],
  });
  assert.deepEqual(idsOf(await listOf(under, '/calls/history')), [missed, call.conversationId]);
  const late = await listOf(under, `/calls/history?interval=${from}/2040-01-01T00:00:00Z`);
  assert.deepEqual(idsOf(late), [missed]);
  assert.partialDeepStrictEqual(late.entities[0], {
    direction: 'outbound',
    missedCall: true,
    wasConference: true,
    wasCallback: false,
    participants: [
      { purpose: 'customer', didInteract: true },
      { purpose: 'agent', didInteract: false, user: { id: agentUser, name: 'Agent', version: 1 } },
      {},
      {},
    ],
  });
  assert.deepEqual(idsOf(await listOf(under, `/calls/history?interval=2020-01-01/${from}`)), [call.conversationId]);
  const [only] = (await listOf(under, '/calls/history?pageSize=1&pageNumber=2')).entities;
  assert.equal(only?.id, call.conversationId);
});

test('an interval that is none is refused by its name', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ userId: agentUser });
  for (const interval of [
    'yesterday',
    '2026-01-01',
    '2026-02-01/2026-01-01',
    '2026-01-01/2026-02-01/2026-03-01',
    '1/2',
  ]) {
    const path = `/api/v2/conversations/calls/history?interval=${interval}`;
    const { status, json } = await under.send('GET', path, { token });
    assert.equal(status, 400, interval);
    assert.partialDeepStrictEqual(json, { code: 'invalid.date', details: [{ fieldName: 'interval' }] });
  }
});
