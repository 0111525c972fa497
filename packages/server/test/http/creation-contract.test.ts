/** Callbacks, e-mails, messages, chats and meetings begin at the contract's doors: what is refused, and what is not kept. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits } from '@tacet/domain';
import { agentUser, HttpUnderTest, homeDivision, otherDivision, type Received } from './http-under-test.ts';
import { customerNumber } from './start-conversations.ts';

const queueId = '00000000-0000-4000-8000-0000000000b1';
const flowId = '00000000-0000-4000-8000-0000000000f1';

function post(under: HttpUnderTest, path: string, body: object, token = under.tokens.issue({ role: 'admin' })) {
  return under.send('POST', `/api/v2/conversations/${path}`, { token, body });
}

async function refused(
  under: HttpUnderTest,
  path: string,
  bodies: readonly (readonly [object, string])[],
): Promise<void> {
  for (const [body, code] of bodies) {
    const { status, json } = await post(under, path, body);
    assert.equal(status, 400, JSON.stringify(body));
    assert.partialDeepStrictEqual(json, { code });
  }
  assert.equal(under.control.live.count, 0, 'nothing has begun');
}

/** The instant so many ms from now, as the contract writes it. */
function later({ clock }: HttpUnderTest, ms: number): string {
  return new Date(clock.now() + ms).toISOString();
}

const callback = { callbackNumbers: [customerNumber], queueId };
const email = { provider: 'Postbox', queueId, fromAddress: 'zoe@example.test', toAddress: 'shop@example.test' };

test('a callback without numbers, without a queue, or too far ahead is refused under the name of the contract', async () => {
  await using under = await HttpUnderTest.start();
  const beyond = later(under, limits.callbackAheadMsMax + 1_000);
  await refused(under, 'callbacks', [
    [{ queueId }, 'callback.error.missing.callback.numbers'],
    [{ ...callback, callbackNumbers: [] }, 'callback.error.missing.callback.numbers'],
    [{ callbackNumbers: [customerNumber] }, 'callback.error.missing.queue.id'],
    [{ callbackNumbers: [customerNumber], routingData: {} }, 'callback.error.missing.queue.id'],
    [{ ...callback, callbackScheduledTime: beyond }, 'callback.error.scheduled.time.too.far.in.future'],
    [{ ...callback, callbackScheduledTime: 'tomorrow' }, 'invalid.date'],
    [{ ...callback, queueId: 'sales' }, 'constraint.validation'],
    [{ ...callback, data: { 'tacet-call-id': 'x'.repeat(257) } }, 'constraint.validation'],
    [{ ...callback, data: { 'tacet-call-id': '' } }, 'constraint.validation'],
  ]);
});

/** The callback's conversation, as the doors of callbacks and of conversations show it. */
async function readCallback(under: HttpUnderTest, { json }: Received): Promise<readonly [unknown, unknown]> {
  const token = under.tokens.issue({ role: 'supervisor' });
  const { id } = (json as { readonly conversation: { readonly id: string } }).conversation;
  const read = async (path: string) => (await under.send('GET', `/api/v2/conversations/${path}`, { token })).json;
  return [await read(`callbacks/${id}`), await read(id)];
}

