/** Bodies are brought into the form of their schema, and refused where they do not fit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Fault, type FaultCode, type FaultFacts } from '@tacet/domain';
import { Type } from 'typebox';
import { checkedBody } from '../../src/http/check-body.ts';
import { HttpUnderTest } from './http-under-test.ts';

const Wrapup = Type.Object({ code: Type.String({ minLength: 1, maxLength: 4 }) });
const Sample = Type.Object({
  state: Type.Optional(Type.Enum(['ACTIVE', 'PAUSED'])),
  kind: Type.Optional(Type.Enum(['oneWay', 'Another'])),
  fixed: Type.Optional(Type.Literal('Bearer')),
  held: Type.Optional(Type.Boolean()),
  count: Type.Optional(Type.Integer({ minimum: 1, maximum: 9 })),
  share: Type.Optional(Type.Number()),
  at: Type.Optional(Type.String({ format: 'date-time' })),
  id: Type.Optional(Type.String({ format: 'uuid' })),
  wrapup: Type.Optional(Wrapup),
  list: Type.Optional(Type.Array(Type.Enum(['A', 'B']), { maxItems: 3 })),
  entries: Type.Optional(Type.Array(Wrapup)),
  attributes: Type.Optional(Type.Record(Type.String(), Type.String())),
  levels: Type.Optional(Type.Record(Type.String(), Type.Enum(['LOW', 'HIGH']))),
  nullable: Type.Optional(Type.Union([Type.Enum(['YES', 'NO']), Type.Null()])),
  either: Type.Optional(Type.Union([Type.Array(Wrapup), Type.Object({ state: Type.Enum(['ON', 'OFF']) })])),
  needed: Type.String(),
});

/** What a body with these members becomes. */
function checked(members: object): unknown {
  const { needed: _, ...rest } = Object(checkedBody({ needed: 'x', ...members }, Sample));
  return rest;
}

function refusal(body: unknown): { readonly code: FaultCode; readonly facts: FaultFacts } {
  try {
    checkedBody(body, Sample);
  } catch (error) {
    assert.ok(error instanceof Fault, String(error));
    return { code: error.code, facts: error.facts };
  }
  return assert.fail('it was taken');
}

function refused(members: object): readonly [FaultCode, FaultFacts] {
  const { code, facts } = refusal({ needed: 'x', ...members });
  return [code, facts];
}

test('enumerations are understood in any case, at any depth, and written as the schema has them', () => {
  assert.deepEqual(checked({ state: 'paused', kind: 'ONEWAY' }), { state: 'PAUSED', kind: 'oneWay' });
  assert.deepEqual(checked({ list: ['a', 'B', 'b'] }), { list: ['A', 'B', 'B'] });
  assert.deepEqual(checked({ fixed: 'bearer' }), { fixed: 'Bearer' });
  assert.deepEqual(checked({ nullable: 'yes' }), { nullable: 'YES' });
  assert.deepEqual(checked({ levels: { any: 'low' } }), { levels: { any: 'LOW' } });
  assert.deepEqual(checked({ either: { state: 'off' } }), { either: { state: 'OFF' } });
});

test('a letter that only one case makes equal is another letter', () => {
  for (const state of ['actıve', 'ACTİVE', 'pauſed']) assert.equal(refused({ state })[0], 'valueInvalid', state);
});

