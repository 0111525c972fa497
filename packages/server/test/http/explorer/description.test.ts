/** The description of the API: a valid OpenAPI document that says what the doors do. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Type } from 'typebox';
import type { Door } from '../../../src/http/door.ts';
import { type ApiDescription, describeApi } from '../../../src/http/explorer/describe-api.ts';
import { HttpUnderTest } from '../http-under-test.ts';

const path = '/api/v2/docs/openapi.json';

async function description(under: HttpUnderTest, query = ''): Promise<ApiDescription> {
  const { status, json } = await under.send('GET', `${path}${query}`);
  assert.equal(status, 200);
  return json as ApiDescription;
}

test('the description needs no token and is a valid OpenAPI 3.1 document', async () => {
  await using under = await HttpUnderTest.start();
  const described = await description(under);
  assert.equal(described.openapi, '3.1.0');
  assert.equal(described.servers[0]?.url, under.url);
  const { valid, errors } = await new Validator().validate(structuredClone(described) as never);
  assert.equal(valid, true, JSON.stringify(errors, undefined, 1));
});

test('every operation that is served is described once, with its permissions', async () => {
  await using under = await HttpUnderTest.start();
  const { paths } = await description(under);
  const operations = under.app.doors.filter(
    ({ path }) => !/^\/(developer|tacet\/v1\/(cobrowse|webchat))(\/|$)/.test(path),
  );
  for (const door of operations) {
    const described = paths[door.path]?.[door.method.toLowerCase()];
    assert.equal(described?.operationId, door.operation);
    if (door.access === 'anyone') continue;
    assert.partialDeepStrictEqual(described?.['x-tacet-permissions'], { permissions: [...door.access] });
  }
  const describedCount = Object.values(paths).flatMap((methods) => Object.keys(methods)).length;
  assert.equal(describedCount, operations.length);
});

test('every operation of the API has a name of its own', async () => {
  await using under = await HttpUnderTest.start();
  const { paths } = await description(under);
  const names = Object.values(paths).flatMap((methods) => Object.values(methods).map((one) => one.operationId));
  assert.deepEqual(
    names.filter((name, at) => names.indexOf(name) !== at),
    [],
  );
});

const doors: readonly Door[] = [
  {
    method: 'GET',
    path: '/api/v2/things/{thingId}',
    operation: 'getThing',
    summary: 'A thing.',
    access: [],
    answers: { 200: Type.Object({ part: Type.Object({ n: Type.Integer() }, { $id: 'Part' }) }, { $id: 'Thing' }) },
    answer: async () => ({ status: 200 }),
  },
  {
    method: 'GET',
    path: '/api/v2/wonders',
    operation: 'getWonders',
    summary: 'Wonders.',
    access: ['tacet:audit:view'],
    isPreview: true,
    answers: { 200: undefined },
    answer: async () => ({ status: 200 }),
  },
];
const wish = { version: '1.2.3', publicUrl: 'http://example.test', withPreview: true };

test('preview operations are marked, and left out on request', () => {
  const all = describeApi(doors, wish).paths;
  assert.equal(all['/api/v2/wonders']?.['get']?.['x-tacet-preview'], true);
  assert.equal(all['/api/v2/things/{thingId}']?.['get']?.['x-tacet-preview'], false);
  const settled = describeApi(doors, { ...wish, withPreview: false });
  assert.deepEqual(Object.keys(settled.paths), ['/api/v2/things/{thingId}']);
});

test('schemas with a name stand once among the components, and are referred to', () => {
  const { components, paths } = describeApi(doors, wish);
  assert.partialDeepStrictEqual(components.schemas, {
    Thing: { properties: { part: { $ref: '#/components/schemas/Part' } } },
    Part: { properties: { n: { type: 'integer' } } },
  });
  const text = JSON.stringify(paths);
  assert.match(text, /#\/components\/schemas\/Thing/);
  assert.doesNotMatch(text, /\$id/);
});

test('two schemas cannot share a name', () => {
  const [first] = doors;
  assert.ok(first);
  const other = { ...first, path: '/api/v2/others', answers: { 200: Type.Object({}, { $id: 'Thing' }) } };
  assert.throws(() => describeApi([first, other], wish), /Thing/);
});

test('operations that need no token say so, and the others say what they need', () => {
  const open: Door = {
    method: 'GET',
    path: '/health/live',
    operation: 'isLive',
    summary: 'Whether it lives.',
    access: 'anyone',
    answers: { 200: undefined },
    answer: async () => ({ status: 200 }),
  };
  const { paths } = describeApi([...doors, open], wish);
  assert.deepEqual(paths['/health/live']?.['get']?.['security'], []);
  assert.match(String(paths['/api/v2/wonders']?.['get']?.['description']), /`tacet:audit:view`/);
});
