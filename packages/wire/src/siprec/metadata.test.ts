import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type ExternalId,
  externalIdsOf,
  type RecordingMetadata,
  readMetadata,
  siprecLimits,
  streamParties,
  writeMetadata,
} from './index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

function read(inner: string): RecordingMetadata {
  const result = readMetadata(bytes(`<recording xmlns="urn:ietf:params:xml:ns:recording:1">${inner}</recording>`));
  assert.ok(result.ok, result.ok ? '' : `${result.fault.code} ${result.fault.detail}`);
  return result.value;
}

function faultOf(text: string): string {
  const result = readMetadata(bytes(text));
  assert.equal(result.ok, false);
  return result.ok ? '' : `${result.fault.code} ${result.fault.detail}`;
}

test('a standard document is read into groups, sessions, participants, streams and associations', () => {
  const metadata = read(
    `<datamode>partial</datamode>
     <group group_id="g"><associate-time>T0</associate-time></group>
     <session session_id="s"><sipSessionID>a;remote=b</sipSessionID><group-ref>g</group-ref>
       <start-time>T1</start-time><stop-time>T2</stop-time></session>
     <participant participant_id="p"><nameID aor="sip:p@example.com"><name xml:lang="en">P</name></nameID></participant>
     <stream stream_id="m" session_id="s"><label>7</label></stream>
     <sessionrecordingassoc session_id="s"><associate-time>T3</associate-time></sessionrecordingassoc>
     <participantsessionassoc participant_id="p" session_id="s"><associate-time>T4</associate-time>
       <disassociate-time>T5</disassociate-time></participantsessionassoc>
     <participantstreamassoc participant_id="p"><send>m</send><recv>n</recv></participantstreamassoc>`,
  );
  assert.deepEqual(metadata, {
    dataMode: 'partial',
    groups: [{ id: 'g', associatedAt: 'T0', disassociatedAt: undefined, externalIds: [] }],
    sessions: [
      { id: 's', groupId: 'g', sipSessionIds: ['a;remote=b'], startedAt: 'T1', stoppedAt: 'T2', externalIds: [] },
    ],
    participants: [{ id: 'p', aor: 'sip:p@example.com', name: 'P', externalIds: [] }],
    streams: [{ id: 'm', label: '7', sessionId: 's' }],
    participantSessions: [{ participantId: 'p', sessionId: 's', associatedAt: 'T4', disassociatedAt: 'T5' }],
    participantStreams: [
      { participantId: 'p', sends: ['m'], receives: ['n'], associatedAt: undefined, disassociatedAt: undefined },
    ],
    sessionRecordings: [{ sessionId: 's', associatedAt: 'T3', disassociatedAt: undefined }],
    externalIds: [],
  });
});

test('the data mode is found whatever its case, and without one the document is complete', () => {
  assert.equal(read('<dataMode>Partial</dataMode>').dataMode, 'partial');
  assert.equal(read('<datamode>complete</datamode>').dataMode, 'complete');
  assert.equal(read('<stream stream_id="m"/>').dataMode, 'complete');
});

test('attributes of an early draft stand in for the standard ones, and associations inside a participant count', () => {
  const metadata = read(
    `<session id="s"/>
     <participant id="p" session="s"><send>m</send><recv>n</recv><associate-time>T</associate-time></participant>
     <stream id="m" session="s"><label>1</label></stream>`,
  );
  assert.equal(metadata.sessions[0]?.id, 's');
  assert.deepEqual(metadata.streams, [{ id: 'm', label: '1', sessionId: 's' }]);
  const times = { associatedAt: 'T', disassociatedAt: undefined };
  assert.deepEqual(metadata.participantSessions, [{ participantId: 'p', sessionId: 's', ...times }]);
  assert.deepEqual(metadata.participantStreams, [{ participantId: 'p', sends: ['m'], receives: ['n'], ...times }]);
});

test('an address without a scheme gets one, and one with a scheme stays as it is', () => {
  const aorOf = (aor: string): string | undefined =>
    read(`<participant participant_id="p"><nameID aor="${aor}"/></participant>`).participants[0]?.aor;
  assert.equal(aorOf('1001@192.0.2.1'), 'sip:1001@192.0.2.1');
  assert.equal(aorOf('SIP:1001@192.0.2.1'), 'SIP:1001@192.0.2.1');
  assert.equal(aorOf('tel:+12025550100'), 'tel:+12025550100');
  assert.equal(aorOf(' '), undefined);
});

