/** Clients that take messages slowly, or not at all: they cost no memory, harm nobody, and lose nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConversationId } from '@tacet/domain';
import { agentUser } from '../http/http-under-test.ts';
import { NotifyUnderTest } from './notify-under-test.ts';
import type { SocketClient } from './socket-client.ts';

const own = `v2.users.${agentUser}.conversations`;
/** Far more than the network's own buffers hold between two sockets of one machine. */
const changeCount = 300;
const attributes = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`name ${at}`, 'x'.repeat(1_000)]));

/** Changes of one conversation, each with a body of 40 KB. */
async function manyChanges({ http }: NotifyUnderTest, id: ConversationId, count: number): Promise<void> {
  for (let change = 0; change < count; change += 1) {
    const live = http.control.live.get(id) ?? assert.fail();
    const participants = live.conversation.participants.map((one) => ({
      ...one,
      attributes: { ...attributes, change: `${change}` },
    }));
    live.conversation = { ...live.conversation, participants };
    await http.control.store.commit({ conversations: [live.conversation] });
  }
}

test('a client that takes nothing for too long is cut off, and its channel keeps its place', async () => {
  await using under = await NotifyUnderTest.start({ channelLimits: { bufferedBytesMax: 100_000 } });
  const { http } = under;
  const token = http.tokens.issue({ role: 'supervisor' });
  const [slowChannel, quickChannel] = [await under.channel(token, own), await under.channel(token, own)];
  const quick = await under.connect(quickChannel);
  const slow = await under.connect(slowChannel);
  slow.socket.pause();
  const id = await http.addConversation('call');
  const begin = (await under.outbox()).length;
  await manyChanges(under, id, changeCount);
  await quick.untilEvents(changeCount);
  const waiting = [...under.sockets].map(({ writableLength }) => writableLength);
  assert.ok(Math.max(...waiting) > 100_000, 'more waits for the slow client than it may');
  assert.ok(Math.max(...waiting) < 200_000, 'and no more than that and one message');
  await http.clock.pass(10_000);
  await http.clock.pass(2_000);
  slow.socket.resume();
  assert.equal([1006, 1013].includes(await slow.untilClosed()), true);
  const before = slow.numbers;
  assert.ok(before.length < changeCount, 'it was cut off before it had everything');
  const again = await under.connect(slowChannel, before.at(-1) ?? begin);
  await again.untilEvents(changeCount - before.length);
  assert.deepEqual([...before, ...again.numbers], quick.numbers);
});

test('a client that is slow for a while is read to as fast as it takes it, and is not cut off', async () => {
  await using under = await NotifyUnderTest.start({ channelLimits: { bufferedBytesMax: 100_000 } });
  const { http } = under;
  const client = await under.connect(await under.channel(http.tokens.issue({ role: 'supervisor' }), own));
  const id = await http.addConversation('call');
  const expected: number[] = [];
  for (let round = 0; round < 2; round += 1) {
    client.socket.pause();
    await manyChanges(under, id, changeCount);
    await http.clock.pass(9_000);
    client.socket.resume();
    await client.untilEvents((round + 1) * changeCount);
  }
  for (const { number, kind } of await under.outbox()) if (kind === 'conversationChanged') expected.push(number);
  assert.deepEqual(client.numbers, expected);
  assert.equal(client.closedWith, undefined);
  await takesLiveAgain(under, client, id);
});

async function takesLiveAgain(under: NotifyUnderTest, client: SocketClient, id: ConversationId): Promise<void> {
  const before = client.events.length;
  await manyChanges(under, id, 1);
  await client.untilEvents(before + 1);
}

test('when more happens than can be told at once, everybody reads it from the outbox', async () => {
  await using under = await NotifyUnderTest.start({ channelLimits: { waitingEventsMax: 5, turnEvents: 1 } });
  const { http } = under;
  const client = await under.connect(await under.channel(http.tokens.issue({ role: 'supervisor' }), own));
  await under.quiet();
  const calls = Array.from({ length: 20 }, (_, count) => http.startCall(`call-${count}`));
  await Promise.all(calls);
  await client.untilEvents(20);
  const expected = (await under.outbox()).flatMap(({ kind, number }) => (kind === 'conversationChanged' ? number : []));
  assert.deepEqual(client.numbers, expected);
});
