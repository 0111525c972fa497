import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { GuardedDoor } from '../../packages/server/src/http/door.ts';
import { findDisagreements, type Notes, standings } from './coverage.ts';
import { expanded } from './note.ts';
import type { Operation } from './operations.ts';

const operation: Operation = {
  operationId: 'getThing',
  api: 'ThingsApi',
  verb: 'GET',
  path: '/api/v2/things/{thingId}',
  permissions: { type: 'ANY', list: ['recording:recording:view', 'recording:annotation:view'] },
  successStatus: 200,
  bodyModel: null,
  returns: 'Thing',
  preview: false,
  deprecated: false,
};
const other: Operation = { ...operation, operationId: 'deleteThing', verb: 'DELETE' };

const door: GuardedDoor = {
  method: 'GET',
  path: '/api/v2/things/{thingId}',
  operation: 'getThing',
  summary: 'A thing.',
  access: ['recording:annotation:view', 'recording:recording:view'],
  answers: { 200: undefined },
  answer: async () => ({ status: 200 }),
};

const quiet: Notes = { missing: [{ why: 'not yet', operations: ['deleteThing'] }], partial: [] };

function disagreements(notes: Notes = quiet, ...doors: readonly GuardedDoor[]): readonly string[] {
  return findDisagreements([operation, other], doors.length === 0 ? [door] : doors, notes);
}

test('a door that is like its operation, and a note on the one without a door, leave nothing to say', () => {
  assert.deepEqual(disagreements(), []);
});

test('an operation with neither a door nor a note is named', () => {
  assert.deepEqual(disagreements({ missing: [], partial: [] }), [
    'deleteThing has neither a door nor a note that says why',
  ]);
});

test('a note on an operation that nobody knows, or that is answered after all, is named', () => {
  const notes: Notes = {
    missing: [{ why: 'not yet', operations: ['{delete,get,put}Thing'] }],
    partial: [{ what: 'less', operations: ['deleteThing'] }],
  };
  assert.deepEqual(disagreements(notes), [
    'a note names putThing, which is no operation',
    'a note says why getThing is not answered, but it is',
    'a note says how deleteThing is answered, but it is not',
  ]);
});

test('a door that differs in permissions, status, preview or deprecation is named for each', () => {
  const fewer = disagreements(quiet, { ...door, access: ['recording:recording:view'] });
  assert.deepEqual(fewer, ['getThing differs in permissions, and no note says so']);
  const all = disagreements(quiet, { ...door, needsAll: true });
  assert.deepEqual(all, ['getThing differs in permissions, and no note says so']);
  const status = disagreements(quiet, { ...door, answers: { 200: undefined, 202: undefined } });
  assert.deepEqual(status, ['getThing differs in status, and no note says so']);
  const flags = disagreements(quiet, { ...door, isPreview: true, isDeprecated: true });
  assert.equal(flags.length, 2);
});

test('a door at another place than its operation is named', () => {
  assert.match(disagreements(quiet, { ...door, method: 'PUT' }).join(), /getThing is at PUT/);
});

test('a difference that a note names is no finding, and a difference that is none is one', () => {
  const notes: Notes = {
    ...quiet,
    partial: [{ what: 'one is enough', differs: ['permissions'], operations: ['getThing'] }],
  };
  assert.deepEqual(disagreements(notes, { ...door, access: ['recording:recording:view'] }), []);
  assert.deepEqual(disagreements(notes), ['a note says that getThing differs in permissions, but it does not']);
});

test('one of several is as good as all of one', () => {
  const single: Operation = { ...operation, permissions: { type: 'ALL', list: ['recording:recording:view'] } };
  const own = { ...door, access: ['recording:recording:view'] as const };
  assert.deepEqual(findDisagreements([single, other], [own], quiet), []);
});

test('an operation is answered whole, in part or not', () => {
  const partial = { what: 'less', operations: ['getThing'] };
  const whole = { ...partial, isWhole: true } as const;
  const standing = (notes: Notes): readonly string[] =>
    standings([operation, other], [door], notes).map(({ isAnswered }) => isAnswered);
  assert.deepEqual(standing(quiet), ['whole', 'not']);
  assert.deepEqual(standing({ ...quiet, partial: [partial] }), ['part', 'not']);
  assert.deepEqual(standing({ ...quiet, partial: [whole] }), ['whole', 'not']);
});

test('a name with braces stands for each of its choices', () => {
  assert.deepEqual(expanded('get{A,B}Of{X,Y}'), ['getAOfX', 'getAOfY', 'getBOfX', 'getBOfY']);
  assert.deepEqual(expanded('getA'), ['getA']);
});
