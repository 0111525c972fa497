/** Resuming: durable first, behind guard and fence, and never behind a pause (P5, P6, P11). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Fault, type Instant, limits, type StreamId } from '@tacet/domain';
import { viewOf } from '../../src/control/index.ts';
import { ControlUnderTest } from './control-under-test.ts';

/** What an asked resume came to, to be looked at later. */
function outcomeOf(asked: Promise<unknown>): Promise<string> {
  return asked.then(
    () => 'done',
    (error: unknown) => (error as Fault).code,
  );
}

test('a resume is durable before any gate opens', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId } = started;
  await under.pause(conversationId);
  const steps: string[] = [];
  under.media.onCommand = (command) => void steps.push(command);
  under.faulty.onCommit = ({ audit = [] }) => {
    const actions = audit.map(({ action }) => action).join();
    steps.push(`${actions}, gates open: ${under.gates(started).includes(true)}`);
  };
  await under.resume(conversationId);
  assert.deepEqual(steps, ['resumeGranted, gates open: false', 'open', 'recordingResumed, gates open: true']);
  assert.deepEqual(under.gates(started), [true, true]);
});

test('a resume that cannot be written down opens nothing, and the pause goes on', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId } = started;
  await under.pause(conversationId);
  under.faulty.failWhen(({ audit }) => audit?.[0]?.action === 'resumeGranted');
  await assert.rejects(under.resume(conversationId), { code: 'storageUnavailable' });
  assert.deepEqual(under.gates(started), [false, false]);
  assert.equal(viewOf(under.context, await under.stored(conversationId)).recordingState, 'PAUSED');
  const [span] = await under.spans(conversationId);
  assert.equal(span?.grantedAt, undefined);
  under.faulty.heal();
  assert.equal((await under.resume(conversationId)).state, 'ACTIVE');
});

test('no gate opens before the guard interval has passed since the resume was asked for', async () => {
  await using under = new ControlUnderTest({ guardMs: 250 });
  const started = await under.startCall();
  const { conversationId } = started;
  await under.pause(conversationId);
  under.clock.advance(1_000);
  const askedAt = under.clock.now();
  const asked = under.resume(conversationId);
  await under.quiet();
  await under.clock.pass(249);
  assert.deepEqual(under.gates(started), [false, false]);
  assert.equal(viewOf(under.context, await under.stored(conversationId)).recordingState, 'PAUSED');
  assert.equal((await under.passUntil(asked, 1)).state, 'ACTIVE');
  for (const { streamId } of started.streams) {
    const opened = under.media.scripted.openStretches(streamId).at(-1)?.from ?? (0 as Instant);
    assert.ok(opened >= askedAt + 250);
  }
});

test('a pause overtakes a resume that still waits for its guard', async () => {
  await using under = new ControlUnderTest({ guardMs: 250 });
  const started = await under.startCall();
  const { conversationId } = started;
  const first = await under.pause(conversationId);
  under.clock.advance(1_000);
  const resuming = outcomeOf(under.resume(conversationId));
  await under.quiet();
  await under.clock.pass(100);
  const second = await under.pause(conversationId);
  assert.equal(second.closedAt, first.closedAt, 'it is the same pause');
  assert.equal(await resuming, 'supersededByPause');
  await under.clock.pass(1_000);
  assert.deepEqual(under.gates(started), [false, false]);
  const spans = await under.spans(conversationId);
  assert.deepEqual(
    spans.map(({ grantedAt, openedAt }) => [grantedAt, openedAt]),
    [[undefined, undefined]],
  );
  assert.deepEqual(await under.changes(conversationId), [
    'recordingPaused done',
    'recordingResumed refused',
    'recordingPaused unchanged',
  ]);
});