test('a callback waits for its time, or for somebody who takes it, with all that was said of it', async () => {
  await using under = await HttpUnderTest.start();
  const more = {
    callbackUserName: 'Zoë',
    callerId: '+1555',
    callerIdName: 'Shop',
    scriptId: 's1',
    data: { topic: 'x' },
  };
  const routed = { callbackNumbers: [customerNumber], routingData: { queueId }, ...more };
  const soon = await post(under, 'callbacks', routed);
  const [flat, whole] = await readCallback(under, soon);
  const waits = {
    state: 'alerting',
    direction: 'outbound',
    callbackNumbers: [customerNumber],
    callbackUserName: 'Zoë',
  };
  assert.partialDeepStrictEqual(flat, {
    participants: [
      { purpose: 'customer', name: 'Zoë', address: customerNumber, attributes: { topic: 'x' }, ...waits },
      { purpose: 'acd', queue: { id: queueId }, script: { id: 's1' }, ...waits },
    ],
  });
  const { callbackIdentifiers } = soon.json as { readonly callbackIdentifiers: readonly object[] };
  assert.deepEqual(
    (whole as { participants: readonly { callbacks: readonly { id: string }[] }[] }).participants.map(
      ({ callbacks }) => callbacks[0]?.id,
    ),
    callbackIdentifiers.map((identifier) => (identifier as { readonly id: string }).id),
  );
  const callbackScheduledTime = later(under, limits.callbackAheadMsMax);
  const [, planned] = await readCallback(under, await post(under, 'callbacks', { ...callback, callbackScheduledTime }));
  assert.partialDeepStrictEqual(planned, {
    participants: [{ callbacks: [{ state: 'scheduled', callbackScheduledTime }] }],
  });
});

test('a callback is changed in its division, for a user who is known, and only while it waits', async () => {
  await using under = await HttpUnderTest.start();
  const created = await post(under, 'callbacks', callback);
  const { conversation, callbackIdentifiers } = created.json as {
    readonly conversation: { readonly id: string };
    readonly callbackIdentifiers: readonly { readonly id: string }[];
  };
  const change = (more: object, token = under.tokens.issue({ role: 'admin' })) => {
    const body = { conversationId: conversation.id, agentId: agentUser, ...more };
    return under.send('PATCH', '/api/v2/conversations/callbacks', { token, body });
  };
  const callbackScheduledTime = later(under, 3_600_000);
  const done = await change({ callbackScheduledTime, callbackNumbers: ['+1555'], queueId: flowId });
  assert.deepEqual(done.json, created.json, 'the queue and the customer wait as before');
  const [flat, whole] = await readCallback(under, created);
  const planned = { callbacks: [{ state: 'scheduled' }] };
  assert.partialDeepStrictEqual(whole, { participants: [planned, planned, planned] });
  assert.partialDeepStrictEqual(flat, {
    participants: [
      { purpose: 'customer', callbackNumbers: ['+1555'], callbackScheduledTime },
      { purpose: 'acd', queue: { id: flowId } },
      { purpose: 'agent', user: { id: agentUser }, callbackNumbers: ['+1555'], callbackScheduledTime },
    ],
  });
  assert.equal((await change({ agentId: flowId })).status, 400);
  assert.equal((await change({ conversationId: flowId })).status, 404);
  assert.equal((await change({ conversationId: 'nothing' })).status, 404);
  const elsewhere = under.tokens.issue({ role: 'admin', division: otherDivision });
  assert.equal((await change({}, elsewhere)).status, 403);
  const now = await change({ callbackScheduledTime: later(under, 0) });
  const [, due] = await readCallback(under, now);
  const waiting = { callbacks: [{ state: 'alerting' }] };
  assert.partialDeepStrictEqual(due, { participants: [waiting, waiting, waiting] });
  assert.equal(
    (due as { readonly participants: readonly unknown[] }).participants.length,
    3,
    'the agent is there once',
  );
  const end = { conversationId: conversation.id, callbackId: callbackIdentifiers[0]?.id };
  const off = await post(under, 'callbacks/bulk/disconnect', { callbackDisconnectIdentifiers: [end] });
  assert.equal(off.status, 202);
  assert.equal(under.control.live.count, 0);
  assert.equal((await change({})).status, 404);
});

