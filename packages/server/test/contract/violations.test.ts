/** The checker of the contract's models finds what is wrong with a value, and nothing where nothing is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { membersOf } from './client-declarations.ts';
import { enumerations } from './enumerations.ts';
import { violations } from './violations.ts';

const participant = {
  id: 'p1',
  purpose: 'customer',
  attributes: { card: 'no' },
  calls: [{ id: 'c1', state: 'connected' }],
};
const conversation = { id: 'c1', startTime: '2026-05-28T20:26:40.000Z', participants: [participant] };

function found(change: object): string {
  return violations('Conversation', { ...conversation, ...change }).join('\n');
}

test('a value with what the model needs and nothing else is right', () => {
  assert.equal(found({}), '');
  assert.equal(found({ recordingState: 'PAUSED', securePause: true, divisions: [{ division: { id: 'd' } }] }), '');
});

test('a member that the model does not know is named, however deep it stands', () => {
  assert.match(found({ mood: 'good' }), /mood/);
  assert.match(found({ participants: [{ ...participant, calls: [{ id: 'c1', loudness: 1 }] }] }), /calls\/0.*loudness/);
});

test('a member of the wrong type is named', () => {
  assert.match(found({ securePause: 'true' }), /securePause must be boolean/);
  assert.match(found({ participants: {} }), /participants must be array/);
  assert.match(
    found({ participants: [{ ...participant, attributes: { card: 1 } }] }),
    /attributes\/card must be string/,
  );
  assert.match(found({ endTime: null }), /endTime must be string/);
});

test('a member that must be there and is not is named', () => {
  assert.match(violations('Conversation', { participants: [] }).join(), /startTime/);
});

test('a value outside its list is named, and so is one in another case', () => {
  assert.match(found({ recordingState: 'STOPPED' }), /recordingState must be equal to one of/);
  assert.match(found({ recordingState: 'paused' }), /recordingState must be equal to one of/);
  const call = { id: 'c1', recordingState: 'PAUSED' };
  assert.match(found({ participants: [{ ...participant, calls: [call] }] }), /recordingState must be equal to one of/);
});

test('a date that is not written as ISO 8601 wants it is named', () => {
  for (const startTime of ['28.05.2026', '2026-05-28', '1779999999000', '']) {
    assert.match(found({ startTime }), /startTime must match format "date-time"/, startTime);
  }
});

test('lists, maps and plain values are judged as well as models', () => {
  assert.deepEqual(violations('Array<Conversation>', [conversation]), []);
  assert.match(violations('Array<Conversation>', [conversation, {}]).join(), /\/1 must have required/);
  assert.deepEqual(violations('{ [key: string]: number; }', { a: 1 }), []);
  assert.match(violations('{ [key: string]: number; }', { a: 'b' }).join(), /\/a must be number/);
  assert.deepEqual(violations('string', 'PAUSED'), []);
  assert.match(violations('string', 7).join(), /must be string/);
  assert.deepEqual(violations('object', {}), []);
  assert.match(violations('object', 'x').join(), /must be object/);
});

test('a model that leads back to itself is judged at each turn', () => {
  const annotation = { id: 'a', annotations: [{ id: 'b', annotations: [{ id: 7 }] }] };
  assert.match(violations('Annotation', annotation).join(), /annotations\/0\/annotations\/0\/id must be string/);
});

test('a model that only the older client has is judged by that one', () => {
  assert.deepEqual(violations('WebChatMessageEntityList', { entities: [] }, 'legacy'), []);
  assert.throws(() => violations('WebChatMessageEntityList', {}), /no model/);
  assert.throws(() => violations('NoSuchModel', {}), /no model NoSuchModel/);
});

test('every list of values is about a member that some client knows', () => {
  for (const [model, members] of Object.entries(enumerations)) {
    const known = [...(membersOf(model) ?? []), ...(membersOf(model, 'legacy') ?? [])].map(({ name }) => name);
    for (const member of Object.keys(members)) assert.ok(known.includes(member), `${model}.${member}`);
  }
});