test('a pause overtakes a resume whose fence is on its way: no gate opens, and the resume is a conflict', async () => {
  await using under = new ControlUnderTest();
  under.media.fenceMs = () => 40;
  const started = await under.startCall();
  const { conversationId } = started;
  const first = await under.pause(conversationId);
  under.clock.advance(1_000);
  const resuming = outcomeOf(under.resume(conversationId));
  await under.quiet();
  await under.clock.pass(20);
  const second = await under.pause(conversationId);
  assert.equal(await resuming, 'supersededByPause');
  assert.deepEqual([second.state, second.closedAt], ['PAUSED', first.closedAt]);
  await under.clock.pass(1_000);
  for (const { streamId } of started.streams) {
    assert.equal(under.media.scripted.openStretches(streamId).length, 1, 'it was open before the pause alone');
  }
  assert.deepEqual(under.alarms, [], 'a conflict is no failure of ours');
  const spans = await under.spans(conversationId);
  assert.deepEqual(
    spans.map(({ grantedAt, openedAt }) => [grantedAt, openedAt]),
    [[undefined, undefined]],
    'what was granted is taken back',
  );
});

test('a pause overtakes a resume of which one gate is open already: the pause goes on in a span of its own', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId, streams } = started;
  const [quick, slow] = streams.map(({ streamId }) => streamId);
  under.media.fenceMs = (id) => (id === slow ? 80 : 20);
  const first = await under.pause(conversationId);
  under.clock.advance(1_000);
  const grantedAt = under.clock.now();
  const resuming = outcomeOf(under.resume(conversationId));
  await under.quiet();
  await under.clock.pass(50);
  assert.deepEqual(under.gates(started), [true, false]);
  const pausedAt = under.clock.now();
  await under.pause(conversationId);
  assert.equal(await resuming, 'supersededByPause');
  assert.deepEqual(under.gates(started), [false, false]);
  const spans = await under.spans(conversationId);
  assert.deepEqual(
    spans.map((span) => [span.closedAt, span.grantedAt, span.openedAt]),
    [
      [first.closedAt, grantedAt, grantedAt + 20],
      [pausedAt, undefined, undefined],
    ],
  );
  const stretches = under.media.scripted.openStretches(quick ?? assert.fail());
  assert.deepEqual(stretches.at(-1), { from: grantedAt + 20, to: pausedAt }, 'the spans leave out what was kept');
  assert.equal((await under.stored(conversationId)).control.causes[0]?.spanId, spans[1]?.id);
});

test('a pause that comes while a resume is being written down keeps every gate shut', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId } = started;
  await under.pause(conversationId);
  let pausing: Promise<unknown> | undefined;
  under.faulty.onCommit = ({ audit = [] }) => {
    if (audit[0]?.action === 'resumeGranted') pausing = under.pause(conversationId);
  };
  assert.equal(await outcomeOf(under.resume(conversationId)), 'supersededByPause');
  await pausing;
  for (const { streamId } of started.streams) {
    assert.equal(under.media.scripted.openStretches(streamId).length, 1);
  }
  assert.equal(viewOf(under.context, await under.stored(conversationId)).recordingState, 'PAUSED');
});

test('a resume whose gates do not all open shuts them again, names those, and the pause goes on', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId, streams } = started;
  await under.pause(conversationId);
  const silent = streams[1]?.streamId ?? assert.fail();
  under.media.scripted.silence(silent);
  under.clock.advance(500);
  await assert.rejects(under.passUntil(under.resume(conversationId)), (error: Fault) => {
    assert.deepEqual([error.code, error.facts['streams']], ['gateUnconfirmed', [silent]]);
    return true;
  });
  assert.deepEqual(under.gates(started), [false, false]);
  assert.equal(under.alarms[0]?.what, 'gateUnconfirmed');
  assert.deepEqual(await under.changes(conversationId), [
    'recordingPaused done',
    'resumeGranted done',
    'recordingResumed failed',
  ]);
  under.media.scripted.revive(silent);
  assert.equal((await under.resume(conversationId)).state, 'ACTIVE');
  assert.deepEqual(under.gates(started), [true, true]);
});

