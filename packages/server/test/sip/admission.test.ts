import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ManualClock } from '@tacet/testkit';
import { headerValue } from '@tacet/wire/sip';
import { admissionLimits, busyBecause, type NodeLoad, startAdmission } from '../../src/admission.ts';
import { metadataOf, multipartOf, offerOf } from '../../src/demo/call-body.ts';
import { InviteRate } from '../../src/sip/invite-rate.ts';
import { sipEdgeLimits } from '../../src/sip/limits.ts';
import { someCall } from './sample-calls.ts';
import { sipUnderTest } from './sip-under-test.ts';

const origin = { address: '127.0.0.1', sessionId: '1', version: 1 };
const { loopDelayMsMax, spoolBacklogBytesMax, diskFreeBytesMin } = admissionLimits;
const calm = { loopDelayMs: loopDelayMsMax, spoolBacklogBytes: spoolBacklogBytesMax };
const easy: NodeLoad = { freePortCount: 1, workers: [calm, calm], diskFreeBytes: diskFreeBytesMin };

test('a recording session is refused at the door before quality suffers', () => {
  const late = { ...calm, loopDelayMs: loopDelayMsMax + 1 };
  const behind = { ...calm, spoolBacklogBytes: spoolBacklogBytesMax + 1 };
  assert.equal(busyBecause(easy), undefined);
  assert.equal(busyBecause({ ...easy, freePortCount: 0 }), 'ports');
  assert.equal(busyBecause({ ...easy, diskFreeBytes: diskFreeBytesMin - 1 }), 'disk');
  assert.equal(busyBecause({ ...easy, diskFreeBytes: undefined }), undefined);
  assert.equal(busyBecause({ ...easy, workers: [calm, behind] }), 'spool');
  assert.equal(busyBecause({ ...easy, workers: [late, calm] }), undefined);
  assert.equal(busyBecause({ ...easy, workers: [late, late] }), 'workers');
  assert.equal(busyBecause({ ...easy, workers: [] }), undefined);
});

test('a full disk is seen before it is full, and a disk that cannot be asked refuses nobody by that', async () => {
  const load = (): Omit<NodeLoad, 'diskFreeBytes'> => ({ freePortCount: 1, workers: [] });
  const clock = new ManualClock();
  let disk: () => Promise<number> = async () => diskFreeBytesMin - 1;
  const { ask, stop } = startAdmission({ clock, load, diskFreeBytes: () => disk() });
  const lookedAgain = async (): Promise<string | undefined> => {
    clock.advance(admissionLimits.diskCheckMs);
    await delay(1);
    return ask();
  };
  assert.equal(ask(), undefined, 'nobody has looked yet');
  await delay(1);
  assert.equal(ask(), 'disk');
  await using sip = await sipUnderTest({ admission: ask });
  const body = multipartOf(offerOf(someCall(), origin), metadataOf(someCall()));
  const refused = await sip.client('udp').inviteWith({ body });
  assert.deepEqual(
    [refused.status, headerValue(refused, 'Retry-After')],
    [503, String(sipEdgeLimits.retryAfterSeconds)],
  );
  disk = async () => diskFreeBytesMin;
  assert.equal(await lookedAgain(), undefined);
  disk = async () => 0;
  assert.equal(await lookedAgain(), 'disk');
  disk = () => Promise.reject(new Error('gone'));
  assert.equal(await lookedAgain(), undefined);
  // A look that is under way when it stops is the last.
  clock.advance(admissionLimits.diskCheckMs);
  stop();
  await delay(1);
  assert.equal(clock.nextTimerAt, undefined);
});

test('an INVITE above the load is answered 503 with a time to try again, told of once, and those that go on are not touched', async () => {
  let because: string | undefined;
  await using sip = await sipUnderTest({ admission: () => because });
  const src = sip.client('udp');
  await src.invite(someCall());
  because = 'spool';
  for (let turn = 0; turn < 3; turn += 1) {
    const body = multipartOf(offerOf(someCall(), origin), metadataOf(someCall()));
    const response = await sip.client('udp').inviteWith({ body });
    assert.equal(response.status, 503);
    assert.equal(headerValue(response, 'Retry-After'), String(sipEdgeLimits.retryAfterSeconds));
  }
  await src.reinvite(someCall());
  assert.equal(sip.server.counts.refusedBusy, 3);
  const told = sip.alarms.filter(({ what }) => what === 'overloaded');
  assert.deepEqual(
    told.map(({ facts }) => facts['because']),
    ['spool'],
  );
  because = undefined;
  await sip.client('udp').invite(someCall());
  assert.equal((await sip.conversations()).length, 1);
});

test('more recording sessions in a second than a node is made for wait at the peer, and as many as it is made for begin', () => {
  const clock = new ManualClock();
  const rate = new InviteRate(clock, { perSecond: 10, burst: 20 });
  const taken = (asked: number): number => Array.from({ length: asked }, () => rate.take()).filter(Boolean).length;
  assert.deepEqual([taken(25), taken(5)], [20, 0]);
  clock.advance(500);
  assert.equal(taken(10), 5);
  clock.advance(60_000);
  assert.equal(taken(100), 20);
});
