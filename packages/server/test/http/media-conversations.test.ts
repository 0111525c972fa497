/** Conversations at the doors of their media types: what they show, and to whom. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mediaTypeRows, type UserId } from '@tacet/domain';
import { ownModelTypes } from '../../src/http/view-media-conversation.ts';
import { agentUser, HttpUnderTest, homeDivision, otherDivision, otherUser } from './http-under-test.ts';
import { begun, customerNumber } from './start-conversations.ts';

const rows = mediaTypeRows.filter(({ type }) => ownModelTypes.some((own) => own === type));

test('a conversation of each type shows one flat participant for each who has the medium', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'supervisor' });
  assert.equal(rows.length, 6);
  for (const { type, apiPath } of rows) {
    const path = `/api/v2/conversations/${apiPath}/${await begun(under, type)}`;
    const { status, json } = await under.send('GET', path, { token });
    assert.equal(status, 200);
    const shared = { direction: 'inbound', held: false, provider: 'Tacet', state: 'connected', wrapupRequired: false };
    assert.partialDeepStrictEqual(json, {
      participants: [
        { purpose: 'customer', name: 'Customer', address: customerNumber, attributes: {}, ...shared },
        { purpose: 'agent', user: { id: agentUser, name: 'Agent' }, ...shared },
      ],
      divisions: [{ division: { id: homeDivision } }],
      selfUri: path,
    });
    const { otherMediaUris, recentTransfers } = json as { readonly [name: string]: unknown };
    assert.deepEqual({ otherMediaUris, recentTransfers }, { otherMediaUris: [], recentTransfers: [] });
    assert.equal('recordingState' in Object(json), type === 'call', 'only calls carry a recording state');
  }
});

test('a conversation is there at the door of a media type only if it has one', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'supervisor' });
  for (const { type, apiPath } of rows) {
    const id = await begun(under, type);
    for (const other of rows) {
      const { status, json } = await under.send('GET', `/api/v2/conversations/${other.apiPath}/${id}`, { token });
      assert.equal(
        status,
        other === rows.find((row) => row.apiPath === apiPath) ? 200 : 404,
        `${type} at ${other.type}`,
      );
      if (status === 404) assert.partialDeepStrictEqual(json, { code: 'conversation.error.conversation.not.found' });
    }
  }
});

test('a conversation with several media types names the others, as far as they can be read on their own', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'admin' });
  const id = await begun(under, 'message');
  const participants = [{ purpose: 'external', address: 'sip:expert@example.test' }];
  for (const mediaType of ['call', 'video', 'email']) {
    const body = { mediaType, participants };
    const path = `/tacet/v1/conversations/${id}/communications`;
    assert.equal((await under.send('POST', path, { token, body })).status, 201);
  }
  const { json } = await under.send('GET', `/api/v2/conversations/messages/${id}`, { token });
  const { otherMediaUris } = json as { readonly otherMediaUris: readonly string[] };
  assert.deepEqual(otherMediaUris, [`/api/v2/conversations/calls/${id}`, `/api/v2/conversations/emails/${id}`]);
  assert.equal((json as { readonly participants: readonly unknown[] }).participants.length, 2);
});

test('who takes part sees the conversation, and others need the right to in its division', async () => {
  await using under = await HttpUnderTest.start();
  const issue = (role: 'supervisor' | undefined, division: typeof homeDivision | '*', userId?: UserId): string =>
    under.tokens.issue({ ...(role && { role }), division, ...(userId && { userId }) });
  const readers = [
    ['one who takes part, without any role', issue(undefined, '*', agentUser), 200],
    ['one who takes part, with a right elsewhere', issue('supervisor', otherDivision, agentUser), 200],
    ['a stranger with the right', issue('supervisor', homeDivision, otherUser), 200],
    ['a program with the right', issue('supervisor', homeDivision), 200],
    ['a stranger without the right', issue(undefined, '*', otherUser), 403],
    ['a stranger with the right elsewhere', issue('supervisor', otherDivision, otherUser), 403],
    ['a program with the right elsewhere', issue('supervisor', otherDivision), 403],
  ] as const;
  for (const { type, apiPath } of mediaTypeRows) {
    const id = await begun(under, type);
    const paths = [id, ...rows.filter((row) => row.type === type).map(() => `${apiPath}/${id}`)];
    for (const path of paths) {
      for (const [who, token, expected] of readers) {
        const { status, json } = await under.send('GET', `/api/v2/conversations/${path}`, { token });
        assert.equal(status, expected, `${who} at ${path}`);
        if (expected === 403) assert.partialDeepStrictEqual(json, { code: 'missing.any.permissions' });
      }
    }
  }
});

test('one who is still being rung takes part, and one who has left does not', async () => {
  await using under = await HttpUnderTest.start();
  const participants = [
    { purpose: 'customer', address: customerNumber },
    { purpose: 'agent', userId: agentUser, state: 'alerting' },
    { purpose: 'agent', userId: otherUser },
  ];
  const id = await begun(under, 'callback', { participants });
  const rung = under.tokens.issue({ userId: agentUser });
  const read = async (token: string) =>
    (await under.send('GET', `/api/v2/conversations/callbacks/${id}`, { token })).status;
  assert.equal(await read(rung), 200);
  const leaver = under.tokens.issue({ role: 'agent', userId: otherUser });
  assert.equal(await read(leaver), 200);
  const live = under.control.live.get(id) ?? assert.fail();
  const [, , third = assert.fail()] = live.conversation.participants;
  const path = `/api/v2/conversations/callbacks/${id}/participants/${third.id}`;
  const left = await under.send('PATCH', path, { token: leaver, body: { state: 'disconnected' } });
  assert.equal(left.status, 202, left.text);
  assert.equal(await read(leaver), 403);
  assert.equal(await read(rung), 200);
});
