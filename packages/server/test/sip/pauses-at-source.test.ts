/** A source that is asked to send nothing during a secure pause: as a favour, never as what the pause rests on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConversationId, defaultTrunk } from '@tacet/domain';
import { parseDescription } from '@tacet/wire/sdp';
import type { SipRequest } from '@tacet/wire/sip';
import { setRecordingState } from '../../src/control/index.ts';
import { stranger } from '../control/control-under-test.ts';
import { someCall } from './sample-calls.ts';
import { type SipUnderTest, sipUnderTest, until } from './sip-under-test.ts';

const trunks = [{ ...defaultTrunk, pausesAtSource: true }];

function directions({ body }: Pick<SipRequest, 'body'>): readonly (string | undefined)[] {
  const read = parseDescription(body);
  assert.ok(read.ok);
  const known = ['recvonly', 'inactive'];
  return read.value.media.map(({ attributes }) => attributes.find(({ name }) => known.includes(name))?.name);
}

async function set(sip: SipUnderTest, state: 'PAUSED' | 'ACTIVE'): Promise<string> {
  const [conversation] = await sip.conversations();
  const answer = await setRecordingState(sip.context, {
    conversationId: conversation?.id ?? ('' as ConversationId),
    state,
    cause: 'securePause',
    right: 'others',
    actor: stranger,
    asked: { clientId: 'sip', name: 'test', from: '', door: 'PUT', requestId: sip.context.ids.next() },
  });
  return answer.state;
}

async function causes(sip: SipUnderTest): Promise<readonly string[]> {
  const [conversation] = await sip.conversations();
  return conversation?.control.causes.map(({ cause }) => cause) ?? [];
}

async function gates(sip: SipUnderTest): Promise<readonly boolean[]> {
  return (await sip.recording()).streams.map(({ id }) => sip.media.isOpen(id));
}

const told = (sip: SipUnderTest): number => sip.lines.filter(({ event }) => event === 'sourceTold').length;

test('in a secure pause the source is asked to send nothing, and after it to send again', async () => {
  await using sip = await sipUnderTest({ trunks });
  const src = sip.client('udp');
  await src.invite(someCall());
  assert.equal(await set(sip, 'PAUSED'), 'PAUSED');
  await until('the source to be asked', () => told(sip) === 1);
  assert.equal(await set(sip, 'ACTIVE'), 'ACTIVE');
  await until('the source to be asked again', () => told(sip) === 2);
  assert.deepEqual(src.offers.map(directions), [
    ['inactive', 'inactive'],
    ['recvonly', 'recvonly'],
  ]);
  assert.deepEqual(await causes(sip), []);
  assert.deepEqual(await gates(sip), [true, true]);
});

test('that a source is inactive because we asked for it is no pause of its own, whatever else it changes meanwhile', async () => {
  await using sip = await sipUnderTest({ trunks });
  const src = sip.client('udp');
  await src.invite(someCall());
  await set(sip, 'PAUSED');
  await until('the source to be asked', () => told(sip) === 1);
  await src.reinvite(someCall({ streams: someCall().streams.map((stream) => ({ ...stream, isInactive: true })) }));
  assert.deepEqual(await causes(sip), ['securePause']);
});

test('a source that fell silent for us is asked to send again, though its latest offer is inactive', async () => {
  await using sip = await sipUnderTest({ trunks });
  const inactive = someCall({ streams: someCall().streams.map((stream) => ({ ...stream, isInactive: true })) });
  const src = sip.client('udp');
  await src.invite(someCall());
  await set(sip, 'PAUSED');
  await until('the source to be asked', () => told(sip) === 1);
  await src.reinvite(inactive);
  src.sendsAgain(someCall());
  await set(sip, 'ACTIVE');
  await until('the source to be asked again', () => told(sip) === 2);
  assert.deepEqual(directions(src.offers.at(-1) ?? { body: new Uint8Array() }), ['recvonly', 'recvonly']);
  assert.deepEqual(await causes(sip), []);
  assert.deepEqual(await gates(sip), [true, true]);
});

test('a pause of the source that was there before we asked for silence outlasts it', async () => {
  await using sip = await sipUnderTest({ trunks });
  const inactive = (preference: 'on' | 'nopreference') =>
    someCall({ streams: someCall().streams.map((s) => ({ ...s, isInactive: true, recordPreference: preference })) });
  const src = sip.client('udp');
  await src.invite(someCall());
  await src.reinvite(inactive('on'));
  await set(sip, 'PAUSED');
  // The first answers anew, so that silence is what we are said to have asked for; the second changes something.
  await src.reinvite(inactive('on'));
  await src.reinvite(inactive('nopreference'));
  assert.deepEqual(new Set(await causes(sip)), new Set(['securePause', 'sourcePause']));
  assert.equal(await set(sip, 'ACTIVE'), 'PAUSED');
  assert.deepEqual(await gates(sip), [false, false]);
});

test('a source that does not send again when it may has paused by itself, until it says otherwise', async () => {
  await using sip = await sipUnderTest({ trunks });
  const src = sip.client('udp');
  const inactive = someCall({ streams: someCall().streams.map((stream) => ({ ...stream, isInactive: true })) });
  await src.invite(someCall());
  await set(sip, 'PAUSED');
  await until('the source to be asked', () => told(sip) === 1);
  await src.reinvite(inactive);
  assert.equal(await set(sip, 'ACTIVE'), 'ACTIVE');
  await until('its answer to count', async () => (await causes(sip)).includes('sourcePause'));
  assert.deepEqual(await gates(sip), [false, false]);
  await src.reinvite(someCall());
  assert.deepEqual(await causes(sip), []);
  assert.deepEqual(await gates(sip), [true, true]);
});

test('a pause is answered and holds though the source refuses to stop sending, or says nothing at all', async () => {
  for (const status of [488, 603]) {
    await using sip = await sipUnderTest({ trunks });
    const src = sip.client('udp', { answerTo: () => status });
    await src.invite(someCall());
    assert.equal(await set(sip, 'PAUSED'), 'PAUSED');
    assert.deepEqual(await gates(sip), [false, false]);
    await until('the refusal', () => sip.lines.some(({ event }) => event === 'sourceNotTold'));
    assert.deepEqual(await causes(sip), ['securePause']);
    // It sends on, and a change of its own is its own word still.
    await src.reinvite(someCall({ streams: someCall().streams.map((stream) => ({ ...stream, isInactive: true })) }));
    assert.deepEqual(new Set(await causes(sip)), new Set(['securePause', 'sourcePause']));
  }
});

test('on a trunk that is not set so, a source is asked for nothing', async () => {
  await using sip = await sipUnderTest();
  const src = sip.client('udp');
  await src.invite(someCall());
  await set(sip, 'PAUSED');
  await src.reinvite(someCall());
  assert.deepEqual(src.offers, []);
});
