/** Clients that come and go under load: nothing is lost, and nothing is doubled for who says where to go on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { builtInRight, type ClientId, instant, type Outbox, type StoredEvent } from '@tacet/domain';
import { settled } from '@tacet/testkit';
import { setRecordingState } from '../../src/control/index.ts';
import { agentUser, type StartedCall } from '../http/http-under-test.ts';
import { nextRun } from './next-run.ts';
import { type MadeChannel, NotifyUnderTest } from './notify-under-test.ts';
import type { Message, SocketClient } from './socket-client.ts';

const own = `v2.users.${agentUser}.conversations`;
const topics = [own, `${own}.calls`, 'v2.tacet.conversations.recordingstate'];

/** What a client has to be told of the outbox: number and topic of each message, in order. */
function expectedOf(events: readonly StoredEvent[]): readonly string[] {
  return events.flatMap(({ kind, number }) => {
    if (kind === 'conversationChanged') return [`${number}-${topics[0]}`, `${number}-${topics[1]}`];
    return kind === 'recordingStateChanged' ? [`${number}-${topics[2]}`] : [];
  });
}

const positionOf = ({ metadata }: Message): string => metadata?.position ?? assert.fail('an event without a position');

const program = { clientId: 'program' as ClientId, name: 'CRM', rights: [builtInRight('admin', '*')] };

/** Pauses and resumes calls, all at once, until it is told to stop. */
async function load({ http }: NotifyUnderTest, calls: readonly StartedCall[], isOver: () => boolean): Promise<void> {
  const work = calls.map(async ({ conversationId }) => {
    for (let round = 0; !isOver(); round += 1) {
      const state = round % 2 === 0 ? 'PAUSED' : 'ACTIVE';
      const wish = { conversationId, state, cause: 'securePause', right: 'others' } as const;
      await setRecordingState(http.control, { ...wish, actor: program, asked: http.asked });
    }
  });
  await Promise.all(work);
}

/** A client that drops its connection a hundred times while things happen, and what it was told altogether. */
async function dropping(
  under: NotifyUnderTest,
  channel: MadeChannel,
  { saysWhere }: { readonly saysWhere: boolean },
): Promise<{ readonly told: readonly string[]; readonly last: SocketClient }> {
  const told: string[] = [];
  let client = await under.connect(channel);
  for (let drop = 0; drop < 100; drop += 1) {
    // Sometimes in the middle of the first event, sometimes after many.
    const enough = 1 + ((drop * 7) % 13);
    await client.until(() => client.events.length >= enough);
    client.drop();
    await client.untilClosed();
    told.push(...client.events.map(positionOf));
    client = await under.connect(channel, saysWhere ? told.at(-1) : undefined);
  }
  return { told, last: client };
}

test('a client that drops and reconnects a hundred times under load misses nothing', { timeout: 120_000 }, async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const calls: StartedCall[] = [];
  for (let count = 0; count < 3; count += 1) calls.push(await http.startCall(`call-${count}`));
  const token = http.tokens.issue({ role: 'supervisor' });
  const channels = { plain: await under.channel(token, ...topics), exact: await under.channel(token, ...topics) };
  const begin = (await under.outbox()).length;
  let isOver = false;
  const work = load(under, calls, () => isOver);
  const [plain, exact] = await Promise.all([
    dropping(under, channels.plain, { saysWhere: false }),
    dropping(under, channels.exact, { saysWhere: true }),
  ]);
  isOver = true;
  await work;
  const expected = expectedOf(await under.outbox(begin));
  const final = expected.at(-1);
  for (const { last } of [plain, exact]) await last.until(() => last.events.map(positionOf).at(-1) === final);
  assert.ok(expected.length > 500, `${expected.length} messages are a load`);
  const exactly = [...exact.told, ...exact.last.events.map(positionOf)];
  assert.deepEqual(exactly, expected, 'a client that says where to go on is told everything once, in order');
  const plainly = [...plain.told, ...plain.last.events.map(positionOf)];
  assert.deepEqual([...new Set(plainly)].toSorted(byNumber), expected, 'a client that says nothing misses nothing');
  assert.ok(plainly.length < expected.length * 3, 'and is not told the whole past again each time');
});

function byNumber(a: string, b: string): number {
  return Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : 1);
}

test('from the outbox to what happens now there is neither a gap nor an overlap', async () => {
  await using under = await NotifyUnderTest.start({ channelLimits: { pageEvents: 2, turnEvents: 1 } });
  const { http } = under;
  const call = await http.startCall();
  const channel = await under.channel(http.tokens.issue({ role: 'supervisor' }), ...topics);
  const begin = (await under.outbox()).length;
  let left = 150;
  const work = load(under, [call], () => {
    left -= 1;
    return left < 0;
  });
  const clients: SocketClient[] = [];
  for (let count = 0; count < 10; count += 1) {
    await under.quiet();
    clients.push(await under.connect(channel, begin));
  }
  await work;
  const expected = expectedOf(await under.outbox(begin));
  const last = clients.at(-1) ?? assert.fail();
  await last.until(() => last.events.map(positionOf).at(-1) === expected.at(-1));
  assert.deepEqual(last.events.map(positionOf), expected);
  for (const client of clients) {
    assert.deepEqual(client.events.map(positionOf), expected.slice(0, client.events.length), 'each from the beginning');
  }
});