test('no character outside of ASCII stands for one inside', () => {
  const Letters = Type.Object({ letter: Type.Enum([...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789']) });
  for (let code = 0x80; code <= 0xffff; code += 1) {
    const letter = String.fromCharCode(code);
    // Compiled checks are quick; only those that might pass are worth an error.
    const upper = letter.toUpperCase();
    const lower = letter.toLowerCase();
    if (!/^[\x20-\x7f]+$/.test(upper) && !/^[\x20-\x7f]+$/.test(lower)) continue;
    assert.throws(() => checkedBody({ letter }, Letters), Fault, `U+${code.toString(16)}`);
  }
});

test('a member that is null though it need not be there counts as left out', () => {
  assert.deepEqual(checked({ state: null, wrapup: null, list: null, attributes: null }), {});
  assert.deepEqual(checked({ nullable: null }), { nullable: null }, 'where null means something it stays');
  assert.deepEqual(checked({ unknown: null }), { unknown: null });
  assert.equal(refusal({ needed: null }).code, 'constraintBroken');
  assert.equal(refused({ attributes: { a: null } })[0], 'constraintBroken', 'in a record null may have been meant');
});

test('what the schema does not name is left alone', () => {
  const extra = { new: { state: 'paused', list: [1, [null]] }, constructor: 1, toString: 'x', hasOwnProperty: [] };
  assert.deepEqual(checked(extra), extra);
});

test('a body is never changed in place', () => {
  const body = Object.freeze({ needed: 'x', state: 'paused', list: Object.freeze(['a']), at: null });
  assert.deepEqual(checkedBody(body, Sample), { needed: 'x', state: 'PAUSED', list: ['A'] });
  assert.equal(body.state, 'paused');
});

test('a value outside of an enumeration is told the values that there are', () => {
  assert.deepEqual(refused({ state: 'GONE' }), ['valueInvalid', { field: 'state', allowed: ['ACTIVE', 'PAUSED'] }]);
  assert.deepEqual(refused({ list: ['A', 'C'] }), ['valueInvalid', { field: 'list.1', allowed: ['A', 'B'] }]);
  assert.deepEqual(refused({ state: 4111 })[0], 'valueInvalid');
  assert.deepEqual(refused({ nullable: 'maybe' }), ['valueInvalid', { field: 'nullable', allowed: ['YES', 'NO'] }]);
});

test('what breaks another rule is told which, by the name of the member', () => {
  const cases: readonly (readonly [members: object, field: string, problem: string])[] = [
    [{ count: 'many' }, 'count', 'has to be of the type integer'],
    [{ count: 1.5 }, 'count', 'has to be of the type integer'],
    [{ count: 0 }, 'count', 'has to be 1 or more'],
    [{ count: 10 }, 'count', 'has to be 9 or less'],
    [{ share: Number.POSITIVE_INFINITY }, 'share', 'has to be of the type number'],
    [{ held: 'true' }, 'held', 'has to be of the type boolean'],
    [{ id: 'x' }, 'id', 'has to have the form uuid'],
    [{ wrapup: {} }, 'wrapup.code', 'is missing'],
    [{ wrapup: { code: '' } }, 'wrapup.code', 'needs at least 1 characters'],
    [{ wrapup: { code: '12345' } }, 'wrapup.code', 'may have 4 characters at most'],
    [{ entries: [{ code: 'a' }, {}] }, 'entries.1.code', 'is missing'],
    [{ list: ['A', 'A', 'A', 'A'] }, 'list', 'may have 3 entries at most'],
    [{ wrapup: [] }, 'wrapup', 'has to be of the type object'],
  ];
  for (const [members, field, problem] of cases) {
    assert.deepEqual(refused(members), ['constraintBroken', { field, problem }], JSON.stringify(members));
  }
  assert.deepEqual(refusal({}), { code: 'constraintBroken', facts: { field: 'needed', problem: 'is missing' } });
});

test('a date that is none has a code of its own', async () => {
  for (const at of ['yesterday', '2026-02-30T00:00:00Z', '2026-01-01', '']) {
    assert.deepEqual(refused({ at }), ['valueInvalid', { date: 'at' }], at);
  }
  assert.deepEqual(checked({ at: '2026-01-31T23:59:59.000Z' }), { at: '2026-01-31T23:59:59.000Z' });
});

test('a list instead of an object, and the other way round, is malformed', () => {
  assert.equal(refusal([]).code, 'bodyMalformed');
  assert.throws(
    () => checkedBody({}, Type.Array(Type.String())),
    (error) => error instanceof Fault && error.code === 'bodyMalformed',
  );
});

test('neither values nor names that the caller chose are told back', () => {
  const number = '4111111111111111';
  for (const members of [
    { state: number },
    { attributes: { [number]: 1 } },
    { levels: { [number]: number } },
    { either: { [number]: 1, state: number } },
    { either: [{ [number]: 1 }] },
    { wrapup: { [number]: 1 } },
    { at: number },
    { id: number },
  ]) {
    const told = JSON.stringify(refused(members));
    assert.ok(!told.includes('4111'), told);
  }
  assert.deepEqual(refused({ attributes: { [number]: 1 } })[1]['field'], 'attributes.*');
  const ListOrRecord = Type.Object({
    all: Type.Union([Type.Array(Type.Number()), Type.Record(Type.String(), Type.Number())]),
  });
  assert.throws(
    () => checkedBody({ all: { [number]: 'x' } }, ListOrRecord),
    (error) => error instanceof Fault && !JSON.stringify(error.facts).includes(number),
  );
});

test('every schema of a request body can be checked against, and refuses what is nothing like it', async () => {
  await using under = await HttpUnderTest.start();
  for (const { body, path } of under.app.doors) {
    if (body === undefined) continue;
    assert.throws(() => checkedBody('neither object nor list', body), Fault, path);
  }
});
