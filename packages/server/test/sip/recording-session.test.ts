import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDescription } from '@tacet/wire/sdp';
import { headerValue, headerValues } from '@tacet/wire/sip';
import { metadataOf, multipartOf, offerOf } from '../../src/demo/call-body.ts';
import { someCall } from './sample-calls.ts';
import { agentId, sipUnderTest, until } from './sip-under-test.ts';

for (const transport of ['udp', 'tcp'] as const) {
  test(`a call over ${transport} becomes a conversation with its participants, streams and names`, async () => {
    await using sip = await sipUnderTest();
    const src = sip.client(transport);
    await src.invite(someCall({ sipSessionId: 'aa;remote=bb' }));
    const [conversation, ...more] = await sip.conversations();
    assert.deepEqual(more, []);
    assert.deepEqual(
      conversation?.participants.map(({ sourceId, address, name, purpose }) => [sourceId, address, name, purpose]),
      [
        ['cDE=', 'sip:+15550100@carrier.example', 'Caller', 'customer'],
        ['cDI=', 'sip:agent@contact.example', 'Agent', 'agent'],
      ],
    );
    assert.equal(conversation?.participants[1]?.userId, agentId);
    assert.deepEqual(conversation?.externalIds, [
      { name: 'communicationSession', value: 'Y29tbXVuaWNhdGlvbjE=' },
      { name: 'communicationSessionGroup', value: 'Z3JvdXAx' },
      { name: 'sipSessionId', value: 'aa;remote=bb' },
      { name: 'sipCallId', value: src.callId },
    ]);
    const { streams, sourceId } = await sip.recording();
    assert.equal(sourceId, src.callId);
    const ids = new Map(conversation?.participants.map((p) => [p.id, p.sourceId]));
    assert.deepEqual(
      streams.map(({ label, codecs, owners }) => [
        label,
        codecs,
        owners.map(({ participantId }) => ids.get(participantId)),
      ]),
      [
        ['caller', [{ name: 'PCMU', payloadType: 0, clockRate: 8_000 }], ['cDE=']],
        ['agent', [{ name: 'PCMA', payloadType: 8, clockRate: 8_000 }], ['cDI=']],
      ],
    );
    assert.deepEqual(src.streams, [
      { address: '127.0.0.1', port: 20_000 },
      { address: '127.0.0.1', port: 20_002 },
    ]);
  });

  test(`BYE over ${transport} is answered and ends recording and dialog`, async () => {
    await using sip = await sipUnderTest();
    const src = sip.client(transport);
    await src.invite(someCall());
    assert.equal(sip.server.dialogCount, 1);
    await src.bye();
    await until('the end of the recording', async () => (await sip.recording()).endedAt !== undefined);
    assert.equal(sip.server.dialogCount, 0);
    assert.equal((await sip.recording()).fileState, 'AVAILABLE');
    assert.equal(sip.lines.at(-1)?.event, 'recordingSessionEnded');
    assert.deepEqual(sip.reports, []);
  });

  test(`a server that stops says BYE over ${transport} and stores what it recorded`, async () => {
    await using sip = await sipUnderTest();
    const src = sip.client(transport);
    await src.invite(someCall());
    await sip.server.stop();
    assert.equal(await src.ended, 'server');
    assert.notEqual((await sip.recording()).endedAt, undefined);
  });
}

test('the answer takes every stream recvonly on an even port, names us as SRS and says what we can do', async () => {
  await using sip = await sipUnderTest({ host: '0.0.0.0' });
  const src = sip.client('udp');
  const call = someCall();
  const origin = { address: '127.0.0.1', sessionId: '1', version: 1 };
  const response = await src.inviteWith({ body: multipartOf(offerOf(call, origin), metadataOf(call)) });
  assert.equal(response.status, 200);
  assert.equal(headerValue(response, 'Contact'), `<sip:127.0.0.1:${sip.server.address.port}>;+sip.srs`);
  assert.deepEqual(headerValues(response, 'Supported'), ['siprec', 'timer']);
  assert.equal(headerValue(response, 'Session-Expires'), '1800;refresher=uac');
  assert.equal(headerValue(response, 'Require'), 'timer');
  const description = parseDescription(response.body);
  assert.ok(description.ok);
  assert.deepEqual(
    description.value.connections.map(({ address }) => address),
    ['127.0.0.1'],
  );
  for (const { port, attributes } of description.value.media) {
    assert.equal(port % 2, 0);
    assert.ok(attributes.some(({ name }) => name === 'recvonly'));
  }
});

