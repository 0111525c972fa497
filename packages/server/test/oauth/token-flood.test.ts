/** Guessing secrets over HTTP: slower and slower, and nobody else's problem. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { IdentityUnderTest } from './identity-under-test.ts';

let under: IdentityUnderTest;
let victim: { readonly id: string; readonly secret: string };

beforeEach(async () => {
  under = await IdentityUnderTest.start();
  victim = await under.addClient();
});
afterEach(() => under[Symbol.asyncDispose]());

describe('a flood of wrong secrets', () => {
  it('is turned away for longer and longer', async () => {
    const guess = (): Promise<number> => under.ask(victim.id, 'guess').then(({ status }) => status);
    assert.deepEqual([await guess(), await guess(), await guess(), await guess()], [401, 401, 401, 401]);
    for (const seconds of ['1', '2', '4']) {
      const { status, headers, body } = await under.ask(victim.id, 'guess');
      assert.equal(status, 429);
      assert.equal(headers.get('retry-after'), seconds);
      assert.equal(body['description'], body['error_description']);
      under.clock.advance(Number(seconds) * 1_000);
      assert.equal(await guess(), 401);
    }
    const last = under.events.at(-1);
    assert.deepEqual(last?.facts, { reason: 'authentication failed', turnedAwayCount: 1 });
  });

  it('leaves no trace once the right secret came, and does not stop it for good', async () => {
    for (let count = 0; count < 5; count += 1) await under.ask(victim.id, 'guess');
    assert.equal((await under.ask(victim.id, victim.secret)).status, 429);
    under.clock.advance(1_000);
    assert.equal((await under.ask(victim.id, victim.secret)).status, 200);
    assert.equal((await under.ask(victim.id, 'guess')).status, 401);
  });

  it('A client whose secret was right before is let in whatever others failed meanwhile.', async () => {
    await under.ask(victim.id, victim.secret);
    for (let count = 0; count < 6; count += 1) await under.ask(victim.id, 'guess');
    assert.equal((await under.ask(victim.id, 'guess')).status, 429);
    assert.equal((await under.ask(victim.id, victim.secret)).status, 200);
  });

  it('does not block another client of the same address', async () => {
    const other = await under.addClient();
    await Promise.all(Array.from({ length: 60 }, (_, number) => under.ask(victim.id, `guess ${number}`)));
    assert.equal((await under.ask(victim.id, 'guess')).status, 429);
    assert.equal((await under.ask(other.id, other.secret)).status, 200);
  });

  it('slows an address down that tries many clients', async () => {
    const unknown = (number: number): string => `5d2f9a56-6b1f-4a34-9d2c-1f0a3a3f${String(number).padStart(4, '0')}`;
    const statuses: number[] = [];
    for (let number = 0; number < 23; number += 1) statuses.push((await under.ask(unknown(number), 'guess')).status);
    assert.deepEqual(statuses, [...new Array(21).fill(400), 429, 429]);
  });
});