test('an e-mail without provider, or with the wrong ways, is refused under the name of the contract', async () => {
  await using under = await HttpUnderTest.start();
  const { provider, ...nobodys } = email;
  const { queueId: queue, ...unrouted } = email;
  assert.equal(queue, queueId);
  await refused(under, 'emails', [
    [nobodys, 'postino.error.notnull.createconversationrequest.provider'],
    [unrouted, 'postino.error.notnull.createconversationrequest.queueid'],
    [{ ...email, flowId }, 'too.many.create.email.parameters'],
    [{ ...email, queueId: 'sales' }, 'email.error.invalid.queue'],
    [{ ...unrouted, flowId: 'first' }, 'bad.flow.id'],
    [{ ...unrouted, direction: 'OUTBOUND' }, 'email.outbound.queue.required'],
    [{ ...unrouted, flowId, direction: 'OUTBOUND' }, 'email.outbound.queue.required'],
    [{ ...email, direction: 'SIDEWAYS' }, 'invalid.value'],
  ]);
  assert.equal(provider, 'Postbox');
});

test('a mail that comes in waits with its queue or flow, and one that goes out has the user who writes it', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'agent', userId: agentUser });
  const incoming = await post(under, 'emails', { ...email, fromName: 'Zoë', attributes: { order: '7' } });
  assert.partialDeepStrictEqual(incoming.json, {
    participants: [
      {
        purpose: 'customer',
        name: 'Zoë',
        address: 'zoe@example.test',
        attributes: { order: '7' },
        direction: 'inbound',
      },
      { purpose: 'acd', queue: { id: queueId }, provider: 'Postbox' },
    ],
  });
  const { queueId: _, ...unrouted } = email;
  const asked = await post(under, 'emails', { ...unrouted, flowId });
  assert.partialDeepStrictEqual(asked.json, {
    participants: [{ purpose: 'customer' }, { purpose: 'ivr', address: flowId }],
  });
  const outgoing = { ...email, direction: 'OUTBOUND', toAddress: 'zoe@example.test', toName: 'Zoë' };
  assert.partialDeepStrictEqual((await post(under, 'emails', outgoing, token)).json, {
    participants: [
      { purpose: 'agent', user: { id: agentUser }, queue: { id: queueId }, direction: 'outbound' },
      { purpose: 'customer', name: 'Zoë', address: 'zoe@example.test', direction: 'outbound' },
    ],
  });
  assert.partialDeepStrictEqual((await post(under, 'emails', outgoing)).json, {
    participants: [{ purpose: 'customer', name: 'Zoë' }, { purpose: 'acd' }],
  });
});

test('an e-mail that is over is taken up again by a user with the right, as paused as it was, and only once', async () => {
  await using under = await HttpUnderTest.start();
  const { id } = (await post(under, 'emails', { ...email, fromName: 'Zoë' })).json as { readonly id: string };
  const admin = under.tokens.issue({ role: 'admin', userId: agentUser });
  await under.setState(`emails/${id}/recordingstate`, 'PAUSED', admin);
  const again = (token: string) => post(under, `emails/${id}/reconnect`, {}, token);
  const early = await again(admin);
  assert.deepEqual([early.status, (early.json as { readonly code: string }).code], [400, 'constraint.validation']);
  await under.send('DELETE', `/api/v2/conversations/${id}`, { token: admin });
  assert.equal(under.control.live.count, 0);
  assert.equal((await again(under.tokens.issue({ role: 'admin' }))).status, 400, 'a program has no seat');
  const elsewhere = under.tokens.issue({ role: 'admin', division: otherDivision, userId: agentUser });
  assert.equal((await again(elsewhere)).status, 403);
  assert.equal((await again(admin)).status, 204);
  const { json } = await under.send('GET', `/api/v2/conversations/${id}`, { token: admin });
  assert.equal('endTime' in Object(json), false);
  assert.partialDeepStrictEqual(json, {
    recordingState: 'PAUSED',
    participants: [
      {},
      {},
      { purpose: 'customer', name: 'Zoë', emails: [{ state: 'connected' }] },
      { userId: agentUser },
    ],
  });
  assert.equal((await again(admin)).status, 400);
  await under.setState(`emails/${id}/recordingstate`, 'ACTIVE', admin);
  const [span] = await under.control.store.spansOf(id as Parameters<typeof under.control.store.spansOf>[0]);
  assert.equal(span?.openedAt, under.clock.now());
  const chat = (await post(under, 'chats', { queueId, provider: 'p' })).json as { readonly id: string };
  assert.equal((await post(under, `emails/${chat.id}/reconnect`, {}, admin)).status, 404);
});