test('after a resume that left a gate unheard a pause asks the gates again and does not say that it is so already', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, streams } = await under.startCall();
  await under.pause(conversationId);
  const silent = streams[1]?.streamId ?? assert.fail();
  under.media.scripted.silence(silent);
  await assert.rejects(under.passUntil(under.resume(conversationId)), { code: 'gateUnconfirmed' });
  await assert.rejects(under.passUntil(under.pause(conversationId)), { code: 'gateUnconfirmed' });
  under.media.scripted.revive(silent);
  assert.equal((await under.pause(conversationId)).state, 'PAUSED');
});

test('a gate that opened before its node fell silent is not said to have been withheld', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId, streams } = started;
  const quick = streams[0]?.streamId ?? assert.fail();
  const first = await under.pause(conversationId);
  under.clock.advance(1_000);
  const grantedAt = under.clock.now();
  // The node opens one gate, waits for the fence of the other, and has not reported when the deadline passes.
  under.media.open = async (streamIds, notBefore) => {
    await under.media.scripted.open([quick], notBefore, 0);
    await new Promise<void>((resolve) => void under.clock.later(limits.gateDeadlineMs, resolve));
    return { confirmed: [], unconfirmed: streamIds };
  };
  await assert.rejects(under.passUntil(under.resume(conversationId)), { code: 'gateUnconfirmed' });
  assert.deepEqual(under.gates(started), [false, false]);
  const kept = under.media.scripted.openStretches(quick).at(-1) ?? assert.fail();
  const spans = await under.spans(conversationId);
  assert.deepEqual(
    spans.map((span) => [span.closedAt, span.openedAt]),
    [
      [first.closedAt, grantedAt],
      [kept.to, undefined],
    ],
  );
});

test('every span ends where the first gate opened, so that no stream claims to be withheld while it is kept', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId, streams } = started;
  const delays = new Map<StreamId, number>(streams.map(({ streamId }, place) => [streamId, 30 + 40 * place]));
  under.media.fenceMs = (id) => delays.get(id) ?? 0;
  await under.pause(conversationId);
  under.clock.advance(1_000);
  const grantedAt = under.clock.now();
  const resuming = under.resume(conversationId);
  await under.quiet();
  await under.passUntil(resuming);
  const [span] = await under.spans(conversationId);
  assert.equal(span?.openedAt, grantedAt + 30);
});

test('a resume of what runs already is the same success, changes nothing and is in the audit log', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId } = started;
  assert.equal((await under.resume(conversationId)).state, 'ACTIVE');
  assert.equal((await under.resume(conversationId)).state, 'ACTIVE');
  assert.deepEqual(under.gates(started), [true, true]);
  assert.deepEqual(await under.changes(conversationId), ['recordingResumed unchanged', 'recordingResumed unchanged']);
});

test('an authorised resume clears a pause that was not confirmed', async () => {
  await using under = new ControlUnderTest();
  const started = await under.startCall();
  const { conversationId, streams } = started;
  const silent = streams[0]?.streamId ?? assert.fail();
  under.media.scripted.silence(silent);
  await assert.rejects(under.passUntil(under.pause(conversationId)), { code: 'gateUnconfirmed' });
  under.media.scripted.revive(silent);
  assert.equal((await under.resume(conversationId)).state, 'ACTIVE');
  assert.deepEqual(under.gates(started), [true, true]);
  assert.equal((await under.stored(conversationId)).control.hasUnconfirmedPause, false);
  assert.deepEqual(await under.spans(conversationId), []);
});

test('a resume waits no longer than the deadline for a gate that keeps silent', async () => {
  await using under = new ControlUnderTest();
  const { conversationId, streams } = await under.startCall();
  await under.pause(conversationId);
  under.media.scripted.silence(streams[0]?.streamId ?? assert.fail());
  const askedAt = under.clock.now();
  await assert.rejects(under.passUntil(under.resume(conversationId), 5), { code: 'gateUnconfirmed' });
  // Once for the opening and once for the shutting that follows.
  assert.ok(under.clock.now() - askedAt <= 2 * limits.gateDeadlineMs + 10);
});
