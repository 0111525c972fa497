import assert from 'node:assert/strict';
import { test } from 'node:test';
import { applyMetadata, type RecordingMetadata, readMetadata, siprecLimits, streamParties } from './index.ts';

function read(inner: string): RecordingMetadata {
  const result = readMetadata(new TextEncoder().encode(`<recording>${inner}</recording>`));
  assert.ok(result.ok);
  return result.value;
}

function apply(previous: RecordingMetadata | undefined, update: RecordingMetadata): RecordingMetadata {
  const result = applyMetadata(previous, update);
  assert.ok(result.ok);
  return result.value;
}

const call = read(
  `<datamode>complete</datamode><session session_id="s"><start-time>T0</start-time></session>
   <participant participant_id="p"><nameID aor="sip:p@example.com"><name>P</name></nameID></participant>
   <participant participant_id="q"><nameID aor="sip:q@example.com"/></participant>
   <stream stream_id="m" session_id="s"><label>1</label></stream>
   <stream stream_id="n" session_id="s"><label>2</label></stream>
   <participantsessionassoc participant_id="p" session_id="s"><associate-time>T0</associate-time></participantsessionassoc>
   <participantsessionassoc participant_id="q" session_id="s"><associate-time>T0</associate-time></participantsessionassoc>
   <participantstreamassoc participant_id="p"><send>m</send><recv>n</recv></participantstreamassoc>
   <participantstreamassoc participant_id="q"><send>n</send><recv>m</recv></participantstreamassoc>`,
);

const senders = (metadata: RecordingMetadata): (readonly [string | undefined, string[]])[] =>
  streamParties(metadata).map((stream) => [stream.label, stream.senders.map(({ id }) => id)] as const);

test('a complete document replaces everything that was known', () => {
  const update = read('<stream stream_id="x"/>');
  assert.deepEqual(apply(call, update), update);
  assert.deepEqual(apply(undefined, update), update);
});

test('a partial document with nothing before it is all there is, and stays partial', () => {
  const update = read('<datamode>partial</datamode><stream stream_id="x"/>');
  assert.deepEqual(apply(undefined, update), update);
  assert.equal(apply(update, update).dataMode, 'partial');
});

test('a partial document leaves what it does not name, and fields it does not give, as they were', () => {
  const state = apply(
    call,
    read(
      `<datamode>partial</datamode><session session_id="s"><stop-time>T9</stop-time></session>
       <participant participant_id="p"><nameID aor="sip:new@example.com"/></participant>`,
    ),
  );
  assert.equal(state.dataMode, 'complete');
  assert.equal(state.sessions[0]?.startedAt, 'T0');
  assert.equal(state.sessions[0]?.stoppedAt, 'T9');
  assert.equal(state.participants[0]?.aor, 'sip:new@example.com');
  assert.equal(state.participants[0]?.name, 'P');
  assert.equal(state.participants[1]?.aor, 'sip:q@example.com');
  assert.deepEqual(state.streams, call.streams);
  assert.deepEqual(senders(state), senders(call));
});

test('a transfer moves a stream from one participant to another', () => {
  const state = apply(
    call,
    read(
      `<datamode>partial</datamode>
       <participant participant_id="r"><nameID aor="sip:r@example.com"/></participant>
       <participantsessionassoc participant_id="q" session_id="s"><disassociate-time>T5</disassociate-time></participantsessionassoc>
       <participantsessionassoc participant_id="r" session_id="s"><associate-time>T5</associate-time></participantsessionassoc>
       <participantstreamassoc participant_id="q"><send>n</send><disassociate-time>T5</disassociate-time></participantstreamassoc>
       <participantstreamassoc participant_id="r"><send>n</send></participantstreamassoc>`,
    ),
  );
  assert.deepEqual(senders(state), [
    ['1', ['p']],
    ['2', ['r']],
  ]);
  assert.deepEqual(
    state.participantSessions.map(({ participantId, associatedAt, disassociatedAt }) => [
      participantId,
      associatedAt,
      disassociatedAt,
    ]),
    [
      ['p', 'T0', undefined],
      ['q', 'T0', 'T5'],
      ['r', 'T5', undefined],
    ],
  );
});

test('a participant that comes back has a new beginning and no end', () => {
  const gone = apply(
    call,
    read(
      '<datamode>partial</datamode><participantsessionassoc participant_id="p" session_id="s"><disassociate-time>T5</disassociate-time></participantsessionassoc>',
    ),
  );
  const back = apply(
    gone,
    read(
      '<datamode>partial</datamode><participantsessionassoc participant_id="p" session_id="s"><associate-time>T7</associate-time></participantsessionassoc>',
    ),
  );
  assert.deepEqual(back.participantSessions[0], {
    participantId: 'p',
    sessionId: 's',
    associatedAt: 'T7',
    disassociatedAt: undefined,
  });
});

test('an association that lists no streams says that its participant sends none now', () => {
  const state = apply(
    call,
    read('<datamode>partial</datamode><participantstreamassoc participant_id="p"></participantstreamassoc>'),
  );
  assert.deepEqual(senders(state), [
    ['1', []],
    ['2', ['q']],
  ]);
});

test('an update that only ends associations takes those streams out and leaves the others', () => {
  const end = (streams: string): string =>
    `<datamode>partial</datamode><participantstreamassoc participant_id="p">${streams}
     <disassociate-time>T5</disassociate-time></participantstreamassoc>`;
  const now = (state: RecordingMetadata): unknown =>
    state.participantStreams
      .filter(({ participantId, disassociatedAt }) => participantId === 'p' && disassociatedAt === undefined)
      .map(({ sends, receives }) => [sends, receives]);
  assert.deepEqual(now(apply(call, read(end('<recv>n</recv>')))), [[['m'], []]]);
  assert.deepEqual(now(apply(call, read(end('<send>m</send>')))), [[[], ['n']]]);
  assert.deepEqual(now(apply(call, read(end('')))), []);
  const back =
    '<datamode>partial</datamode><participantstreamassoc participant_id="p"><send>m</send></participantstreamassoc>';
  assert.deepEqual(now(apply(apply(call, read(end(''))), read(back))), [[['m'], []]]);
});

test('the same partial document applied twice changes nothing the second time', () => {
  const update = read(
    `<datamode>partial</datamode><participant participant_id="z"><x><guid>1</guid></x></participant><y><callid>2</callid></y>
     <participantstreamassoc participant_id="z"><send>m</send></participantstreamassoc>`,
  );
  const once = apply(call, update);
  assert.deepEqual(apply(once, update), once);
});

test('updates without end cannot make the state grow beyond its limit', () => {
  let state = call;
  for (let count = state.streams.length; count < siprecLimits.metadataEntriesMax; count += 1) {
    state = apply(state, read(`<datamode>partial</datamode><stream stream_id="extra${count}"/>`));
  }
  assert.equal(state.streams.length, siprecLimits.metadataEntriesMax);
  const beyond = applyMetadata(state, read('<datamode>partial</datamode><stream stream_id="one more"/>'));
  assert.deepEqual(beyond, { ok: false, fault: { code: 'metadataTooLarge', detail: 'entries' } });
});
