/** The time without use after which tokens of users end. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HttpUnderTest } from './http-under-test.ts';

const path = '/api/v2/tokens/timeout';

test('tokens do not idle out until it is switched on, and everybody may read the timeout', async () => {
  await using under = await HttpUnderTest.start();
  const { status, json } = await under.send('GET', path, { token: under.tokens.issue() });
  assert.equal(status, 200);
  assert.deepEqual(json, { enableIdleTokenTimeout: false });
});

test('the timeout is set, shown, written down and switched off', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'admin' });
  const on = { enableIdleTokenTimeout: true, idleTokenTimeoutSeconds: 900 };
  assert.deepEqual((await under.send('PUT', path, { token, body: on })).json, on);
  assert.deepEqual((await under.send('GET', path, { token })).json, on);
  const off = { enableIdleTokenTimeout: false };
  assert.deepEqual((await under.send('PUT', path, { token, body: { ...on, ...off } })).json, off);
  const entries = (await under.audit()).filter(({ action }) => action === 'idleTimeoutChanged');
  assert.deepEqual(
    entries.map(({ facts }) => facts['minutes']),
    [15, 'off'],
  );
});

test('a timeout of less than 5 minutes, of more than 8 hours, or of parts of a minute is refused', async () => {
  await using under = await HttpUnderTest.start();
  const token = under.tokens.issue({ role: 'admin' });
  for (const seconds of [299, 28_801, 330, undefined, '900']) {
    const body = { enableIdleTokenTimeout: true, idleTokenTimeoutSeconds: seconds };
    assert.equal((await under.send('PUT', path, { token, body })).status, 400, String(seconds));
  }
});

test('only who runs the organisation sets the timeout', async () => {
  await using under = await HttpUnderTest.start();
  const body = { enableIdleTokenTimeout: false };
  const supervisor = under.tokens.issue({ role: 'supervisor' });
  assert.equal((await under.send('PUT', path, { token: supervisor, body })).status, 403);
});
