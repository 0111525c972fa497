/** INVITEs faster than they can be taken, from one source and from several: each is answered once, and nothing else suffers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { ManualClock } from '@tacet/testkit';
import { headerValue, type SipResponse } from '@tacet/wire/sip';
import { sipEdgeLimits } from '../../src/sip/limits.ts';
import { type Flood, tcpFlood, udpFlood } from './flood.ts';
import { requestBytes, tcpPeer, udpPeer } from './raw-peer.ts';
import { someCall } from './sample-calls.ts';
import { type SipUnderTest, sipUnderTest } from './sip-under-test.ts';

const { invitesAtOnce, invitesPerSecond, retryAfterSeconds } = sipEdgeLimits;

/** More than begin at once, where the machine is fast enough to be asked so many in a second. */
const floodCount = 720;

function countOf(floods: readonly Flood[], count: (flood: Flood) => number): number {
  return floods.reduce((sum, flood) => sum + count(flood), 0);
}

/** Until every INVITE has its answer, and no longer than a transaction of its peer lasts (RFC 3261 §17.1.1.2: 32 s). */
async function allAnswered(floods: readonly Flood[]): Promise<readonly SipResponse[]> {
  const giveUpAt = Date.now() + 32_000;
  const isDone = (): boolean =>
    countOf(floods, ({ answeredCount }) => answeredCount) === countOf(floods, ({ askedCount }) => askedCount);
  while (!isDone() && Date.now() < giveUpAt) await delay(50);
  const outcomes = floods.flatMap((flood) => flood.outcomes);
  // Rule: every INVITE of a flood gets one final answer
  assert.deepEqual(
    outcomes.filter(({ length }) => length !== 1).map((finals) => finals.map(({ status }) => status)),
    [],
    'INVITEs with no final answer, or with two',
  );
  const answers = outcomes.flat();
  for (const response of answers.filter(({ status }) => status !== 200)) {
    assert.equal(response.status, 503);
    assert.equal(headerValue(response, 'Retry-After'), String(retryAfterSeconds));
  }
  return answers;
}

async function allOver(sip: SipUnderTest, floods: readonly Flood[]): Promise<void> {
  for (let turn = 0; turn < 30 && sip.server.dialogCount > 0; turn += 1) {
    for (const flood of floods) flood.bye();
    await delay(500);
  }
  assert.equal(sip.server.dialogCount, 0);
}

test('an INVITE above the rate is answered 503 at once, over however many sources, and later it is taken', async () => {
  const clock = new ManualClock();
  await using sip = await sipUnderTest({ clock, ports: 2 * (invitesAtOnce + invitesPerSecond) });
  await using one = await tcpFlood(sip.server.address);
  await using other = await tcpFlood(sip.server.address);
  const beyond = 100;
  one.invite(invitesAtOnce);
  other.invite(beyond);
  const answers = await allAnswered([one, other]);
  assert.equal(answers.filter(({ status }) => status === 200).length, invitesAtOnce);
  assert.equal(sip.server.counts.refusedBusy, beyond);
  clock.advance(1_000);
  await using later = await tcpFlood(sip.server.address);
  later.invite(beyond);
  assert.ok((await allAnswered([later])).every(({ status }) => status === 200));
  await allOver(sip, [one, other, later]);
  assert.deepEqual(sip.reports, []);
});

for (const [over, floodOf, peerOf] of [
  ['UDP', udpFlood, udpPeer],
  ['TCP', tcpFlood, tcpPeer],
] as const) {
  for (const sourceCount of [1, 6]) {
    test(`every INVITE of a flood gets one final answer: over ${over}, sources: ${sourceCount}`, async () => {
      await using sip = await sipUnderTest({ ports: 4_000 });
      const { address } = sip.server;
      const calm = sip.client('udp');
      await calm.invite(someCall());
      await using stack = new AsyncDisposableStack();
      const peer = stack.use(await peerOf(address));
      const floods = await Promise.all(Array.from({ length: sourceCount }, () => floodOf(address)));
      for (const flood of floods) stack.use(flood).invite(floodCount / sourceCount);
      // Somebody else is heard meanwhile, and a recording session that goes on is changed.
      const via = `Via: SIP/2.0/${over} peer.invalid:5099;branch=z9hG4bKcalm${over}${sourceCount};rport`;
      peer.send(requestBytes({ method: 'OPTIONS', via }));
      await calm.reinvite(someCall());
      const heard = await peer.next('the answer to OPTIONS');
      assert.equal(heard.kind === 'response' && heard.status, 200);
      const answers = await allAnswered(floods);
      const begun = answers.filter(({ status }) => status === 200).length;
      assert.ok(begun >= Math.min(floodCount, invitesAtOnce), `${begun} begun`);
      assert.equal(sip.server.dialogCount, begun + 1);
      await calm.bye();
      await allOver(sip, floods);
      assert.deepEqual(sip.reports, []);
    });
  }
}
