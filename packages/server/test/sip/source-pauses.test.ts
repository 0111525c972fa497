/** Pauses that come from the source, over real sockets: what shuts the gates, when it is answered, and what ends it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDescription, type SessionDescription, writeDescription } from '@tacet/wire/sdp';
import { metadataOf, multipartOf, offerOf, type RecordedCall } from '../../src/demo/call-body.ts';
import { someCall } from './sample-calls.ts';
import { type SipUnderTest, sipUnderTest } from './sip-under-test.ts';

const origin = { address: '127.0.0.1', sessionId: '1', version: 7 };

const streamsWith = (changes: Partial<RecordedCall['streams'][number]>): RecordedCall =>
  someCall({ streams: someCall().streams.map((stream) => ({ ...stream, ...changes })) });

async function gates(sip: SipUnderTest): Promise<readonly boolean[]> {
  const { streams } = await sip.recording();
  return streams.filter(({ endedAt }) => endedAt === undefined).map(({ id }) => sip.media.isOpen(id));
}

async function causes(sip: SipUnderTest): Promise<readonly string[]> {
  const [conversation] = await sip.conversations();
  return conversation?.control.causes.map(({ cause }) => cause) ?? [];
}

/** The offer of a call, changed line by line. */
function offerWith(change: (description: SessionDescription) => SessionDescription): Uint8Array {
  const read = parseDescription(offerOf(someCall(), origin).bytes);
  assert.ok(read.ok);
  return new TextEncoder().encode(writeDescription(change(read.value)));
}

const nowhere = { netType: 'IN', addressType: 'IP4', address: '0.0.0.0' };
const ways: { readonly [way: string]: Uint8Array } = {
  'a=inactive': offerOf(streamsWith({ isInactive: true }), origin).bytes,
  'c=0.0.0.0': offerWith((offer) => ({ ...offer, connections: [nowhere] })),
  'a=recordpref:pause on each line': offerOf(streamsWith({ recordPreference: 'pause' }), origin).bytes,
  'a=recordpref:off for the whole': offerWith((offer) => ({
    ...offer,
    attributes: [{ name: 'recordpref', value: 'off' }],
  })),
  'port 0 on every line': offerOf(streamsWith({ port: 0 }), origin).bytes,
};

for (const [way, bytes] of Object.entries(ways)) {
  test(`a source pauses by ${way}: every gate is shut when it is answered, and open when it sends again`, async () => {
    await using sip = await sipUnderTest();
    const src = sip.client('udp');
    await src.invite(someCall());
    const response = await src.reinviteWith({ body: { type: 'application/sdp', bytes } });
    assert.equal(response.status, 200);
    assert.ok((await gates(sip)).every((isOpen) => !isOpen));
    assert.deepEqual(await causes(sip), ['sourcePause']);
    await src.reinvite(someCall());
    assert.deepEqual(await gates(sip), [true, true]);
    assert.deepEqual(await causes(sip), []);
    const [conversation] = await sip.conversations();
    const [span] = conversation === undefined ? [] : await sip.context.store.spansOf(conversation.id);
    assert.deepEqual([span?.reason, span?.openedAt !== undefined], ['Pause', true]);
  });
}

test('a wish for recording, or none, pauses nothing', async () => {
  await using sip = await sipUnderTest();
  const src = sip.client('tcp');
  await src.invite(streamsWith({ recordPreference: 'on' }));
  assert.deepEqual(await gates(sip), [true, true]);
  await src.reinvite(streamsWith({ recordPreference: 'nopreference' }));
  assert.deepEqual(await gates(sip), [true, true]);
});

test('a source that pauses one stream of several shuts the gate of this one alone', async () => {
  await using sip = await sipUnderTest();
  const src = sip.client('udp');
  await src.invite(someCall());
  const [caller, agent] = someCall().streams;
  if (caller === undefined || agent === undefined) throw new Error('there are two streams');
  await src.reinvite(someCall({ streams: [{ ...caller, isInactive: true }, agent] }));
  assert.deepEqual(await gates(sip), [false, true]);
  assert.deepEqual(await causes(sip), []);
  await src.reinvite(someCall());
  assert.deepEqual(await gates(sip), [true, true]);
});

