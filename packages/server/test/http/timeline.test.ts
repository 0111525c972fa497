/** What was not kept of a recording, as the API lists it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, type Instant, type StreamId, type StreamInterval } from '@tacet/domain';
import { takeMediaNews } from '../../src/control/index.ts';
import { HttpUnderTest, otherDivision, type Received, type StartedCall } from './http-under-test.ts';

interface Listed {
  readonly entities: readonly { readonly [member: string]: unknown }[];
  readonly total: number;
  readonly nextUri?: string;
}

function pathOf({ conversationId, recordingId }: Pick<StartedCall, 'conversationId' | 'recordingId'>): string {
  return `/tacet/v1/conversations/${conversationId}/recordings/${recordingId}/timeline`;
}

function read(under: HttpUnderTest, path: string): Promise<Received> {
  return under.send('GET', path, { token: under.tokens.issue({ role: 'quality-evaluator' }) });
}

/** A call of which some of each kind is missing. */
async function damagedCall(under: HttpUnderTest): Promise<StartedCall & { readonly startedAt: Instant }> {
  const startedAt = under.clock.now();
  const call = await under.startCall();
  const [caller, agent] = call.streamIds;
  under.clock.advance(10_000);
  const tell = (streamId: StreamId | undefined, interval: StreamInterval): Promise<void> =>
    takeMediaNews(under.control, {
      kind: 'timelineGrown',
      timeline: { streamId: streamId ?? assert.fail(), intervals: [interval] },
    });
  const between = (from: number, to: number) => ({ from: after(startedAt, from), to: after(startedAt, to) });
  await tell(caller, { kind: 'masked', ...between(4_000, 4_500.25), unitCount: 9 });
  await tell(agent, { kind: 'lost', ...between(2_000, 2_040), unitCount: 2, reason: 'network' });
  await tell(caller, { kind: 'withheld', ...between(6_000, 8_000), unitCount: 100 });
  return { ...call, startedAt };
}

test('what was withheld, masked or lost of a recording is listed with its stream and its count, by its beginning', async () => {
  await using under = await HttpUnderTest.start();
  const call = await damagedCall(under);
  const [caller, agent] = call.streamIds;
  const { status, json } = await read(under, pathOf(call));
  assert.equal(status, 200);
  const { entities, total } = json as Listed;
  assert.equal(total, 3);
  assert.deepEqual(entities, [
    {
      streamId: agent,
      kind: 'lost',
      startTime: '2026-05-28T20:26:42.000Z',
      startInstant: call.startedAt + 2_000,
      endTime: '2026-05-28T20:26:42.040Z',
      endInstant: call.startedAt + 2_040,
      location: 2_000,
      durationMs: 40,
      unitCount: 2,
      reason: 'network',
    },
    {
      streamId: caller,
      kind: 'masked',
      startTime: '2026-05-28T20:26:44.000Z',
      startInstant: call.startedAt + 4_000,
      endTime: '2026-05-28T20:26:44.500Z',
      endInstant: call.startedAt + 4_500.25,
      location: 4_000,
      durationMs: 500,
      unitCount: 9,
    },
    {
      streamId: caller,
      kind: 'withheld',
      startTime: '2026-05-28T20:26:46.000Z',
      startInstant: call.startedAt + 6_000,
      endTime: '2026-05-28T20:26:48.000Z',
      endInstant: call.startedAt + 8_000,
      location: 6_000,
      durationMs: 2_000,
      unitCount: 100,
    },
  ]);
});

test('what is masked is no annotation of a recording: the contract knows pauses, holds and bookmarks', async () => {
  await using under = await HttpUnderTest.start();
  const call = await damagedCall(under);
  await under.endCall(call);
  const { json } = await read(under, `/api/v2/conversations/${call.conversationId}/recordings/${call.recordingId}`);
  assert.deepEqual((json as { readonly annotations: unknown }).annotations, []);
});

test('a timeline comes in pages that lead from one to the next', async () => {
  await using under = await HttpUnderTest.start();
  const call = await damagedCall(under);
  const kinds: unknown[] = [];
  let next: string | undefined = `${pathOf(call)}?pageSize=2`;
  while (next !== undefined) {
    const page: Listed = (await read(under, next)).json as Listed;
    assert.ok(page.entities.length <= 2);
    kinds.push(...page.entities.map(({ kind }) => kind));
    next = page.nextUri;
  }
  assert.deepEqual(kinds, ['lost', 'masked', 'withheld']);
  assert.equal((await read(under, `${pathOf(call)}?pageSize=101`)).status, 400);
});

test('a timeline is shown to those who may view the recording, and of no conversation but its own', async () => {
  await using under = await HttpUnderTest.start();
  const call = await damagedCall(under);
  const other = await under.startCall('call-2@sbc.example.test');
  const pause = under.tokens.issue({ role: 'recorder-integration' });
  const elsewhere = under.tokens.issue({ role: 'quality-evaluator', division: otherDivision });
  for (const token of [pause, elsewhere]) {
    assert.equal((await under.send('GET', pathOf(call), { token })).status, 403);
  }
  assert.equal((await under.send('GET', pathOf(call))).status, 401);
  assert.equal((await read(under, pathOf({ ...call, conversationId: other.conversationId }))).status, 404);
  assert.equal((await read(under, pathOf({ ...call, recordingId: 'x' as never }))).status, 404);
  const { json } = await read(under, pathOf(other));
  assert.deepEqual((json as Listed).entities, []);
});