test('a participant has all its addresses, and the first of its names, however many name elements there are', () => {
  const { participants } = read(
    `<participant participant_id="p">
       <nameID><name xml:lang="en"> </name></nameID>
       <nameID aor="tel:+12025550100"><name xml:lang="de">Eins</name><name xml:lang="en">One</name></nameID>
       <nameID aor="sip:one@example.com"/><nameID aor="tel:+12025550100"/>
     </participant>`,
  );
  assert.deepEqual(participants, [
    { id: 'p', aor: 'tel:+12025550100', otherAors: ['sip:one@example.com'], name: 'Eins', externalIds: [] },
  ]);
});

test('elements in any order, of any name space, and of names that nobody knows are read or passed over', () => {
  const metadata = read(
    `<participantstreamassoc participant_id="p"><recv>n</recv><x:mood xmlns:x="urn:x">fine</x:mood><send>m</send></participantstreamassoc>
     <stream session_id="s" stream_id="m"><content-type>slides</content-type><label>1</label></stream>
     <x:weather xmlns:x="urn:x"><x:session session_id="not one"/></x:weather>
     <participant participant_id="p"/><session session_id="s"><reason protocol="SIP">x</reason></session><datamode>complete</datamode>`,
  );
  assert.deepEqual([metadata.sessions.map(({ id }) => id), metadata.streams.map(({ label }) => label)], [['s'], ['1']]);
  assert.deepEqual(
    metadata.participantStreams.map(({ sends, receives }) => [sends, receives]),
    [[['m'], ['n']]],
  );
});

test('an entry without an id is left out, and of equal ids the last entry counts', () => {
  const metadata = read(
    '<stream><label>1</label></stream><stream stream_id="m"><label>2</label></stream><stream stream_id="m"><label>3</label></stream>',
  );
  assert.deepEqual(metadata.streams, [{ id: 'm', label: '3', sessionId: undefined }]);
});

test('ids of other systems are found in extension data at any depth, by what they are called', () => {
  const metadata = read(
    `<group group_id="g"><callData><callid>c1</callid><gcid> 7 </gcid></callData></group>
     <session session_id="s"><sipSessionID>s1</sipSessionID>
       <extensiondata><x:ucid xmlns:x="urn:x">u1</x:ucid><deep><Call-ID>c1</Call-ID></deep></extensiondata></session>
     <participant participant_id="p"><ext><GUID>g1</GUID><password>no</password></ext></participant>
     <vendor><callid/></vendor>`,
  );
  const ids = (list: readonly ExternalId[] | undefined): string[] =>
    (list ?? []).map(({ name, value }) => `${name}=${value}`);
  assert.deepEqual(ids(metadata.groups[0]?.externalIds), ['callid=c1', 'gcid=7']);
  assert.deepEqual(ids(metadata.sessions[0]?.externalIds), ['ucid=u1', 'callid=c1']);
  assert.deepEqual(ids(externalIdsOf(metadata)), ['callid=c1', 'gcid=7', 'ucid=u1', 'guid=g1', 'sipSessionID=s1']);
});

test('a document that holds no elements, or is no recording, has a fault of its own', () => {
  assert.equal(faultOf('<recording/>'), 'metadataUnreadable no elements');
  assert.equal(faultOf('<recording_metadata>completeon</recording_metadata>'), 'metadataUnreadable no elements');
  assert.equal(faultOf('<something><session/></something>'), 'metadataUnreadable root element');
  assert.equal(faultOf('<recording>'), 'metadataUnreadable notWellFormed at 1:11');
  assert.match(faultOf('<!DOCTYPE recording><recording/>'), /^metadataUnreadable doctypeForbidden at /);
});

test('as many entries of a kind as the limit are read and one more is refused', () => {
  const streams = (count: number): string =>
    Array.from({ length: count }, (_, at) => `<stream stream_id="${at}"/>`).join('');
  assert.equal(read(streams(siprecLimits.metadataEntriesMax)).streams.length, siprecLimits.metadataEntriesMax);
  assert.equal(
    faultOf(`<recording>${streams(siprecLimits.metadataEntriesMax + 1)}</recording>`),
    'metadataTooLarge entries',
  );
});