test('a client that has read ahead of those who are told at once is not told again', async () => {
  await using under = await NotifyUnderTest.start({ channelLimits: { turnEvents: 1 } });
  const { http } = under;
  const token = http.tokens.issue({ role: 'supervisor' });
  const [first, second] = [await under.channel(token, own), await under.channel(token, own)];
  const listener = await under.connect(first);
  await under.quiet();
  await Promise.all(Array.from({ length: 150 }, (_, count) => http.startCall(`call-${count}`)));
  const late = await under.connect(second);
  await Promise.all([listener.untilEvents(150), late.untilEvents(150)]);
  await under.quiet();
  const expected = (await under.outbox()).flatMap(({ kind, number }) => (kind === 'conversationChanged' ? number : []));
  assert.deepEqual([listener.numbers, late.numbers], [expected, expected]);
});

/** The outbox of a store that takes its time: what it has read may be old news when it is handed over. */
function slowly(outbox: Outbox): Outbox {
  return {
    events: async (after, limit) => {
      const events = await outbox.events(after, limit);
      for (let turn = 0; turn < 5; turn += 1) await settled();
      return events;
    },
    eventRange: () => outbox.eventRange(),
    onEvents: (listener) => outbox.onEvents(listener),
    pruneEvents: (pruning) => outbox.pruneEvents(pruning),
  };
}

test('what happens while the outbox is read is told, and told once', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const call = await http.startCall();
  const channel = await under.channel(http.tokens.issue({ role: 'supervisor' }), ...topics);
  const begin = (await under.outbox()).length;
  await using run = await nextRun(under, slowly(http.outbox));
  let left = 300;
  const work = load(under, [call], () => {
    left -= 1;
    return left < 0;
  });
  const clients: SocketClient[] = [];
  for (let count = 0; count < 10; count += 1) {
    for (let turn = 0; turn < 3; turn += 1) await under.quiet();
    clients.push(await under.connect({ ...channel, connectUri: run.uriOf(channel.id) }, begin));
  }
  await work;
  const expected = expectedOf(await under.outbox(begin));
  const last = clients.at(-1) ?? assert.fail();
  await last.until(() => last.events.map(positionOf).at(-1) === expected.at(-1));
  for (const client of clients) {
    assert.deepEqual(client.events.map(positionOf), expected.slice(0, client.events.length));
  }
});

test('a client that goes on in the middle of an event is told the rest of it', async () => {
  await using under = await NotifyUnderTest.start();
  const channel = await under.channel(under.http.tokens.issue({ role: 'supervisor' }), ...topics);
  await under.http.startCall();
  const whole = await under.connect(channel);
  const all = (await whole.untilEvents(3)).map(positionOf);
  for (const [place, position] of all.entries()) {
    const client = await under.connect(channel, position);
    await under.quiet();
    await client.until(() => client.events.length >= all.length - place - 1);
    assert.deepEqual(client.events.map(positionOf), all.slice(place + 1));
  }
  const byNumberAlone = await under.connect(channel, 1);
  await byNumberAlone.untilEvents(1);
  assert.deepEqual(byNumberAlone.events.map(positionOf), all.slice(2));
});

test('what a client has surely received is not told again when it comes back without a word', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const channel = await under.channel(http.tokens.issue({ role: 'supervisor' }), own);
  const client = await under.connect(channel);
  await http.startCall('call-1');
  await client.untilEvents(1);
  for (let turn = 0; turn < 20; turn += 1) await under.quiet();
  client.drop();
  await client.untilClosed();
  await http.startCall('call-2');
  const again = await under.connect(channel);
  await again.untilEvents(1);
  await under.quiet();
  assert.equal(again.events.length, 1);
  assert.ok((again.numbers[0] ?? 0) > (client.numbers[0] ?? 0));
});

test('a client that is away while things happen is told of them when it comes', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const channel = await under.channel(http.tokens.issue({ role: 'supervisor' }), own);
  for (let count = 0; count < 3; count += 1) await http.startCall(`call-${count}`);
  const client = await under.connect(channel);
  await client.untilEvents(3);
});

test('a past that was forgotten is said to be missing', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const channel = await under.channel(http.tokens.issue({ role: 'supervisor' }), own);
  for (let count = 0; count < 4; count += 1) await http.startCall(`call-${count}`);
  await http.outbox.pruneEvents({ before: instant(0), keep: 4, limit: 100 });
  const [first] = await under.outbox();
  const client = await under.connect(channel);
  await client.untilEvents(1);
  const gap = client.messages[0] ?? assert.fail();
  assert.equal(gap.topicName, 'v2.tacet.channel.gap');
  assert.partialDeepStrictEqual(gap.eventBody, { reason: 'pruned', from: 1, to: (first?.number ?? 0) - 1 });
});

test('a position that is ahead of everything is said to be unknown, and the client goes on with what it surely has', async () => {
  await using under = await NotifyUnderTest.start();
  const { http } = under;
  const channel = await under.channel(http.tokens.issue({ role: 'supervisor' }), own);
  await http.startCall();
  const client = await under.connect(channel, 1_000);
  await client.untilEvents(1);
  assert.partialDeepStrictEqual(client.messages[0]?.eventBody, { reason: 'positionUnknown', from: 1 });
});

test('old events are forgotten after a day, a few at a time, while the newest stays', async () => {
  await using under = await NotifyUnderTest.start({ channelLimits: { pruneEvents: 2 } });
  const { http } = under;
  for (let count = 0; count < 4; count += 1) await http.startCall(`call-${count}`);
  const { last } = await http.outbox.eventRange();
  await http.clock.pass(86_000_000);
  assert.deepEqual(await http.outbox.eventRange(), { first: 1, last });
  await http.clock.pass(460_000);
  assert.deepEqual(await http.outbox.eventRange(), { first: last, last });
});