test('messages with an address are one conversation while it goes on, and two requests at once make one', async () => {
  await using under = await HttpUnderTest.start();
  const body = { queueId, toAddress: customerNumber, toAddressMessengerType: 'SMS' };
  const idOf = ({ json }: Received): string => (json as { readonly id: string }).id;
  const [one, two] = await Promise.all([post(under, 'messages', body), post(under, 'messages', body)]);
  assert.equal(idOf(one), idOf(two));
  assert.equal(idOf(await post(under, 'messages', { ...body, useExistingConversation: true })), idOf(one));
  const exists = await post(under, 'messages', { ...body, useExistingConversation: false });
  assert.deepEqual([exists.status, exists.text.includes(customerNumber)], [409, false]);
  assert.notEqual(idOf(await post(under, 'messages', { ...body, toAddressMessengerType: 'whatsapp' })), idOf(one));
  const admin = under.tokens.issue({ role: 'admin' });
  await under.send('DELETE', `/api/v2/conversations/${idOf(one)}`, { token: admin });
  assert.notEqual(idOf(await post(under, 'messages', body)), idOf(one));
});

const openMessage = {
  channel: {
    to: { id: 'integration-1' },
    from: { id: 'zoe', idType: 'Opaque', firstName: 'Zoë', lastName: 'Müller' },
    time: '2026-06-01T12:00:00.000Z',
  },
  type: 'Text',
  text: 'Hello',
};

test('a message from outside begins the conversation of its sender once; receipts and events begin none', async () => {
  await using under = await HttpUnderTest.start();
  const send = (more: object) => post(under, 'messages/inbound/open', { ...openMessage, ...more });
  for (const none of [{ type: 'Receipt' }, { type: 'Event' }, { direction: 'Outbound' }]) {
    const { status, headers } = await send(none);
    assert.deepEqual([status, headers.get('tacet-conversation-id')], [200, null]);
  }
  assert.equal(under.control.live.count, 0);
  const [first, second] = await Promise.all([send({ id: 'm1' }), send({ id: 'm2', type: 'Structured' })]);
  const id = first.headers.get('tacet-conversation-id') ?? assert.fail();
  assert.equal(second.headers.get('tacet-conversation-id'), id);
  assert.deepEqual(
    [first.json, 'text' in Object(first.json)],
    [{ id: 'm1', channel: openMessage.channel, type: 'Text' }, false],
  );
  const from = { ...openMessage.channel.from, id: 'yann' };
  const other = await send({ channel: { ...openMessage.channel, from } });
  assert.notEqual(other.headers.get('tacet-conversation-id'), id);
  const { json } = await under.send('GET', `/api/v2/conversations/messages/${id}`, {
    token: under.tokens.issue({ role: 'supervisor' }),
  });
  assert.partialDeepStrictEqual(json, {
    participants: [
      { purpose: 'customer', name: 'Zoë Müller', address: 'zoe', type: 'open' },
      { address: 'integration-1' },
    ],
  });
});

test('nothing of what mails and messages say is in a table or in a log', async () => {
  await using under = await HttpUnderTest.start();
  const secret = 'my card is four one one one';
  const content = { subject: secret, htmlBody: `<p>${secret}</p>`, textBody: secret };
  assert.equal((await post(under, 'emails', { ...email, ...content })).status, 200);
  const text = { ...openMessage, text: secret, content: [{ contentType: 'Attachment', attachment: { text: secret } }] };
  assert.equal((await post(under, 'messages/inbound/open', text)).status, 200);
  await post(under, 'emails', { ...content, provider: { secret } });
  const tables = under.db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all();
  assert.ok(tables.length > 10);
  for (const { name } of tables) {
    assert.doesNotMatch(JSON.stringify(under.db.prepare(`SELECT * FROM "${name}"`).all()), /four one/, String(name));
  }
  assert.doesNotMatch(JSON.stringify([under.reports, under.alarms]), /four one/);
});

