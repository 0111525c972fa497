/** Whatever clients write, it is read as one of their words or ignored. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzFactor, fuzzInputs } from '@tacet/testkit/fuzz';
import { readFrame, readPosition } from '../../src/notify/client-frame.ts';
import { readTopics } from '../../src/notify/topics.ts';
import { agentUser } from '../http/http-under-test.ts';
import { NotifyUnderTest } from './notify-under-test.ts';

const own = `v2.users.${agentUser}.conversations`;
const corpus = [
  '{"message":"ping"}',
  `{"message":"subscribe","topics":["${own}","${own}.calls"],"correlationId":"one"}`,
  '2026-07-13 10:00:00.123456789 +0200 CEST m=+1.000000001',
  '{"message":"subscribe","topics":[]}',
].map((text) => Buffer.from(text));

test('a frame is read whatever stands around it', () => {
  assert.deepEqual(readFrame(' \n{"message":"ping","more":[1]}'), { kind: 'ping' });
  const subscribe = { kind: 'subscribe', topics: [own], correlationId: 'one' };
  assert.deepEqual(readFrame(`{"correlationId":"one","topics":["${own}"],"message":"subscribe"}`), subscribe);
});

test('a damaged frame is one of the known frames or none', () => {
  for (const input of fuzzInputs(41, corpus, 3_000, 'channel frame')) {
    const frame = readFrame(Buffer.from(input).toString());
    if (frame?.kind !== 'subscribe') continue;
    for (const topic of frame.topics) assert.equal(typeof topic, 'string');
    for (const { name } of frame.topics.flatMap((topic) => readTopics(topic, 512))) assert.ok(name.length <= 512);
  }
});

test('a position is a number, or a number and the name of a topic', () => {
  assert.deepEqual(readPosition('0'), { number: 0 });
  assert.deepEqual(readPosition(`17-${own}`), { number: 17, topic: own });
  for (const text of ['', '-', '1-', '1 ', ' 1', '+1', '1.5', '1e3', '0x1', '9'.repeat(16), `1-${own}?a`, '1-ä']) {
    assert.equal(readPosition(text), undefined, text);
  }
  for (const input of fuzzInputs(43, [Buffer.from(`17-${own}`)], 2_000, 'channel position')) {
    const { number = 0 } = readPosition(Buffer.from(input).toString()) ?? {};
    assert.ok(Number.isSafeInteger(number) && number >= 0);
  }
});

test('a socket outlives every damaged frame, and serves its client afterwards', async () => {
  await using under = await NotifyUnderTest.start({ channelLimits: { framesPerBeatMax: 10_000 * fuzzFactor() } });
  const { http } = under;
  const client = await under.connect(await under.channel(http.tokens.issue({ role: 'supervisor' }), own));
  for (const input of fuzzInputs(47, corpus, 1_000, 'WebSocket')) {
    if (input.length % 5 === 0) client.socket.send(input, { binary: true });
    else client.socket.send(Buffer.from(input).toString());
  }
  client.send({ message: 'ping' });
  const isPong = ({ eventBody }: (typeof client.messages)[number]): boolean => eventBody['message'] === 'pong';
  await client.until(() => client.closedWith !== undefined || client.messages.some(isPong));
  assert.deepEqual([client.closedWith, http.reports], [undefined, []]);
  await http.startCall();
  await client.until(() => client.topicNames.includes(own));
});

test('a text that is no text ends the connection, as the protocol wants it', async () => {
  await using under = await NotifyUnderTest.start();
  const channel = await under.channel(under.http.tokens.issue({ role: 'supervisor' }), own);
  const client = await under.connect(channel);
  client.socket.send(Buffer.from([0xff, 0xfe, 0x7b]), { binary: false });
  await under.quiet();
  const closed = client.untilClosed();
  await under.http.clock.pass(2_000);
  assert.equal(await closed, 1007);
  await under.http.startCall();
  const again = await under.connect(channel);
  await again.untilEvents(1);
});
