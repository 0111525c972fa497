/** Every answered operation refuses callers whom it must refuse, as the official client sees it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { givenFor, placesOf } from './given-for.ts';
import { exceptions } from './refusal-exceptions.ts';
import { refusals, refusingDoors } from './refusal-scene.ts';

const refusal = refusals();

refusal(
  'wrong token',
  () => true,
  async ({ statusOf }, door) => assert.equal(await statusOf(door, givenFor(door), 'made-up'), 401),
);

// Whoever takes part may need no permission, so the conversation is one in which the user takes no part.
refusal(
  'no permission',
  ({ access, isForParticipants }) => access.length > 0 || isForParticipants === true,
  async ({ statusOf, knownTo, powerlessToken }, door) =>
    assert.equal(await statusOf(door, givenFor(door, knownTo(door)), powerlessToken), 403),
);

refusal(
  'unknown id',
  (door) => placesOf(door).length > 0,
  async ({ statusOf, adminToken }, door) => assert.equal(await statusOf(door, givenFor(door), adminToken), 404),
);

refusal(
  'no user',
  ({ needsUser }) => needsUser === true,
  async ({ contract }, door) => {
    await assert.rejects(contract.call(door.operation, givenFor(door)), { status: 400, code: 'not.a.user' });
  },
);

test('every exception is about an operation that is answered', () => {
  const answered = new Set(refusingDoors.map(({ operation }) => operation));
  const others = Object.keys(exceptions).filter((name) => !answered.has(name));
  assert.deepEqual(others, []);
});