test('the permission for a creation of type ALL is named as one that is missing, in the division too', async () => {
  await using under = await HttpUnderTest.start();
  const elsewhere = under.tokens.issue({ role: 'admin', division: otherDivision });
  const nobody = under.tokens.issue();
  const message = { queueId, toAddress: customerNumber, toAddressMessengerType: 'sms' };
  for (const [path, body, code] of [
    ['callbacks', callback, 'missing.permissions'],
    ['messages', message, 'missing.permissions'],
    ['messages/inbound/open', openMessage, 'missing.permissions'],
    ['emails', email, 'missing.any.permissions'],
    ['chats', { queueId, provider: 'p' }, 'missing.any.permissions'],
    ['videos/meetings', { ephemeral: true }, 'missing.any.permissions'],
  ] as const) {
    for (const token of [elsewhere, nobody]) {
      const { status, json } = await post(under, path, body, token);
      assert.equal(status, 403, path);
      assert.partialDeepStrictEqual(json, { code });
    }
  }
});

test('a message thread is found in the divisions within reach, and nowhere else', async () => {
  await using under = await HttpUnderTest.start();
  const ofUser = under.tokens.issue({ role: 'recorder-integration', division: otherDivision, userId: agentUser });
  const user = under.users.get(agentUser) ?? assert.fail();
  under.users.set(agentUser, { ...user, divisionId: otherDivision });
  assert.equal((await post(under, 'messages/inbound/open', openMessage, ofUser)).status, 200);
  const here = under.tokens.issue({ role: 'recorder-integration', division: homeDivision });
  assert.equal((await post(under, 'messages/inbound/open', openMessage, here)).status, 403);
});

test('ids of meetings lead to one conference until they expire, in its division', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'admin', userId: agentUser });
  const made = await post(under, 'videos/meetings', { ephemeral: true, expireTimeDays: 2 }, token);
  const id = made.headers.get('tacet-conversation-id') ?? assert.fail();
  const meeting = made.json as { readonly id: string; readonly conferenceId: string; readonly selfUri: string };
  assert.deepEqual(made.json, {
    id: meeting.id,
    ephemeral: true,
    conferenceId: meeting.conferenceId,
    dateExpired: later(under, 2 * 86_400_000),
    selfUri: `/api/v2/conversations/videos/meetings/${meeting.id}`,
  });
  const { json } = await under.send('GET', `/api/v2/conversations/${id}`, { token });
  assert.partialDeepStrictEqual(json, {
    participants: [{ purpose: 'agent', userId: agentUser, videos: [{ context: meeting.conferenceId }] }],
  });
  const { conferenceId } = meeting;
  const second = await post(under, 'videos/meetings', { ephemeral: false, conferenceId });
  assert.equal(second.headers.get('tacet-conversation-id'), id);
  const read = async (reader: string) => (await under.send('GET', meeting.selfUri, { token: reader })).status;
  assert.equal(await read(token), 200);
  assert.equal(await read(under.tokens.issue({ role: 'agent', division: otherDivision })), 403);
  under.clock.advance(2 * 86_400_000);
  assert.equal(await read(token), 404);
  await post(under, 'videos/meetings', { ephemeral: false });
  assert.equal((await under.control.store.documentsOf('videoMeeting')).length, 2, 'what has expired is gone');
  for (const expireTimeDays of [0, limits.meetingDaysMax + 1]) {
    assert.equal((await post(under, 'videos/meetings', { ephemeral: true, expireTimeDays })).status, 400);
  }
});
