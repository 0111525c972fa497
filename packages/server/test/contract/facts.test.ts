/** The facts about the contract's operations are what the official clients themselves say. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isGoneFromClient, operations } from '../../../../tools/contract/operations.ts';
import { signatureOf, sourceOf } from './client-declarations.ts';
import { versionOf } from './official-client.ts';

/** Verb and path of each method of one of the client's classes, as its source has them. */
function placesIn(source: string): ReadonlyMap<string, string> {
  const calls = source.matchAll(/\n\t(\w+)\([^\n]*\) \{ ?\n(?:(?!\n\t\}).)*?callApi\(\s*'([^']+)',\s*'(\w+)'/gs);
  return new Map(Array.from(calls, ([, name = '', path, verb]) => [name, `${verb} ${path}`]));
}

test('every operation is a method of the client, at the same place, with the same body and result', () => {
  const sources = new Map<string, ReadonlyMap<string, string>>();
  for (const operation of operations) {
    const { operationId, api, verb, path, bodyModel, returns } = operation;
    const version = versionOf(operation);
    const key = `${version} ${api}`;
    const places = sources.get(key) ?? placesIn(sourceOf(api, version));
    sources.set(key, places);
    assert.equal(places.get(operationId), `${verb} ${path}`, operationId);
    const signature = signatureOf(api, operationId, version);
    assert.deepEqual(
      { returns: signature?.returns, body: signature?.body ?? null },
      { returns, body: bodyModel },
      operationId,
    );
  }
});

test('what is said to be gone from the client is gone', () => {
  for (const { api, operationId } of operations.filter(isGoneFromClient)) {
    assert.equal(signatureOf(api, operationId, 'current'), undefined, operationId);
  }
});
