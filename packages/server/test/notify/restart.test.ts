/** Channels outlive the server: a client that comes back after a restart has missed nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ChannelTable } from '../../src/store/index.ts';
import { agentUser } from '../http/http-under-test.ts';
import { nextRun } from './next-run.ts';
import { type MadeChannel, NotifyUnderTest } from './notify-under-test.ts';

const own = `v2.users.${agentUser}.conversations`;

async function listening(under: NotifyUnderTest): Promise<MadeChannel> {
  return under.channel(under.http.tokens.issue({ role: 'supervisor' }), own);
}

test('after an ordered restart a client goes on behind what it has, without a word', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const channel = await listening(under);
  const client = await under.connect(channel);
  await http.startCall('call-1');
  await client.untilEvents(1);
  for (let turn = 0; turn < 20; turn += 1) await under.quiet();
  await http.notifications.stop();
  await client.untilClosed();
  await http.startCall('call-2');
  await using next = await nextRun(under);
  const again = await under.connect({ ...channel, connectUri: next.uriOf(channel.id) });
  await http.startCall('call-3');
  await again.untilEvents(2);
  await under.quiet();
  const numbers = (await under.outbox()).flatMap(({ kind, number }) => (kind === 'conversationChanged' ? number : []));
  assert.deepEqual([...client.numbers, ...again.numbers], numbers);
});

test('after a crash a client is perhaps told things twice, and misses nothing', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const channel = await listening(under);
  const client = await under.connect(channel);
  for (let count = 0; count < 3; count += 1) await http.startCall(`call-${count}`);
  await client.untilEvents(3);
  await using next = await nextRun(under);
  const uri = { ...channel, connectUri: next.uriOf(channel.id) };
  const plain = await under.connect(uri);
  await plain.untilEvents(3);
  assert.deepEqual(plain.numbers, client.numbers);
  const exact = await under.connect(uri, client.events[0]?.metadata?.position);
  await exact.untilEvents(2);
  assert.deepEqual(exact.numbers, client.numbers.slice(1));
});

test('what was received is written down every few seconds, not only at the end', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const channel = await listening(under);
  const client = await under.connect(channel);
  await http.startCall();
  await client.untilEvents(1);
  for (let turn = 0; turn < 20; turn += 1) await under.quiet();
  await http.clock.pass(5_000);
  const [stored] = new ChannelTable(http.db).all();
  assert.equal(stored?.received, client.numbers.at(-1));
});

test('channels whose time was over before the restart are not there after it', async () => {
  await using under = await NotifyUnderTest.start();
  const channel = await listening(under);
  await under.http.notifications.stop();
  under.http.clock.advance(86_400_000);
  await using next = await nextRun(under);
  await assert.rejects(under.connect({ ...channel, connectUri: next.uriOf(channel.id) }), { message: '404' });
});
