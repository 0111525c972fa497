/** Channels: who has them, how many, for how long, and what they are subscribed to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientId } from '@tacet/domain';
import { agentUser, otherUser } from '../http/http-under-test.ts';
import { base, type MadeChannel, NotifyUnderTest } from './notify-under-test.ts';

const own = `v2.users.${agentUser}.conversations`;

interface Entities {
  readonly entities: readonly { readonly id: string; readonly [member: string]: unknown }[];
}

async function channelIds({ http }: NotifyUnderTest, token: string, scope = ''): Promise<readonly string[]> {
  const { json } = await http.send('GET', `${base}/channels${scope}`, { token });
  return (json as Entities).entities.map(({ id }) => id);
}

async function topicIds({ http }: NotifyUnderTest, { id, token }: MadeChannel): Promise<readonly string[]> {
  const { json } = await http.send('GET', `${base}/channels/${id}/subscriptions`, { token });
  return (json as Entities).entities.map((topic) => topic.id);
}

test('a channel is made for a day, with an unguessable address for a WebSocket', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const token = http.tokens.issue();
  const { status, json } = await http.send('POST', `${base}/channels`, { token });
  const { id, connectUri, expires } = json as { readonly [member: string]: string };
  assert.equal(status, 200);
  assert.match(id ?? '', /^channel-[\w-]{43}$/);
  assert.equal(connectUri, `${http.url.replace('http', 'ws')}/channels/${id}`);
  assert.equal(new Date(expires ?? '').getTime() - http.clock.now(), 86_400_000);
});

test('subscribing extends the life of a channel, and one whose time is over is gone', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const token = http.tokens.issue({ userId: agentUser });
  const [kept, left] = [await under.channel(token), await under.channel(token)];
  const client = await under.connect(left);
  await http.clock.pass(86_000_000);
  await under.subscribe(kept, own);
  await http.clock.pass(400_000);
  await under.quiet();
  assert.deepEqual(await channelIds(under, token), [kept.id]);
  assert.equal((await http.send('HEAD', `${base}/channels/${left.id}`, { token })).status, 404);
  assert.equal((await http.send('HEAD', `${base}/channels/${kept.id}`, { token })).status, 200);
  assert.equal(await client.untilClosed(), 1001);
  await assert.rejects(under.connect(left), { message: '404' });
});

test('a channel is there for the user and client that made it, and for nobody else', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const mine = await under.channel(http.tokens.issue({ userId: agentUser }), own);
  const clientId = '00000000-0000-4000-8000-00000000c22e' as ClientId;
  const strangers = [
    http.tokens.issue({ role: 'admin' }),
    http.tokens.issue({ role: 'admin', userId: otherUser }),
    http.tokens.issue({ role: 'admin', userId: agentUser, clientId }),
  ];
  const path = `${base}/channels/${mine.id}`;
  for (const token of strangers) {
    const body = [{ id: own }];
    const answers = [
      await http.send('HEAD', path, { token }),
      await http.send('GET', `${path}/subscriptions`, { token }),
      await http.send('POST', `${path}/subscriptions`, { token, body }),
      await http.send('PUT', `${path}/subscriptions`, { token, body }),
      await http.send('DELETE', `${path}/subscriptions`, { token }),
    ];
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([404]));
    assert.deepEqual(await channelIds(under, token, '?includechannels=oauthclient'), []);
  }
  assert.deepEqual(await topicIds(under, mine), [own]);
});

test('channels are listed for the token, or for all tokens of the user and client', async () => {
  await using under = await NotifyUnderTest.start();
  const { tokens } = under.http;
  const [first, second] = [tokens.issue({ userId: agentUser }), tokens.issue({ userId: agentUser })];
  const [a, b] = [await under.channel(first), await under.channel(second)];
  assert.deepEqual(await channelIds(under, first), [a.id]);
  assert.deepEqual(await channelIds(under, second, '?includechannels=token'), [b.id]);
  assert.deepEqual(await channelIds(under, first, '?includechannels=oauthclient'), [a.id, b.id]);
});

test('a channel beyond the limit takes the place of one without a client, or else of the least used', async () => {
  await using under = await NotifyUnderTest.start({ channelLimits: { channelsPerOwner: 3 } });
  const { http } = under;
  const token = http.tokens.issue({ userId: agentUser });
  const made: MadeChannel[] = [];
  const make = async (): Promise<MadeChannel> => {
    http.clock.advance(1_000);
    const channel = await under.channel(token);
    made.push(channel);
    return channel;
  };
  const [first, second, third] = [await make(), await make(), await make()];
  const firstClient = await under.connect(first);
  http.clock.advance(1_000);
  await under.subscribe(second, own);
  const fourth = await make();
  assert.deepEqual(await channelIds(under, token), [first.id, second.id, fourth.id], `${third.id} was the least used`);
  const clients = [await under.connect(second), await under.connect(fourth)];
  const fifth = await make();
  assert.deepEqual(await channelIds(under, token), [second.id, fourth.id, fifth.id]);
  assert.equal(await firstClient.untilClosed(), 4410);
  assert.deepEqual(
    clients.map(({ closedWith }) => closedWith),
    [undefined, undefined],
  );
});

test('of twenty channels the twenty-first removes one', async () => {
  await using under = await NotifyUnderTest.start();
  const token = under.http.tokens.issue();
  for (let count = 0; count < 21; count += 1) await under.channel(token);
  assert.equal((await channelIds(under, token)).length, 20);
});

test('topics are added one to the other, replaced, and taken away', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const token = http.tokens.issue({ userId: agentUser });
  const channel = await under.channel(token, own, `${own}.calls`);
  await under.subscribe(channel, `${own}.calls`, `${own}.emails`);
  assert.deepEqual(await topicIds(under, channel), [own, `${own}.calls`, `${own}.emails`]);
  const path = `${base}/channels/${channel.id}/subscriptions`;
  const put = await http.send('PUT', path, { token, body: [{ id: `${own}.videos` }] });
  assert.deepEqual(put.json, { entities: [{ id: `${own}.videos`, state: 'Permitted', selfUri: path }] });
  assert.deepEqual(await topicIds(under, channel), [`${own}.videos`]);
  assert.equal((await http.send('DELETE', path, { token })).status, 204);
  assert.deepEqual(await topicIds(under, channel), []);
});

test('a topic that does not exist is refused, and is left out where errors are to be ignored', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const token = http.tokens.issue({ userId: agentUser });
  const channel = await under.channel(token);
  const path = `${base}/channels/${channel.id}/subscriptions`;
  const wrong = [
    'v2.users.x y.conversations',
    'v2.weather',
    `${own}.cobrowsesessions`,
    `${own}.socials`,
    `v2.users.${agentUser}.presence`,
    `${own}?calls?emails`,
    '',
  ];
  for (const id of wrong) {
    const { status, json } = await http.send('POST', path, { token, body: [{ id: own }, { id }] });
    assert.equal(status, 400, id);
    assert.partialDeepStrictEqual(json, { code: 'notification.invalid.topic' });
  }
  assert.deepEqual(await topicIds(under, channel), []);
  const body = [{ id: own }, { id: 'v2.weather' }];
  const { json } = await http.send('POST', `${path}?ignoreErrors=true`, { token, body });
  assert.partialDeepStrictEqual(json, { entities: [{ state: 'Permitted' }, { state: 'Rejected' }] });
  assert.deepEqual(await topicIds(under, channel), [own]);
});

test('several topics of one user can be asked for at once, of which those count that exist here', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const token = http.tokens.issue({ userId: agentUser });
  const combined = `v2.users.${agentUser}?presence&conversations&conversations.calls`;
  const channel = await under.channel(token, combined);
  assert.deepEqual(await topicIds(under, channel), [combined]);
  const client = await under.connect(channel);
  await http.startCall();
  await client.untilEvents(2);
  assert.deepEqual(client.topicNames, [own, `${own}.calls`]);
});

test('a channel takes a thousand topics and not one more', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const token = http.tokens.issue({ role: 'supervisor' });
  const channel = await under.channel(token);
  const path = `${base}/channels/${channel.id}/subscriptions`;
  const topics = Array.from({ length: 1_000 }, (_, at) => ({ id: `v2.users.${at}.conversations` }));
  assert.equal((await http.send('POST', path, { token, body: topics })).status, 200);
  const more = await http.send('POST', path, { token, body: [{ id: own }] });
  assert.partialDeepStrictEqual(
    [more.status, more.json],
    [400, { code: 'notification.subscription.too.many.subscriptions' }],
  );
  assert.equal((await http.send('PUT', path, { token, body: [...topics, { id: own }] })).status, 400);
  assert.equal((await http.send('PUT', path, { token, body: topics })).status, 200);
  assert.equal((await http.send('PUT', path, { token, body: [{ id: own }] })).status, 200);
});

test('channels and topics of everybody together are limited', async () => {
  await using under = await NotifyUnderTest.start({ channelLimits: { channelsMax: 2, topicsMax: 3 } });
  const { http } = under;
  const [first, second] = [http.tokens.issue({ userId: agentUser }), http.tokens.issue({ userId: otherUser })];
  const channel = await under.channel(first, own, `${own}.calls`);
  await under.channel(first, own);
  assert.equal((await http.send('POST', `${base}/channels`, { token: second })).status, 503);
  await assert.rejects(under.subscribe(channel, `${own}.emails`), /too\.many/);
  await http.send('DELETE', `${base}/channels/${channel.id}/subscriptions`, { token: first });
  await under.subscribe(channel, own);
});

test('topics can be looked up, with what of them is asked for', async () => {
  await using under = await NotifyUnderTest.start();
  const token = under.http.tokens.issue();
  const ask = async (query: string): Promise<Entities['entities']> =>
    ((await under.http.send('GET', `${base}/availabletopics${query}`, { token })).json as Entities).entities;
  const plain = await ask('');
  assert.equal(plain.length, 24);
  assert.deepEqual(new Set(plain.flatMap((topic) => Object.keys(topic))), new Set(['id']));
  const expanded = await ask('?expand=schema,topicParameters&expand=requiresPermissions');
  const one = expanded.find(({ id }) => id === 'v2.users.{id}.conversations.{id}.recordings.{id}');
  assert.deepEqual(one?.['requiresPermissions'], ['recording:recording:view']);
  assert.deepEqual(one?.['topicParameters'], ['id', 'id', 'id']);
  assert.partialDeepStrictEqual(one?.['schema'], { $id: 'RecordingEventRecording', type: 'object' });
});