test('a configured public address stands in the answer instead of the one the INVITE came to', async () => {
  await using sip = await sipUnderTest({ publicAddress: '127.0.0.9' });
  const src = sip.client('tcp');
  await src.invite(someCall());
  assert.deepEqual(
    src.streams.map(({ address }) => address),
    ['127.0.0.9', '127.0.0.9'],
  );
});

test('a re-INVITE moves participants and streams, keeps the ports of those that stay and raises the version', async () => {
  await using sip = await sipUnderTest();
  const src = sip.client('udp');
  await src.invite(someCall());
  const [first] = src.streams;
  const after = someCall({
    participants: [
      { id: 'cDE=', address: 'sip:+15550100@carrier.example' },
      { id: 'cDM=', address: 'sip:second@contact.example' },
    ],
    streams: [
      { label: 'caller', from: ['cDE='], port: 40_000 },
      { label: 'agent', from: ['cDM='], port: 0, codec: 'PCMA' },
      { label: 'second', from: ['cDM='], port: 40_004 },
    ],
  });
  await src.reinvite(after);
  assert.deepEqual(
    src.streams.map(({ port }) => port),
    [first?.port, 0, 20_004],
  );
  const [conversation] = await sip.conversations();
  assert.deepEqual(
    conversation?.participants.map((p) => [p.sourceId, p.leftAt === undefined]),
    [
      ['cDE=', true],
      ['cDI=', false],
      ['cDM=', true],
    ],
  );
  const { streams } = await sip.recording();
  assert.deepEqual(
    streams.map((s) => [s.label, s.endedAt === undefined]),
    [
      ['caller', true],
      ['agent', false],
      ['second', true],
    ],
  );
});

test('a re-INVITE that says the same again changes neither recording nor answer', async () => {
  await using sip = await sipUnderTest();
  const src = sip.client('udp');
  const call = someCall();
  const body = multipartOf(offerOf(call, { address: '127.0.0.1', sessionId: '1', version: 1 }), metadataOf(call));
  const response = await src.inviteWith({ body });
  const again = await src.reinviteWith({ body });
  assert.equal(Buffer.from(again.body).toString(), Buffer.from(response.body).toString());
  assert.equal((await sip.recording()).streams.length, 2);
});

test('UPDATE with partial metadata brings a participant in and leaves the others', async () => {
  await using sip = await sipUnderTest();
  const src = sip.client('udp');
  await src.invite(someCall());
  const joining = someCall({ participants: [{ id: 'cDM=', address: 'sip:third@contact.example' }], streams: [] });
  const response = await src.update({ body: metadataOf(joining, 'partial') });
  assert.equal(response.status, 200);
  assert.equal(response.body.length, 0);
  const [conversation] = await sip.conversations();
  assert.deepEqual(
    conversation?.participants.filter((p) => p.leftAt === undefined).map((p) => p.sourceId),
    ['cDE=', 'cDI=', 'cDM='],
  );
});

test('UPDATE with an offer is answered with a description', async () => {
  await using sip = await sipUnderTest();
  const src = sip.client('tcp');
  await src.invite(someCall());
  const [caller] = someCall().streams;
  assert.ok(caller !== undefined);
  const offer = offerOf(someCall({ streams: [caller] }), { address: '127.0.0.1', sessionId: '1', version: 7 });
  const response = await src.update({ body: offer });
  const description = parseDescription(response.body);
  assert.ok(description.ok);
  assert.deepEqual(
    description.value.media.map(({ port }) => port),
    [20_000],
  );
});

