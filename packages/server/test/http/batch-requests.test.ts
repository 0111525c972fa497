/** Batch requests: many recordings asked for at once. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpUnderTest, otherUser, type Received, type StartedCall } from './http-under-test.ts';

const path = '/api/v2/recording/batchrequests';
const unknown = '11111111-2222-4333-8444-555555555555';

interface Status {
  readonly results: readonly {
    readonly recordingId?: string;
    readonly resultUrl?: string;
    readonly errorMsg?: string;
  }[];
}

async function finishedCall(under: HttpUnderTest, sourceId: string): Promise<StartedCall> {
  const call = await under.startCall(sourceId);
  under.clock.advance(1_000);
  await under.endCall(call);
  return call;
}

function submit(under: HttpUnderTest, token: string, list: readonly object[]): Promise<Received> {
  return under.send('POST', path, { token, body: { batchDownloadRequestList: list } });
}

function idOf({ json }: Received): string {
  return (json as { readonly id: string }).id;
}

test('a batch request is answered with a link for each recording, and an error for each that is not there', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'quality-evaluator' });
  const [one, two] = [await finishedCall(under, 'call-1'), await finishedCall(under, 'call-2')];
  const { conversationId, recordingId } = two;
  const submitted = await submit(under, token, [
    { conversationId: one.conversationId },
    { conversationId, recordingId },
    { conversationId: unknown },
    { conversationId, recordingId: unknown },
  ]);
  assert.equal(submitted.status, 200);
  const { status, json } = await under.send('GET', `${path}/${idOf(submitted)}`, { token });
  assert.equal(status, 200);
  assert.partialDeepStrictEqual(json, {
    jobId: idOf(submitted),
    status: 'Completed',
    expectedResultCount: 4,
    resultCount: 4,
    errorCount: 2,
  });
  const { results } = json as Status;
  assert.deepEqual(
    results.map((result) => result.recordingId),
    [one.recordingId, recordingId, undefined, unknown],
  );
  for (const { resultUrl } of results.slice(0, 2)) {
    assert.equal((await under.send('GET', resultUrl ?? '')).headers.get('content-type'), 'audio/wav');
  }
  for (const { resultUrl, errorMsg } of results.slice(2)) {
    assert.equal(resultUrl, undefined);
    assert.ok(errorMsg);
  }
  const opened = (await under.audit(one.conversationId)).filter(({ action }) => action === 'playbackOpened');
  assert.equal(opened.length, 1);
});

test('a batch request is answered to the one who made it', async () => {
  await using under = await HttpUnderTest.start();
  const mine = under.tokens.issue({ role: 'quality-evaluator' });
  const others = under.tokens.issue({ role: 'admin', userId: otherUser });
  const id = idOf(
    await submit(under, mine, [{ conversationId: (await finishedCall(under, 'call-1')).conversationId }]),
  );
  assert.partialDeepStrictEqual((await under.send('GET', `${path}/${id}`, { token: others })).json, {
    status: 403,
    code: 'batch.download.permission.denied',
  });
  for (const missing of [unknown, 'nothing']) {
    assert.partialDeepStrictEqual((await under.send('GET', `${path}/${missing}`, { token: mine })).json, {
      status: 404,
      code: 'batch.download.job.not.found',
    });
  }
});

test('a recording that goes on has no media in a batch yet, and has it once it is over', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'quality-evaluator' });
  const call = await under.startCall();
  const id = idOf(await submit(under, token, [{ conversationId: call.conversationId }]));
  assert.partialDeepStrictEqual((await under.send('GET', `${path}/${id}`, { token })).json, { errorCount: 1 });
  under.clock.advance(1_000);
  await under.endCall(call);
  assert.partialDeepStrictEqual((await under.send('GET', `${path}/${id}`, { token })).json, { errorCount: 0 });
});

test('up to 100 recordings can be asked for at once, and no more', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'quality-evaluator' });
  const list = (count: number): readonly object[] => Array.from({ length: count }, () => ({ conversationId: unknown }));
  assert.equal((await submit(under, token, list(100))).status, 200);
  assert.partialDeepStrictEqual((await submit(under, token, list(101))).json, {
    status: 400,
    code: 'batch.download.too.many.items',
  });
  for (const wrong of [[], [{}], [{ conversationId: 'nothing' }]]) {
    assert.equal((await submit(under, token, wrong)).status, 400, JSON.stringify(wrong));
  }
  assert.equal((await submit(under, under.tokens.issue({ role: 'agent' }), list(1))).status, 403);
});