test('a list inside one entry is cut at its limit', () => {
  const sends = Array.from({ length: siprecLimits.metadataListMax + 1 }, (_, at) => `<send>${at}</send>`).join('');
  const metadata = read(`<participantstreamassoc participant_id="p">${sends}</participantstreamassoc>`);
  assert.equal(metadata.participantStreams[0]?.sends.length, siprecLimits.metadataListMax);
});

test('the parties of a stream come from associations that have not ended, and never from the order of lists', () => {
  const people = '<participant participant_id="p"/><participant participant_id="q"/>';
  const streams = '<stream stream_id="m"><label>1</label></stream><stream stream_id="n"><label>2</label></stream>';
  const sendersOf = (associations: string): string[][] =>
    streamParties(read(people + streams + associations)).map(({ senders }) => senders.map(({ id }) => id));
  assert.deepEqual(sendersOf(''), [[], []]);
  assert.deepEqual(
    sendersOf(
      `<participantstreamassoc participant_id="q"><send>m</send><recv>n</recv></participantstreamassoc>
       <participantstreamassoc participant_id="p"><send>n</send></participantstreamassoc>
       <participantstreamassoc participant_id="p"><send>m</send><disassociate-time>T</disassociate-time></participantstreamassoc>
       <participantstreamassoc participant_id="nobody"><send>n</send></participantstreamassoc>`,
    ),
    [['q'], ['p']],
  );
});

const word = fc.stringMatching(/^[!-~]([ -~]{0,10}[!-~])?$/);
const maybe = fc.option(word, { nil: undefined });
const plain = <Shape>(model: { [Key in keyof Shape]: fc.Arbitrary<Shape[Key]> }): fc.Arbitrary<Shape> =>
  fc.record(model, { noNullPrototype: true });
const times = { associatedAt: maybe, disassociatedAt: maybe };
const words = fc.uniqueArray(word, { maxLength: 3 });
const externalIds: fc.Arbitrary<ExternalId[]> = fc.uniqueArray(
  plain<ExternalId>({ name: fc.constantFrom('callid', 'gcid', 'ucid', 'guid'), value: word }),
  { maxLength: 3, selector: ({ name, value }) => `${name} ${value}` },
);
const unique = <Entry extends { readonly id: string }>(entry: fc.Arbitrary<Entry>): fc.Arbitrary<Entry[]> =>
  fc.uniqueArray(entry, { maxLength: 4, selector: ({ id }) => id });

const anyMetadata: fc.Arbitrary<RecordingMetadata> = plain<RecordingMetadata>({
  dataMode: fc.constantFrom('complete', 'partial'),
  groups: unique(plain({ id: word, ...times, externalIds })),
  sessions: unique(
    plain({ id: word, groupId: maybe, sipSessionIds: words, startedAt: maybe, stoppedAt: maybe, externalIds }),
  ),
  participants: unique(
    plain({
      id: word,
      aor: fc.option(
        word.map((text) => `sip:${text}`),
        { nil: undefined },
      ),
      name: maybe,
      externalIds,
    }).chain((participant) =>
      // Further addresses come behind a first one.
      fc
        .uniqueArray(
          word.map((text) => `tel:${text}`),
          { maxLength: participant.aor === undefined ? 0 : 2 },
        )
        .map((others) => (others.length === 0 ? participant : { ...participant, otherAors: others })),
    ),
  ),
  streams: unique(plain({ id: word, label: maybe, sessionId: maybe })),
  participantSessions: fc.array(plain({ participantId: word, sessionId: word, ...times }), { maxLength: 3 }),
  participantStreams: fc.array(plain({ participantId: word, sends: words, receives: words, ...times }), {
    maxLength: 3,
  }),
  sessionRecordings: fc.array(plain({ sessionId: word, ...times }), { maxLength: 3 }),
  externalIds,
});

test('whatever metadata is written is read back as the same value', () => {
  fc.assert(
    fc.property(anyMetadata, (value) => {
      assert.deepEqual(readMetadata(bytes(writeMetadata(value))), { ok: true, value });
    }),
    { numRuns: 200 },
  );
});
