/** The audit log over HTTP. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { type AuditEntry, auditChainStart, auditText, type Instant } from '@tacet/domain';
import { HttpUnderTest } from './http-under-test.ts';

interface AuditPage {
  readonly entities: readonly (Omit<AuditEntry, 'at'> & { readonly at: string; readonly instant: number })[];
  readonly total: number;
  readonly selfUri: string;
  readonly nextUri?: string;
}

async function read(under: HttpUnderTest, path: string): Promise<AuditPage> {
  const token = under.tokens.issue({ role: 'admin' });
  const { status, json } = await under.send('GET', path, { token });
  assert.equal(status, 200);
  return json as AuditPage;
}

async function eventful(under: HttpUnderTest): Promise<string> {
  const token = under.tokens.issue({ role: 'supervisor', name: 'Billing screen' });
  const { conversationId } = await under.startCall();
  await under.startCall('call-2@sbc.example.test');
  under.clock.advance(1_000.25);
  for (const state of ['PAUSED', 'ACTIVE', 'PAUSED']) {
    await under.setState(`calls/${conversationId}/recordingstate`, state, token);
  }
  return conversationId;
}

test('entries tell who asked for what through which door, with dates that people and programs can read', async () => {
  await using under = await HttpUnderTest.start();
  const conversationId = await eventful(under);
  const { entities } = await read(under, `/tacet/v1/audit?conversationId=${conversationId}`);
  const pause = entities.find(({ action }) => action === 'recordingPaused');
  assert.partialDeepStrictEqual(pause, {
    result: 'done',
    conversationId,
    at: '2026-05-28T20:26:41.000Z',
    instant: 1_780_000_001_000.25,
    by: {
      name: 'Billing screen',
      from: '127.0.0.1',
      door: 'PUT /api/v2/conversations/calls/{conversationId}/recordingstate',
    },
    facts: { closedAt: 1_780_000_001_000.25 },
  });
  assert.ok(entities.every((entry) => entry.conversationId === conversationId));
});

test('a reader can check the chain from what is told alone', async () => {
  await using under = await HttpUnderTest.start();
  await eventful(under);
  const { entities, total } = await read(under, '/tacet/v1/audit?pageSize=1000');
  assert.equal(entities.length, total);
  assert.ok(total >= 8);
  let previous = auditChainStart;
  for (const { at, instant, ...entry } of entities) {
    assert.equal(entry.previousHash, previous);
    const text = auditText({ ...entry, at: instant as Instant });
    assert.equal(createHash('sha256').update(text).digest('hex'), entry.hash);
    assert.equal(new Date(Math.floor(instant)).toISOString(), at);
    previous = entry.hash;
  }
});

test('pages lead from one to the next until there is nothing left', async () => {
  await using under = await HttpUnderTest.start();
  const conversationId = await eventful(under);
  const all = (await read(under, `/tacet/v1/audit?conversationId=${conversationId}`)).entities;
  const numbers: number[] = [];
  let next: string | undefined = `/tacet/v1/audit?conversationId=${conversationId}&pageSize=2`;
  while (next !== undefined) {
    const page: AuditPage = await read(under, next);
    assert.ok(page.entities.length <= 2);
    assert.equal(page.total, all.length);
    assert.match(page.selfUri, new RegExp(conversationId));
    numbers.push(...page.entities.map(({ number }) => number));
    next = page.nextUri;
  }
  assert.deepEqual(
    numbers,
    all.map(({ number }) => number),
  );
});

test('a parameter that cannot be understood is refused by its name', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'admin' });
  for (const [query, parameter] of [
    ['conversationId=call-1', 'conversationId'],
    ['after=-1', 'after'],
    ['pageSize=1001', 'pageSize'],
  ]) {
    const { status, json } = await under.send('GET', `/tacet/v1/audit?${query}`, { token });
    assert.equal(status, 400, query);
    assert.partialDeepStrictEqual(json, {
      code: 'invalid.query.param.value',
      details: [{ fieldName: parameter }],
    });
  }
});
