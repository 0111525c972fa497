/** Conversations are found by what other systems know of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Listing } from '../../src/http/view-page.ts';
import { agentAddress, customerAddress, HttpUnderTest } from './http-under-test.ts';

type Found = Listing<{ readonly id: string }>;

async function find(under: HttpUnderTest, query: string): Promise<Found> {
  const token = under.tokens.issue({ role: 'recorder-integration' });
  const { status, json } = await under.send('GET', `/tacet/v1/conversations${query}`, { token });
  assert.equal(status, 200);
  return json as Found;
}

function idsOf({ entities }: Found): readonly string[] {
  return entities.map(({ id }) => id).sort();
}

test('a conversation is found by the address of a participant, by its SIP call and by another external id', async () => {
  await using under = await HttpUnderTest.start();
  const first = await under.startCall('call-1@sbc.example.test');
  const second = await under.startCall('call-2@sbc.example.test');
  const both = [first.conversationId, second.conversationId].sort();
  assert.deepEqual(idsOf(await find(under, '')), both);
  assert.deepEqual(idsOf(await find(under, `?participantAddress=${encodeURIComponent(customerAddress)}`)), both);
  assert.deepEqual(idsOf(await find(under, `?participantAddress=${agentAddress.toUpperCase()}`)), both);
  assert.deepEqual(idsOf(await find(under, '?participantAddress=sip:nobody@example.test')), []);
  assert.deepEqual(idsOf(await find(under, '?sipCallId=call-2@sbc.example.test')), [second.conversationId]);
  assert.deepEqual(idsOf(await find(under, '?externalId=ucid%20of%20call-1@sbc.example.test')), [first.conversationId]);
  assert.deepEqual(idsOf(await find(under, '?sipCallId=ucid%20of%20call-1@sbc.example.test')), []);
});

test('active conversations are told from ended ones', async () => {
  await using under = await HttpUnderTest.start();
  const first = await under.startCall('call-1@sbc.example.test');
  const second = await under.startCall('call-2@sbc.example.test');
  await under.endCall(first);
  await under.clock.pass(60_000);
  assert.deepEqual(idsOf(await find(under, '?state=active')), [second.conversationId]);
  assert.deepEqual(idsOf(await find(under, '?state=ENDED')), [first.conversationId]);
  assert.deepEqual(idsOf(await find(under, '?state=active&sipCallId=call-1@sbc.example.test')), []);
});

test('what is found comes with its participants, their addresses, and its external ids', async () => {
  await using under = await HttpUnderTest.start();
  await under.startCall();
  const { entities } = await find(under, '?state=active');
  assert.partialDeepStrictEqual(entities[0], {
    recordingState: 'ACTIVE',
    participants: [{ address: customerAddress }, { address: agentAddress }],
    externalIds: [
      { name: 'ucid', value: 'ucid of call-1@sbc.example.test' },
      { name: 'sipCallId', value: 'call-1@sbc.example.test' },
    ],
  });
});

test('pages lead from one to the next, and together they are everything once', async () => {
  await using under = await HttpUnderTest.start();
  const all: string[] = [];
  for (let count = 0; count < 5; count += 1) all.push(await under.addConversation('message'));
  const token = under.tokens.issue({ role: 'recorder-integration' });
  const seen: string[] = [];
  const numbers: number[] = [];
  let next: string | undefined = '/tacet/v1/conversations?state=active&pageSize=2';
  while (next !== undefined) {
    const page = (await under.send('GET', next, { token })).json as Found;
    assert.deepEqual([page.total, page.pageCount, page.pageSize], [5, 3, 2]);
    assert.match(page.selfUri, /state=active/);
    seen.push(...page.entities.map(({ id }) => id));
    numbers.push(page.pageNumber);
    next = page.nextUri;
    if (page.pageNumber > 1) assert.match(page.previousUri ?? '', new RegExp(`pageNumber=${page.pageNumber - 1}$`));
    assert.match(page.firstUri, /pageNumber=1$/);
    assert.match(page.lastUri, /pageNumber=3$/);
  }
  assert.deepEqual(numbers, [1, 2, 3]);
  assert.deepEqual(seen.sort(), all.sort());
});

test('a page behind the last one is empty', async () => {
  await using under = await HttpUnderTest.start();
  const page = await find(under, '?pageNumber=7');
  assert.deepEqual([page.entities, page.total, page.pageCount, page.nextUri], [[], 0, 0, undefined]);
  assert.match(page.lastUri, /pageNumber=1&/);
});

test('a parameter that cannot be understood is refused by its name', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'recorder-integration' });
  for (const [query, parameter] of [
    ['pageSize=0', 'pageSize'],
    ['pageSize=101', 'pageSize'],
    ['pageNumber=0', 'pageNumber'],
    ['state=paused', 'state'],
    ['sipCallId=a&externalId=b', 'externalId'],
    [`participantAddress=${'x'.repeat(513)}`, 'participantAddress'],
  ]) {
    const { status, json } = await under.send('GET', `/tacet/v1/conversations?${query}`, { token });
    assert.equal(status, 400, query);
    assert.partialDeepStrictEqual(json, {
      code: 'invalid.query.param.value',
      details: [{ fieldName: parameter }],
    });
  }
});
