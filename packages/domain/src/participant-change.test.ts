import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  agentId,
  communication,
  conversation,
  customerId,
  held,
  later,
  participant,
  present,
  start,
  states,
} from '../test/sample-conversation.ts';
import { isOnHold } from './hold.ts';
import type { CommunicationId, ParticipantId } from './ids.ts';
import { instant } from './instant.ts';
import { limits } from './limits.ts';
import { changed } from './participant-change.ts';

const agent = { participantId: agentId };
const waiting = participant('agent', { communications: [communication('ringing', { state: 'alerting' })] });
const twoTypes = participant('agent', {
  communications: [communication('call'), communication('mail', { mediaType: 'email' })],
});

test('a hold begins once, stays where it began, and ends with its release', () => {
  const on = changed(conversation(), agent, { isHeld: true }, later);
  assert.deepEqual([held(on), isOnHold(on)], [['agent'], true]);
  assert.equal(on.participants[1]?.communications[0]?.heldSince, later);
  const again = changed(on, agent, { isHeld: true }, instant(9_000));
  assert.equal(again.participants[1]?.communications[0]?.heldSince, later);
  const off = changed(again, agent, { isHeld: false }, instant(9_500));
  assert.deepEqual([held(off), isOnHold(off)], [[], false]);
});

test('what rings cannot be put on hold, and what is over can be neither held nor ended again', () => {
  assert.throws(() => changed(conversation(waiting), agent, { isHeld: true }, later), { code: 'holdAlerting' });
  const over = changed(conversation(), agent, { state: 'disconnected' }, later);
  for (const change of [
    { isHeld: true },
    { isMuted: true },
    { state: 'disconnected' },
    { state: 'connected' },
  ] as const) {
    assert.throws(() => changed(over, agent, change, later), { code: 'callDisconnected' }, JSON.stringify(change));
  }
});

test('who is disconnected leaves, with the reason, and is on hold no longer', () => {
  const on = changed(conversation(), agent, { isHeld: true }, later);
  const left = changed(on, agent, { state: 'disconnected' }, instant(6_000));
  assert.deepEqual([present(left), isOnHold(left)], [['customer'], false]);
  const [, gone] = left.participants;
  assert.equal(gone?.leftAt, 6_000);
  assert.partialDeepStrictEqual(gone?.communications, [
    { state: 'disconnected', disconnectedAt: 6_000, disconnectType: 'client' },
  ]);
  assert.equal('heldSince' in (gone?.communications[0] ?? {}), false);
});

test('a change in one media type leaves the others alone, and who has one left stays', () => {
  const scope = { ...agent, mediaType: 'call' } as const;
  const left = changed(conversation(participant('customer'), twoTypes), scope, { state: 'disconnected' }, later);
  assert.deepEqual(states(left), { 'call of customer': 'connected', call: 'disconnected', mail: 'connected' });
  assert.deepEqual(present(left), ['customer', 'agent']);
  const one = { ...agent, communicationId: 'mail' as CommunicationId };
  assert.deepEqual(present(changed(left, one, { state: 'disconnected' }, later)), ['customer']);
});

test('whoever is not there, in this media type, or has no such communication, cannot be changed', () => {
  const nobody = { participantId: 'nobody' as ParticipantId };
  assert.throws(() => changed(conversation(), nobody, { isMuted: true }, later), { code: 'participantUnknown' });
  const mail = { ...agent, mediaType: 'email' } as const;
  assert.throws(() => changed(conversation(), mail, { isMuted: true }, later), { code: 'participantUnknown' });
  const other = { ...agent, communicationId: 'call of customer' as CommunicationId };
  assert.throws(() => changed(conversation(), other, { isMuted: true }, later), { code: 'resourceUnknown' });
});

test('what rings is connected from the moment of the answer, and stays so', () => {
  const taken = changed(conversation(waiting), agent, { state: 'connected' }, later);
  assert.partialDeepStrictEqual(taken.participants[0]?.communications, [
    { state: 'connected', alertingAt: start, connectedAt: later },
  ]);
  const again = changed(taken, agent, { state: 'connected' }, instant(9_000));
  assert.equal(again.participants[0]?.communications[0]?.connectedAt, later);
});

test('what is parked says since when, and when it is to go on, until it does', () => {
  const parked = changed(conversation(), agent, { state: 'parked', resumeAt: instant(99_000) }, later);
  assert.partialDeepStrictEqual(parked.participants[1]?.communications, [
    { state: 'parked', parkedAt: later, resumeAt: 99_000 },
  ]);
  const back = changed(parked, agent, { state: 'connected' }, instant(8_000)).participants[1]?.communications[0];
  assert.deepEqual([back?.state, back?.parkedAt, back?.resumeAt], ['connected', undefined, undefined]);
  assert.throws(() => changed(conversation(), agent, { resumeAt: instant(99_000) }, later), {
    code: 'constraintBroken',
  });
});

test('muting says nothing about holding; only somebody in a conference can be confined', () => {
  const muted = changed(conversation(), agent, { isMuted: true }, later);
  assert.partialDeepStrictEqual(muted.participants[1]?.communications, [{ isMuted: true }]);
  assert.equal(isOnHold(muted), false);
  assert.throws(() => changed(muted, agent, { isConfined: true }, later), { code: 'confinementUnfit' });
  const three = conversation(participant('customer'), participant('agent'), participant('expert'));
  const confined = changed(three, agent, { isConfined: true }, later);
  assert.partialDeepStrictEqual(confined.participants[1]?.communications, [{ isConfined: true }]);
});

test('all of a request is done or none of it', () => {
  const before = conversation(waiting);
  const wrapup = { code: 'done', endedAt: later };
  assert.throws(() => changed(before, agent, { wrapup, isMuted: true, isHeld: true }, later), { code: 'holdAlerting' });
  assert.deepEqual(before, conversation(waiting));
});

test('a wrap-up and the end can be said in the same breath', () => {
  const wrapup = { code: 'done', endedAt: later };
  const over = changed(conversation(), agent, { wrapup, state: 'disconnected', isWrapupSkipped: false }, later);
  assert.partialDeepStrictEqual(over.participants[1], {
    leftAt: later,
    isWrapupSkipped: false,
    communications: [{ state: 'disconnected', wrapup }],
  });
});

test('only calls count for being on hold', () => {
  const mailing = participant('customer', { communications: [communication('mail', { mediaType: 'email' })] });
  const on = changed(conversation(mailing), { participantId: customerId }, { isHeld: true }, later);
  assert.deepEqual([held(on), isOnHold(on)], [['customer'], false]);
});

test('holds that are over are remembered, as many as the limit says', () => {
  let held = conversation();
  for (let round = 0; round <= limits.holdsPerCommunicationMax; round += 1) {
    held = changed(held, agent, { isHeld: true }, instant(10_000 + round * 10));
    held = changed(held, agent, { isHeld: false }, instant(10_005 + round * 10));
  }
  const { holds = [] } = held.participants[1]?.communications[0] ?? {};
  assert.equal(holds.length, limits.holdsPerCommunicationMax);
  assert.deepEqual(holds[0], { from: 10_010, to: 10_015 }, 'the oldest is forgotten');
});