test('INFO with metadata is applied, an empty one is a sign of life, anything else is refused with what we read', async () => {
  await using sip = await sipUnderTest();
  const src = sip.client('udp');
  await src.invite(someCall());
  const left = someCall({ participants: [{ id: 'cDE=', address: 'sip:+15550100@carrier.example' }] });
  assert.equal((await src.send('INFO', { body: metadataOf(left) })).status, 200);
  const [conversation] = await sip.conversations();
  assert.deepEqual(
    conversation?.participants.filter((p) => p.leftAt === undefined).map((p) => p.sourceId),
    ['cDE='],
  );
  assert.equal((await src.send('INFO')).status, 200);
  const refused = await src.send('INFO', { body: { type: 'application/dtmf-relay', bytes: Buffer.from('Signal=1') } });
  assert.equal(refused.status, 415);
  assert.ok(headerValues(refused, 'Accept').includes('application/rs-metadata+xml'));
  assert.ok(!JSON.stringify(sip.lines).includes('Signal'));
  const broken = await src.send('INFO', { body: { type: 'application/rs-metadata+xml', bytes: Buffer.from('<a') } });
  assert.equal(broken.status, 400);
});

test('a re-INVITE without a description gets ours as an offer, and the ACK may give up lines of it', async () => {
  await using sip = await sipUnderTest();
  const src = sip.client('udp');
  await src.invite(someCall());
  const [caller, agent] = someCall().streams;
  assert.ok(caller !== undefined && agent !== undefined);
  const fewer = someCall({ streams: [caller, { ...agent, port: 0 }] });
  const answer = offerOf(fewer, { address: '127.0.0.1', sessionId: '1', version: 2 });
  const response = await src.reinviteWith({}, answer);
  assert.equal(response.status, 200);
  assert.deepEqual(
    src.streams.map(({ port }) => port),
    [20_000, 20_002],
  );
  await until('the end of the stream', async () =>
    (await sip.recording()).streams.some((s) => s.label === 'agent' && s.endedAt !== undefined),
  );
  assert.equal((await sip.recording()).streams.find((s) => s.label === 'caller')?.endedAt, undefined);
});

test('an offer that changes while ours is open is refused with 491', async () => {
  await using sip = await sipUnderTest();
  const src = sip.client('udp');
  await src.invite(someCall());
  // The ACK goes out only after the 2xx is back, so this UPDATE is sent in between by sending both at once.
  const reinvite = src.reinviteWith({});
  const update = src.update({ body: metadataOf(someCall()) });
  const statuses = [(await reinvite).status, (await update).status];
  assert.deepEqual(statuses, [200, 491]);
});

test('a call whose metadata cannot be read is recorded all the same, with labels only', async () => {
  await using sip = await sipUnderTest();
  const src = sip.client('udp');
  const call = someCall();
  const offer = offerOf(call, { address: '127.0.0.1', sessionId: '1', version: 1 });
  const metadata = { type: 'application/rs-metadata', bytes: Buffer.from('<recording><participant>4111') };
  const response = await src.inviteWith({ body: multipartOf(offer, metadata) });
  assert.equal(response.status, 200);
  const { streams } = await sip.recording();
  assert.deepEqual(
    streams.map(({ label, owners }) => [label, owners]),
    [
      ['caller', []],
      ['agent', []],
    ],
  );
  assert.deepEqual((await sip.conversations())[0]?.participants, []);
  const told = sip.lines.filter(({ event }) => event === 'metadataUnreadable');
  assert.equal(told.length, 1);
  assert.ok(!JSON.stringify(sip.lines).includes('4111'));
});

test('recording sessions of one communication session are one conversation', async () => {
  await using sip = await sipUnderTest();
  const [one, two] = [sip.client('udp'), sip.client('tcp')];
  await Promise.all([one.invite(someCall()), two.invite(someCall())]);
  assert.equal((await sip.conversations()).length, 1);
  assert.equal(sip.server.dialogCount, 2);
});

test('a stream that is offered inactive is answered inactive and keeps its port', async () => {
  await using sip = await sipUnderTest();
  const src = sip.client('udp');
  await src.invite(someCall());
  const held = someCall({ streams: someCall().streams.map((stream) => ({ ...stream, isInactive: true })) });
  const response = await src.reinviteWith({
    body: multipartOf(offerOf(held, { address: '127.0.0.1', sessionId: '1', version: 2 }), metadataOf(held)),
  });
  const description = parseDescription(response.body);
  assert.ok(description.ok);
  assert.deepEqual(
    description.value.media.map(({ port, attributes }) => [port, attributes.some(({ name }) => name === 'inactive')]),
    [
      [20_000, true],
      [20_002, true],
    ],
  );
});