test('a hold in the metadata is a hold, also where the streams are inactive with it', async () => {
  for (const isInactive of [false, true]) {
    await using sip = await sipUnderTest();
    const src = sip.client('udp');
    await src.invite(someCall());
    await src.reinvite({ ...streamsWith({ isInactive }), onHold: ['cDE=', 'cDI='] });
    assert.deepEqual(await causes(sip), ['sourceHold']);
    assert.deepEqual(await gates(sip), [false, false]);
    await src.reinvite(someCall());
    assert.deepEqual(await causes(sip), []);
    assert.deepEqual(await gates(sip), [true, true]);
  }
});

test('a hold that metadata alone tells of, in an UPDATE, begins and ends like one with an offer', async () => {
  await using sip = await sipUnderTest();
  const src = sip.client('udp');
  await src.invite(someCall());
  const held = metadataOf(someCall({ onHold: ['cDE=', 'cDI='] }), 'partial');
  assert.equal((await src.update({ body: held })).status, 200);
  assert.deepEqual(await causes(sip), ['sourceHold']);
  assert.equal((await src.update({ body: metadataOf(someCall(), 'partial') })).status, 200);
  assert.deepEqual(await gates(sip), [true, true]);
});

test('one participant on hold silences the others only where the policy says so', async () => {
  for (const suppressesOnHold of [false, true]) {
    await using sip = await sipUnderTest({ suppressesOnHold });
    const src = sip.client('udp');
    await src.invite(someCall());
    await src.reinvite(someCall({ onHold: ['cDE='] }));
    assert.deepEqual(await gates(sip), [!suppressesOnHold, !suppressesOnHold]);
  }
});

test('a hold whose streams stay inactive when it is over has become a pause, and nothing opens in between', async () => {
  await using sip = await sipUnderTest();
  const src = sip.client('udp');
  await src.invite(someCall());
  await src.reinvite({ ...streamsWith({ isInactive: true }), onHold: ['cDE=', 'cDI='] });
  await src.reinvite(streamsWith({ isInactive: true }));
  assert.deepEqual(await causes(sip), ['sourcePause']);
  const { streams } = await sip.recording();
  assert.deepEqual(
    streams.map(({ id }) => sip.media.openStretches(id).length),
    [1, 1],
  );
});

test('a pause of the source whose gates do not confirm is refused with 503, and asked again it is answered', async () => {
  await using sip = await sipUnderTest();
  const src = sip.client('udp');
  await src.invite(someCall());
  const [first] = (await sip.recording()).streams;
  if (first === undefined) throw new Error('there is a stream');
  sip.media.silence(first.id);
  const paused = streamsWith({ isInactive: true });
  const body = multipartOf(offerOf(paused, origin), metadataOf(paused));
  assert.equal((await src.reinviteWith({ body })).status, 503);
  sip.media.revive(first.id);
  assert.equal((await src.reinviteWith({ body })).status, 200);
  assert.deepEqual(await gates(sip), [false, false]);
  assert.deepEqual(await causes(sip), ['sourcePause']);
});

test('ids in headers of an INVITE are kept with those of its metadata', async () => {
  await using sip = await sipUnderTest();
  const body = multipartOf(offerOf(someCall(), origin), metadataOf(someCall()));
  const headers = [{ name: 'User-to-User', value: '00FA080019001038F725B3;encoding=hex' }];
  await sip.client('udp').inviteWith({ body, headers });
  const found = await sip.context.store.findConversations({
    externalId: { value: '00025000160955721139' },
    limit: 1,
    offset: 0,
  });
  assert.equal(found.total, 1);
});
