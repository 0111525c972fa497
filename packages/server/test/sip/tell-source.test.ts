/** Sources are told what becomes of their recording, one exchange at a time, and nothing rests on it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConversationId } from '@tacet/domain';
import { parseDescription } from '@tacet/wire/sdp';
import type { SipRequest } from '@tacet/wire/sip';
import { setRecordingState } from '../../src/control/index.ts';
import { metadataOf, multipartOf, offerOf } from '../../src/demo/call-body.ts';
import { stranger } from '../control/control-under-test.ts';
import { someCall } from './sample-calls.ts';
import { type SipUnderTest, sipUnderTest, until } from './sip-under-test.ts';

const origin = { address: '127.0.0.1', sessionId: '1', version: 1 };

/** What a description says of each line that it takes: direction and record state. */
function said(body: Uint8Array): readonly string[] {
  const read = parseDescription(body);
  assert.ok(read.ok);
  return read.value.media.map(({ attributes }) => {
    const direction = attributes.find(({ name }) => ['recvonly', 'inactive'].includes(name))?.name;
    return `${direction} ${attributes.find(({ name }) => name === 'record')?.value ?? '-'}`;
  });
}

async function ask(sip: SipUnderTest, state: 'PAUSED' | 'ACTIVE'): Promise<void> {
  const [conversation] = await sip.conversations();
  await setRecordingState(sip.context, {
    conversationId: conversation?.id ?? ('' as ConversationId),
    state,
    cause: 'securePause',
    right: 'others',
    actor: stranger,
    asked: { clientId: 'sip', name: 'test', from: '', door: 'PUT', requestId: sip.context.ids.next() },
  });
}

test('the answer to a source that is aware of recording says what becomes of each stream, and to others nothing', async () => {
  for (const isRecordAware of [true, false]) {
    await using sip = await sipUnderTest();
    const src = sip.client('udp', { isRecordAware });
    const response = await src.inviteWith({ body: multipartOf(offerOf(someCall(), origin), metadataOf(someCall())) });
    const expected = isRecordAware ? 'recvonly on' : 'recvonly -';
    assert.deepEqual(said(response.body), [expected, expected]);
  }
});

for (const transport of ['udp', 'tcp'] as const) {
  test(`a source that is aware of recording is told over ${transport} when a secure pause begins and when it ends`, async () => {
    await using sip = await sipUnderTest();
    const src = sip.client(transport, { isRecordAware: true });
    await src.invite(someCall());
    await ask(sip, 'PAUSED');
    await until('the pause to be told', () => src.offers.length === 1);
    await ask(sip, 'ACTIVE');
    await until('the resume to be told', () => src.offers.length === 2);
    assert.deepEqual(
      src.offers.map(({ method, body }) => [method, ...said(body)]),
      [
        ['UPDATE', 'recvonly paused', 'recvonly paused'],
        ['UPDATE', 'recvonly on', 'recvonly on'],
      ],
    );
    assert.deepEqual(sip.reports, []);
  });
}

test('a source that never asked to be told is left alone', async () => {
  await using sip = await sipUnderTest();
  const src = sip.client('udp');
  await src.invite(someCall());
  await ask(sip, 'PAUSED');
  await ask(sip, 'ACTIVE');
  await src.reinvite(someCall());
  assert.deepEqual(src.offers, []);
});

test('pauses and resumes in quick succession are told at most once a second, and the last of them in the end', async () => {
  await using sip = await sipUnderTest();
  const src = sip.client('udp', { isRecordAware: true });
  await src.invite(someCall());
  for (let turn = 0; turn < 5; turn += 1) {
    await ask(sip, 'PAUSED');
    await ask(sip, 'ACTIVE');
  }
  await ask(sip, 'PAUSED');
  await until(
    'the last state to be told',
    () => said(src.offers.at(-1)?.body ?? new Uint8Array())[0] === 'recvonly paused',
  );
  assert.ok(src.offers.length <= 2, `${src.offers.length} offers`);
});

test('an offer that meets one of the source is refused there with 491, and made again later', async () => {
  await using sip = await sipUnderTest();
  let refusals = 1;
  const answerTo = (): number | undefined => (refusals-- > 0 ? 491 : undefined);
  const src = sip.client('udp', { isRecordAware: true, answerTo });
  await src.invite(someCall());
  await ask(sip, 'PAUSED');
  await until('the second attempt', () => src.offers.length === 2);
  assert.deepEqual(
    src.offers.map(({ body }) => said(body)[0]),
    ['recvonly paused', 'recvonly paused'],
  );
});

test('a source that knows no UPDATE is told by INVITE', async () => {
  await using sip = await sipUnderTest();
  const answerTo = ({ method }: SipRequest): number | undefined => (method === 'UPDATE' ? 405 : undefined);
  const src = sip.client('udp', { isRecordAware: true, answerTo });
  await src.invite(someCall());
  await ask(sip, 'PAUSED');
  await until('the INVITE', () => src.offers.length === 2);
  assert.deepEqual(
    src.offers.map(({ method }) => method),
    ['UPDATE', 'INVITE'],
  );
});

test('a source that refuses to be told is not asked again until something changes, and its recording goes on', async () => {
  await using sip = await sipUnderTest();
  const src = sip.client('udp', { isRecordAware: true, answerTo: () => 488 });
  await src.invite(someCall());
  await ask(sip, 'PAUSED');
  await until('the refusal', () => sip.lines.some(({ event }) => event === 'sourceNotTold'));
  await src.reinvite(someCall());
  assert.equal(src.offers.length, 1);
  assert.equal(sip.server.dialogCount, 1);
});

test('a source that pauses is answered inactive and paused, and not told of what it did itself', async () => {
  await using sip = await sipUnderTest();
  const src = sip.client('udp', { isRecordAware: true });
  await src.invite(someCall());
  const paused = someCall({ streams: someCall().streams.map((stream) => ({ ...stream, isInactive: true })) });
  const response = await src.reinviteWith({ body: multipartOf(offerOf(paused, origin), metadataOf(paused)) });
  assert.deepEqual(said(response.body), ['inactive paused', 'inactive paused']);
  await new Promise((resolve) => setTimeout(resolve, 600));
  assert.deepEqual(src.offers, []);
});
