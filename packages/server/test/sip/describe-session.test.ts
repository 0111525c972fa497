import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseDescription } from '@tacet/wire/sdp';
import { readMetadata, readRecordingBody } from '@tacet/wire/siprec';
import fc from 'fast-check';
import { type DescribedOffer, describeSession } from '../../src/sip/describe-session.ts';
import { streamLabels } from '../../src/sip/stream-labels.ts';
import { boundaryOf } from './vendor-body.ts';

const corpus = new URL('../../../wire/src/siprec/corpus/', import.meta.url);

function describe(file: string): DescribedOffer {
  const bytes = readFileSync(new URL(file, corpus));
  const body = readRecordingBody(`multipart/mixed;boundary="${boundaryOf(bytes)}"`, bytes);
  assert.ok(body.ok);
  const description = parseDescription(body.value.description ?? new Uint8Array());
  assert.ok(description.ok);
  const metadata = body.value.metadata === undefined ? undefined : readMetadata(body.value.metadata);
  return describeSession(description.value, { metadata: metadata?.ok ? metadata.value : undefined });
}

function describeText(lines: readonly string[], metadata: string): DescribedOffer {
  const description = parseDescription(Buffer.from(['v=0', 's=-', 't=0 0', ...lines].join('\r\n')));
  const read = readMetadata(Buffer.from(`<recording>${metadata}</recording>`));
  assert.ok(description.ok && read.ok);
  return describeSession(description.value, { metadata: read.value });
}

const audio = (label?: string): readonly string[] => [
  'm=audio 4000 RTP/AVP 0',
  ...(label === undefined ? [] : [`a=label:${label}`]),
];

function ownersOf({ described }: DescribedOffer): readonly (readonly string[])[] {
  return described.streams.map(({ owners }) => owners);
}

test('keys are exactly the values that stand in the external ids of communication sessions and groups', () => {
  const { described } = describe('prefixed-names.txt');
  const named = described.externalIds.filter(({ name }) => name.startsWith('communicationSession'));
  assert.ok(named.length >= 2);
  assert.deepEqual(
    described.conversationKeys,
    named.map(({ value }) => value),
  );
  assert.ok(described.externalIds.some(({ name }) => name === 'communicationSessionGroup'));
});

test('names of other systems are kept beside the keys', () => {
  const { described } = describe('prefixed-names.txt');
  const names = new Map(described.externalIds.map(({ name, value }) => [name, value]));
  assert.equal(names.get('gcid'), '424242');
  assert.equal(names.get('callid'), '11111111-2222-3333-4444-555555555555');
  const [sessionId] = describe('cut-signalling-part.txt').described.externalIds.filter(
    ({ name }) => name === 'sipSessionId',
  );
  assert.equal(sessionId?.value, '0123456789abcdef0123456789abcdef;remote=fedcba9876543210fedcba9876543210');
});

test('the owner of a stream is who the metadata says sends it, whatever the order of the lists', () => {
  const { described } = describe('prefixed-names.txt');
  const addresses = new Map(described.participants.map(({ sourceId, address }) => [sourceId, address]));
  assert.deepEqual(
    described.streams.map(({ label, owners }) => [label, owners.map((id) => addresses.get(id))]),
    [
      ['1', ['sip:7002@192.0.2.73']],
      ['2', ['sip:7001@192.0.2.72']],
    ],
  );
});

test('a client that leaves all associations out gets one stream per participant, in order', () => {
  assert.deepEqual(ownersOf(describe('no-associations.txt')), [['Mg=='], ['Mw==']]);
});

test('a lone stream without associations carries everyone', () => {
  const two = '<participant participant_id="a"/><participant participant_id="b"/>';
  assert.deepEqual(ownersOf(describeText(audio('1'), two)), [['a', 'b']]);
});

test('with more participants than streams and no associations nobody is named', () => {
  const three = ['a', 'b', 'c'].map((id) => `<participant participant_id="${id}"/>`).join('');
  assert.deepEqual(ownersOf(describeText([...audio('1'), ...audio('2')], three)), [[], []]);
});

test('lines that cannot be recorded do not count when streams are given to participants in order', () => {
  const two = '<participant participant_id="a"/><participant participant_id="b"/>';
  const lines = [...audio('1'), 'm=video 5000 RTP/AVP 96', ...audio('2')];
  const found = describeText(lines, two);
  assert.deepEqual(ownersOf(found), [['a'], ['b']]);
  assert.deepEqual(found.labels, ['1', '#2', '2']);
});

test('streams without labels are tied to media lines by place where their counts agree', () => {
  const metadata = [
    '<participant participant_id="a"/><participant participant_id="b"/>',
    '<stream stream_id="s1"/><stream stream_id="s2"/>',
    '<participantstreamassoc participant_id="a"><send>s2</send></participantstreamassoc>',
    '<participantstreamassoc participant_id="b"><send>s1</send></participantstreamassoc>',
  ].join('');
  assert.deepEqual(ownersOf(describeText([...audio(), ...audio()], metadata)), [['b'], ['a']]);
});

test('a participant whose associations have all ended is not described and owns nothing', () => {
  const metadata = [
    '<session session_id="cs"/><participant participant_id="a"/><participant participant_id="b"/>',
    '<stream stream_id="s1"><label>1</label></stream>',
    '<participantsessionassoc participant_id="a" session_id="cs"/>',
    '<participantsessionassoc participant_id="b" session_id="cs"><disassociate-time>2026-01-01T00:00:00Z',
    '</disassociate-time></participantsessionassoc>',
    '<participantstreamassoc participant_id="b"><send>s1</send></participantstreamassoc>',
  ].join('');
  const found = describeText(audio('1'), metadata);
  assert.deepEqual(
    found.described.participants.map(({ sourceId }) => sourceId),
    ['a'],
  );
  assert.deepEqual(ownersOf(found), [[]]);
});

test('participants without an address are told apart', () => {
  const two = '<participant participant_id="a"/><participant participant_id="b"/>';
  const { participants } = describeText(audio('1'), two).described;
  assert.deepEqual(
    participants.map(({ address }) => address),
    ['a', 'b'],
  );
});

test('telephone events belong to their stream', () => {
  const lines = ['m=audio 4000 RTP/AVP 8 101', 'a=rtpmap:101 telephone-event/8000'];
  const [stream] = describeText(lines, '<participant participant_id="a"/>').described.streams;
  assert.deepEqual(stream?.payloadTypes, [8, 101]);
  assert.deepEqual(stream?.codecs, [{ name: 'PCMA', payloadType: 8, clockRate: 8_000 }]);
});

test('labels are unique, keep what the offer says first, and are the same for the same offer', () => {
  const label = fc.option(fc.constantFrom('1', '2', '#1', '#2', '##2', 'a'), { nil: undefined });
  fc.assert(
    fc.property(fc.array(label, { maxLength: 8 }), (given) => {
      const lines = given.map((each, index) => ({
        index,
        label: each,
        isSending: true,
        isInactive: false,
        isAcceptable: false as const,
        reason: 'disabled' as const,
      }));
      const labels = streamLabels(lines);
      assert.equal(new Set(labels).size, given.length);
      for (const [place, each] of given.entries()) {
        if (each !== undefined && given.indexOf(each) === place) assert.equal(labels[place], each);
      }
      assert.deepEqual(streamLabels(lines), labels);
    }),
  );
});
