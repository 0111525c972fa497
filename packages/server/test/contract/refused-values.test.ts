/** Every answered operation refuses bodies and parameters that its door does not take, as the official client sees it. */
import assert from 'node:assert/strict';
import type { GuardedDoor } from '../../src/http/door.ts';
import type { Parameter } from '../../src/http/query.ts';
import { membersOf } from './client-declarations.ts';
import { factOf, givenFor, placesOf } from './given-for.ts';
import { versionOf } from './official-client.ts';
import { type RefusalScene, refusals } from './refusal-scene.ts';
import { wrongBodies } from './sample-body.ts';

const refusal = refusals();

refusal(
  'wrong body',
  ({ body }) => body !== undefined,
  async ({ statusOf, knownTo, adminToken }, door) => {
    const given = givenFor(door, knownTo(door));
    for (const body of door.body === undefined ? [] : wrongBodies(door.body)) {
      assert.equal(await statusOf(door, { ...given, body }, adminToken), 400, JSON.stringify(body));
    }
  },
);

const wrongValue = 'no such value';

/** The client sends only the parameters that it knows; ours are sent without it. */
async function statusWith(
  { contract, statusOf, knownTo, adminToken }: RefusalScene,
  door: GuardedDoor,
  { name }: Parameter,
): Promise<number> {
  const given = givenFor(door, knownTo(door));
  const inOptions = membersOf(`${door.operation}Options`, versionOf(factOf(door))) ?? [];
  const clients = [...inOptions.map((member) => member.name), ...Object.keys(given.options ?? {})];
  if (clients.includes(name)) {
    return statusOf(door, { ...given, options: { ...given.options, [name]: wrongValue } }, adminToken);
  }
  const path = door.path.replace(/\{(\w+)\}/g, (_, place: string) => given.path?.[place] ?? '');
  const response = await fetch(`${contract.url}${path}?${new URLSearchParams({ [name]: wrongValue })}`, {
    method: door.method,
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    ...(given.body === undefined ? {} : { body: JSON.stringify(given.body) }),
  });
  await response.arrayBuffer();
  return response.status;
}

/** Texts have no wrong values; that they are too long is said where they are read. */
function judged({ parameters = [] }: GuardedDoor): readonly Parameter[] {
  return parameters.filter(({ kind }) => kind !== 'text');
}

refusal(
  'wrong parameter',
  (door) => judged(door).length > 0,
  async (scene, door) => {
    const known = scene.knownTo(door);
    // A door may look for what the path names before it looks at parameters.
    const isKnown = placesOf(door).every((place) => known[place] !== undefined);
    for (const parameter of judged(door)) {
      const status = await statusWith(scene, door, parameter);
      assert.ok(status === 400 || (status === 404 && !isKnown), `${parameter.name} was answered with ${status}`);
    }
  },
);
