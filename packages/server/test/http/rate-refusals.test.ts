/** Refused attempts cannot fill the audit log, and none of them goes unsaid. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type AuditEntry, type ClientId, Fault } from '@tacet/domain';
import { openEdge } from '../../src/http/edge-settings.ts';
import { httpLimits } from '../../src/http/http-limits.ts';
import { RefusalLog } from '../../src/http/rate-refusals.ts';
import { HttpUnderTest } from './http-under-test.ts';

const { refusalsEach, refusedKeysMax } = httpLimits;
const unknownCall = 'calls/9f9b6b3e-0000-4000-8000-000000000000/recordingstate';

async function refusedEntries(under: HttpUnderTest): Promise<readonly AuditEntry[]> {
  return (await under.audit()).filter(({ result }) => result === 'refused');
}

/** How many attempts entries tell of: one each, or as many as they count. */
function attemptsIn(entries: readonly AuditEntry[]): number {
  return entries.reduce((sum, { facts }) => sum + Number(facts['count'] ?? 1), 0);
}

test('refusals that come in a flood are written down as one entry with their count', async () => {
  await using under = await HttpUnderTest.start();
  for (let attempt = 0; attempt < refusalsEach + 25; attempt += 1) {
    await under.clock.pass(100);
    assert.equal((await under.setState(unknownCall, 'PAUSED', 'made-up')).status, 401);
  }
  assert.equal((await refusedEntries(under)).length, refusalsEach, 'the first ones are written down at once');
  await under.clock.pass(60_000);
  const entries = await refusedEntries(under);
  assert.equal(entries.length, refusalsEach + 1);
  assert.equal(attemptsIn(entries), refusalsEach + 25);
  const last = entries.at(-1);
  assert.equal(last?.action, 'recordingPaused');
  assert.partialDeepStrictEqual(last?.facts, { fault: 'tokenInvalid', count: 25 });
  assert.match(String(last?.facts['since']), /^2026-.*Z$/);
  assert.partialDeepStrictEqual(last?.by, { clientId: 'unknown', from: '127.0.0.1' });
});

test('a new minute writes refusals down one by one again', async () => {
  await using under = await HttpUnderTest.start();
  for (let minute = 1; minute <= 3; minute += 1) {
    for (let attempt = 0; attempt < refusalsEach + 1; attempt += 1) await under.setState(unknownCall, 'PAUSED', 'no');
    await under.clock.pass(60_000);
    const entries = await refusedEntries(under);
    assert.equal(entries.length, minute * (refusalsEach + 1));
    assert.equal(attemptsIn(entries), minute * (refusalsEach + 1));
  }
});

test('what was only counted is written down when the app is closed', async () => {
  const under = await HttpUnderTest.start();
  for (let attempt = 0; attempt < refusalsEach + 3; attempt += 1) await under.setState(unknownCall, 'PAUSED', 'no');
  await under.app.close();
  assert.equal(attemptsIn(await refusedEntries(under)), refusalsEach + 3);
  await under[Symbol.asyncDispose]();
});

test('kinds of refusals are told apart, and those of clients that we know stand for themselves', async () => {
  await using under = await HttpUnderTest.start();
  const powerless = under.tokens.issue({ role: 'quality-evaluator', name: 'Powerless' });
  for (let attempt = 0; attempt < refusalsEach + 2; attempt += 1) {
    await under.setState(unknownCall, 'PAUSED', 'made-up');
    await under.send('PUT', `/api/v2/conversations/${unknownCall}`, { body: { recordingState: 'PAUSED' } });
    await under.setState(unknownCall, 'PAUSED', powerless);
  }
  await under.clock.pass(60_000);
  const entries = await refusedEntries(under);
  for (const [fault, entryCount] of [
    ['tokenInvalid', refusalsEach + 1],
    ['tokenMissing', refusalsEach + 1],
    ['permissionMissing', refusalsEach + 2],
  ] as const) {
    const ofKind = entries.filter(({ facts }) => facts['fault'] === fault);
    assert.deepEqual([ofKind.length, attemptsIn(ofKind)], [entryCount, refusalsEach + 2], fault);
  }
});

test('a pause that is refused because there were too many is in the audit log as well', async () => {
  await using under = await HttpUnderTest.start({ ports: { edge: { ...openEdge, pauseRateLimitPerMinute: 1 } } });
  const token = under.tokens.issue({ role: 'admin', name: 'Eager' });
  const { conversationId } = await under.startCall();
  const door = `calls/${conversationId}/recordingstate`;
  assert.equal((await under.setState(door, 'PAUSED', token)).status, 200);
  for (let attempt = 0; attempt < refusalsEach + 5; attempt += 1) {
    assert.equal((await under.setState(door, 'ACTIVE', token)).status, 429);
  }
  await under.clock.pass(60_000);
  const entries = (await refusedEntries(under)).filter(({ facts }) => facts['fault'] === 'rateExceeded');
  assert.deepEqual([entries.length, attemptsIn(entries)], [refusalsEach + 1, refusalsEach + 5]);
  for (const { by } of entries) assert.equal(by.name, 'Eager');
});

test('more addresses than are told apart share one place, and still all attempts are told of', async () => {
  await using under = await HttpUnderTest.start();
  const log = new RefusalLog(under.control);
  const refusal = { action: 'recordingPaused', fault: new Fault('tokenMissing') } as const;
  const addresses = refusedKeysMax * 2;
  for (let address = 0; address < addresses; address += 1) {
    const asked = { ...under.asked, clientId: 'unknown' as ClientId, from: `2001:db8:${address.toString(16)}::1` };
    for (let attempt = 0; attempt < 2; attempt += 1) await log.note(asked.from, asked, refusal);
  }
  await log.close();
  const entries = await refusedEntries(under);
  assert.equal(attemptsIn(entries), addresses * 2);
  assert.equal(entries.length, refusedKeysMax * 2 + refusalsEach + 1);
  assert.equal(entries.at(-1)?.by.from, '', 'the entry of many addresses names none');
});

test('when the count cannot be written down that is reported, and later refusals are written as ever', async () => {
  await using under = await HttpUnderTest.start();
  const log = new RefusalLog(under.control);
  const refusal = { action: 'recordingPaused', fault: new Fault('tokenMissing') } as const;
  for (let attempt = 0; attempt < refusalsEach + 1; attempt += 1) await log.note('a', under.asked, refusal);
  const { store } = under.control;
  const commit = store.commit.bind(store);
  store.commit = () => Promise.reject(new Fault('storageUnavailable'));
  await log.close();
  store.commit = commit;
  assert.deepEqual(
    under.reports.map(({ message }) => message),
    ['storageUnavailable'],
  );
  await log.note('a', under.asked, refusal);
  assert.equal((await refusedEntries(under)).length, refusalsEach + 1);
});
