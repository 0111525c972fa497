/** The state is the conversation's: whatever joins or changes, a pause holds (P3). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConversationId } from '@tacet/domain';
import fc from 'fast-check';
import { startRecordingSession, viewOf } from '../../src/control/index.ts';
import { agent, ControlUnderTest, customer, otherAgent, stream } from './control-under-test.ts';

test('a capture that starts inside a paused conversation starts closed', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  await under.pause(conversationId);
  const joined = await under.startCall({ streams: [stream('1', 'p1'), stream('2', 'p3')] }, 'call-2');
  assert.equal(joined.conversationId, conversationId);
  assert.deepEqual(under.gates(joined), [false, false]);
  assert.deepEqual(
    under.media.requests.map(({ isOpen }) => isOpen),
    [true, true, false, false],
    'it is started closed, not closed after it started',
  );
  for (const { streamId } of joined.streams) assert.deepEqual(under.media.scripted.openStretches(streamId), []);
});

test('a capture that starts in a running conversation starts open', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  await under.pause(conversationId);
  await under.resume(conversationId);
  assert.deepEqual(under.gates(await under.startCall({ streams: [stream('3', 'p1')] }, 'call-2')), [true]);
});

test('a re-INVITE with other participants, other streams and other codecs un-pauses nothing', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, recordingId } = await under.startCall();
  const { closedAt } = await under.pause(conversationId);
  under.clock.advance(400);
  const other = { ...stream('2', 'p3'), codecs: [{ name: 'PCMA', payloadType: 8, clockRate: 8_000 }] };
  const changed = await under.updateCall(recordingId, {
    participants: [customer, otherAgent],
    streams: [stream('1', 'p1'), other, stream('3', 'p3')],
  });
  assert.deepEqual(under.gates(changed), [false, false, false]);
  const stored = await under.stored(conversationId);
  assert.equal(viewOf(under.context, stored).recordingState, 'PAUSED');
  assert.equal(stored.control.causes[0]?.since, closedAt);
  assert.equal((await under.spans(conversationId)).length, 1);
});

test('a re-INVITE that changes nothing leaves captures and gates as they are', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { recordingId, streams } = started;
  const before = under.media.requests.length;
  const again = await under.updateCall(recordingId, {});
  assert.deepEqual(again.streams, streams);
  assert.equal(under.media.requests.length, before);
  assert.deepEqual(under.gates(started), [true, true]);
});

test('a pause reaches both legs of a conversation, and the end of one leg does not end it', async () => {
  await using under = new ControlUnderTest();
  const first = await under.startCall();
  const second = await under.startCall({ participants: [agent, otherAgent], streams: [stream('1', 'p3')] }, 'call-2');
  assert.equal(second.conversationId, first.conversationId);
  await under.pause(first.conversationId);
  assert.deepEqual([...under.gates(first), ...under.gates(second)], [false, false, false]);
  await under.endCall(first.recordingId);
  assert.equal(viewOf(under.context, await under.stored(first.conversationId)).recordingState, 'PAUSED');
  assert.deepEqual(under.gates(second), [false]);
  await under.resume(first.conversationId);
  assert.deepEqual(under.gates(second), [true]);
});

test('a recording session that begins while a pause is under way starts closed or is closed by it', async () => {
  await using under = new ControlUnderTest();
  const first = await under.startCall();
  const [paused, joined] = await under.passUntil(
    Promise.all([
      under.pause(first.conversationId),
      under.startCall({ streams: [stream('3', 'p1'), stream('4', 'p2')] }, 'call-2'),
    ]),
  );
  assert.equal(paused.state, 'PAUSED');
  assert.deepEqual([...under.gates(first), ...under.gates(joined)], [false, false, false, false]);
});

test('a pause that comes while a recording session joins covers its captures too', async () => {
  await using under = new ControlUnderTest();
  const first = await under.startCall();
  const joining = under.startCall({ streams: [stream('3', 'p1'), stream('4', 'p2')] }, 'call-2');
  const { closedAt = assert.fail() } = await under.pause(first.conversationId);
  const joined = await joining;
  assert.deepEqual(under.gates(joined), [false, false]);
  for (const { streamId } of joined.streams) {
    for (const { to } of under.media.scripted.openStretches(streamId)) assert.ok(to !== undefined && to <= closedAt);
  }
});

test('two recording sessions that begin at once with the same key make one conversation', async () => {
  await using under = new ControlUnderTest();
  const [one, two] = await Promise.all([under.startCall(), under.startCall({}, 'call-2')]);
  assert.equal(one.conversationId, two.conversationId);
  assert.notEqual(one.recordingId, two.recordingId);
});

test('recording sessions are joined by any of their keys', async () => {
  await using under = new ControlUnderTest();
  const first = await under.startCall({ conversationKeys: ['communication-1', 'group-1'] });
  await under.pause(first.conversationId);
  const second = await under.startCall({ conversationKeys: ['communication-2', 'group-1'] }, 'call-2');
  const third = await under.startCall({ conversationKeys: ['communication-2'] }, 'call-3');
  assert.deepEqual([second.conversationId, third.conversationId], [first.conversationId, first.conversationId]);
  assert.deepEqual(under.gates(third), [false, false]);
});

test('a key that a recording session learned by an update joins those that come with it later', async () => {
  await using under = new ControlUnderTest();
  const first = await under.startCall({ conversationKeys: ['communication-1'] });
  await under.updateCall(first.recordingId, { conversationKeys: ['communication-1', 'group-9'] });
  await under.pause(first.conversationId);
  const second = await under.startCall({ conversationKeys: ['group-9'] }, 'call-2');
  assert.equal(second.conversationId, first.conversationId);
  assert.deepEqual(under.gates(second), [false, false]);
});

test('a key that belongs to another conversation is not taken from it by an update', async () => {
  await using under = new ControlUnderTest();
  const first = await under.startCall({ conversationKeys: ['one'] });
  const second = await under.startCall({ conversationKeys: ['two'] }, 'call-2');
  await under.pause(first.conversationId);
  await under.updateCall(second.recordingId, { conversationKeys: ['two', 'one'] });
  const third = await under.startCall({ conversationKeys: ['one'] }, 'call-3');
  assert.equal(third.conversationId, first.conversationId);
  assert.deepEqual(under.gates(third), [false, false]);
});

test('recording sessions without keys are conversations of their own, however alike they are', async () => {
  await using under = new ControlUnderTest();
  const first = await under.startCall({ conversationKeys: [] });
  const second = await under.startCall({ conversationKeys: [] }, 'call-2');
  await under.pause(first.conversationId);
  assert.notEqual(first.conversationId, second.conversationId);
  assert.deepEqual(under.gates(second), [true, true]);
});

type Happening = 'join' | 'update' | 'end' | 'transfer';

test('whatever joins, changes and leaves while a conversation is paused, no gate of it is open', async () => {
  const happening = fc.constantFrom<Happening>('join', 'update', 'end', 'transfer');
  await fc.assert(
    fc.asyncProperty(fc.array(happening, { maxLength: 12 }), async (happenings) => {
      await using under = new ControlUnderTest();
      const first = await under.startCall();
      const { conversationId } = first;
      const going = [first.recordingId];
      const { closedAt } = await under.pause(conversationId);
      for (const [place, what] of happenings.entries()) {
        under.clock.advance(10);
        const [oldest] = going;
        if (what === 'join' || oldest === undefined) {
          going.push((await under.startCall({}, `call-${place + 2}`)).recordingId);
        } else if (what === 'update') {
          await under.updateCall(oldest, { streams: [stream('1', 'p1'), stream(`new ${place}`, 'p2')] });
        } else if (what === 'transfer') {
          await under.updateCall(oldest, { participants: [customer, place % 2 === 0 ? otherAgent : agent] });
        } else {
          await under.endCall(oldest);
          going.shift();
        }
        const stored = await under.stored(conversationId);
        assert.equal(viewOf(under.context, stored).recordingState, 'PAUSED');
        for (const { streamId } of under.media.requests) assert.equal(under.isOpen(streamId), false);
      }
      const spans = await under.spans(conversationId);
      assert.deepEqual(
        spans.map((span) => [span.closedAt, span.openedAt]),
        [[closedAt, undefined]],
      );
    }),
    { numRuns: 40 },
  );
});

test('a screen that joins a paused conversation by its id is a medium of it, and starts closed', async () => {
  await using under = new ControlUnderTest();
  const { conversationId } = await under.startCall();
  await under.pause(conversationId);
  const described = {
    conversationKeys: [],
    externalIds: [],
    participants: [agent],
    streams: [{ ...stream('screen', 'p2'), isFed: true as const, needsAnchor: true as const }],
  };
  const asked = under.asked('POST whip');
  const command = { sourceId: 'screen-1', described, mediaType: 'screenshare' as const, conversationId, asked };
  const joined = await startRecordingSession(under.context, command);
  assert.equal(joined.conversationId, conversationId);
  assert.deepEqual(under.gates(joined), [false]);
  const { needsAnchor, isOpen } = under.media.requests.at(-1) ?? assert.fail('nothing was started');
  assert.deepEqual({ needsAnchor, isOpen }, { needsAnchor: true, isOpen: false });
  const { participants } = await under.stored(conversationId);
  const media = participants.find(({ address }) => address === agent.address)?.communications;
  assert.deepEqual(
    media?.map(({ mediaType }) => mediaType),
    ['call', 'screenshare'],
  );
});

test('a recording session that names a conversation which has ended is refused', async () => {
  await using under = new ControlUnderTest();
  const described = { conversationKeys: [], externalIds: [], participants: [], streams: [] };
  const conversationId = '00000000-0000-4000-8000-00000000ffff' as ConversationId;
  const command = { sourceId: 'screen-1', described, conversationId, asked: under.asked('POST whip') };
  await assert.rejects(startRecordingSession(under.context, command), { code: 'conversationUnknown' });
});
