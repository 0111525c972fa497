import assert from 'node:assert/strict';
import { test } from 'node:test';
import { agentId, communication, conversation, customerId, later, participant } from '../test/sample-conversation.ts';
import { instant } from './instant.ts';
import { limits } from './limits.ts';
import { withAttributes } from './participant-attributes.ts';
import { withWrapup } from './participant-change.ts';
import { assignedWrapup, type WrapupNote, wrapupOf } from './wrapup.ts';

const scope = { participantId: agentId };
const over = communication('first', { state: 'disconnected', disconnectedAt: instant(2_000) });
const agent = participant('agent', { communications: [over] });

function completed(note: WrapupNote, before = conversation(agent)): ReturnType<typeof wrapupOf> {
  return wrapupOf(before, scope, note, later);
}

test('a wrap-up ends now unless it says when, and lasts since the end of the communication', () => {
  assert.deepEqual(completed({ code: 'sold' }), { code: 'sold', endedAt: later, durationSeconds: 3 });
  const said = completed({ code: 'sold', endedAt: instant(3_000), durationSeconds: 7, isProvisional: true });
  assert.deepEqual(said, { code: 'sold', endedAt: 3_000, durationSeconds: 7, isProvisional: true });
  const going = completed({ code: 'sold' }, conversation());
  assert.deepEqual(going, { code: 'sold', endedAt: later }, 'while it goes on there is no such time');
});

test('a wrap-up that keeps its end keeps it', () => {
  const before = withWrapup(conversation(agent), scope, { code: 'sold', endedAt: instant(2_500) });
  assert.equal(completed({ code: 'changed', keepsEnd: true }, before).endedAt, 2_500);
  assert.equal(completed({ code: 'changed' }, before).endedAt, later);
  assert.equal(completed({ code: 'first', keepsEnd: true }).endedAt, later);
});

test('a wrap-up needs a code', () => {
  for (const code of [undefined, '', '  ']) {
    assert.throws(() => completed(code === undefined ? {} : { code }), { code: 'wrapupCodeNeeded' });
  }
});

test('notes, tags and codes of a wrap-up have limits, and stand at them', () => {
  const { wrapupNotesCharactersMax: notes, wrapupTagsMax: tags, wrapupTextCharactersMax: text } = limits;
  const at = { code: 'c'.repeat(text), notes: 'n'.repeat(notes), tags: new Array(tags).fill('t'.repeat(text)) };
  assert.equal(completed(at).notes?.length, notes);
  const beyond: readonly WrapupNote[] = [
    { code: 'c'.repeat(text + 1) },
    { code: 'c', notes: 'n'.repeat(notes + 1) },
    { code: 'c', tags: new Array(tags + 1).fill('t') },
    { code: 'c', tags: ['t'.repeat(text + 1)] },
    { code: 'c', name: 'n'.repeat(text + 1) },
  ];
  for (const note of beyond) assert.throws(() => completed(note), { code: 'constraintBroken' });
});

test('the newest communication is wrapped up, and provisional is told from final', () => {
  const two = participant('agent', { communications: [over, communication('second')] });
  const first = withWrapup(conversation(two), scope, { code: 'a', endedAt: later, isProvisional: true });
  assert.equal(first.participants[0]?.communications[1]?.wrapup?.code, 'a');
  assert.equal(assignedWrapup(first, scope, true)?.code, 'a');
  assert.equal(assignedWrapup(first, scope, false), undefined);
});

test('attributes are put in beside those that are there', () => {
  const one = withAttributes(conversation(), customerId, { a: '1', b: '2' });
  const two = withAttributes(one, customerId, { b: '3', __proto__x: '4' });
  assert.deepEqual(two.participants[0]?.attributes, { a: '1', b: '3', __proto__x: '4' });
  const odd = withAttributes(two, customerId, JSON.parse('{"__proto__":"5"}'));
  assert.equal(Object.entries(odd.participants[0]?.attributes ?? {}).length, 4);
});

test('attributes have limits, and stand at them; a fault names none of them', () => {
  const { attributesPerParticipantMax, attributeNameCharactersMax, attributeCharactersMax, attributesCharactersMax } =
    limits;
  const many = (count: number): { [name: string]: string } =>
    Object.fromEntries(Array.from({ length: count }, (_, place) => [`n${place}`, '']));
  const put = (given: { [name: string]: string }): unknown => withAttributes(conversation(), customerId, given);
  put(many(attributesPerParticipantMax));
  put({ [`n${'x'.repeat(attributeNameCharactersMax - 1)}`]: 'v'.repeat(attributeCharactersMax) });
  const large = 'v'.repeat(attributeCharactersMax - 1);
  const full = Object.fromEntries(
    Array.from({ length: attributesCharactersMax / attributeCharactersMax }, (_, place) => [
      String.fromCharCode(97 + place),
      large,
    ]),
  );
  put(full);
  const described = withAttributes(conversation(), customerId, full);
  assert.throws(() => withAttributes(described, agentId, { a: '' }), { code: 'constraintBroken' });
  for (const beyond of [
    many(attributesPerParticipantMax + 1),
    { ['x'.repeat(attributeNameCharactersMax + 1)]: '' },
    { name: 'v'.repeat(attributeCharactersMax + 1) },
    { ...full, secretName: '' },
  ]) {
    assert.throws(
      () => put(beyond),
      (error: { code: string; facts: object }) => {
        assert.equal(error.code, 'constraintBroken');
        assert.equal(/secretName|xx|vv|n1/.test(JSON.stringify(error.facts)), false);
        return true;
      },
    );
  }
});
