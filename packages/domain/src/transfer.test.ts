import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  agentId,
  communication,
  conversation,
  customerId,
  expertId,
  held,
  later,
  participant,
  present,
  states,
  target,
  transfer,
} from '../test/sample-conversation.ts';
import { consulted, withoutConsult, withSpeakTo } from './consult.ts';
import type { Conversation, Transfer } from './conversation.ts';
import type { CommunicationId, ParticipantId, QueueId, UserId } from './ids.ts';
import { instant } from './instant.ts';
import { limits } from './limits.ts';
import { changed } from './participant-change.ts';
import { withCause } from './recording-state.ts';
import { awaitedUntil, withSettledTransfers } from './settle-transfers.ts';
import { handedOver, queueOf, transferred, withQueueDone } from './transfer.ts';

const muchLater = instant(9_000);

function fates({ transfers = [] }: Conversation): readonly Transfer['state'][] {
  return transfers.map((t) => t.state);
}

function handOver(more: Partial<Transfer> = {}, joining = target('expert')): Conversation {
  return withSettledTransfers(
    transferred(conversation(), { transfer: transfer(more), target: joining, at: later }),
    later,
  );
}

const consult = { objectId: customerId, speakTo: 'DESTINATION' } as const;

function consultation(more: Partial<Transfer> = {}): Conversation {
  const wanted = { ...transfer({ transferType: 'Attended', ...more }), consult };
  return consulted(conversation(), { transfer: wanted, target: target('expert'), at: later });
}

function takeCall(before: Conversation, participantId: ParticipantId): Conversation {
  return withSettledTransfers(changed(before, { participantId }, { state: 'connected' }, muchLater), muchLater);
}

test('who hands over leaves at once as transferred, and the target rings', () => {
  const handed = handOver();
  assert.deepEqual(present(handed), ['customer', 'expert']);
  assert.partialDeepStrictEqual(handed.participants[1], {
    leftAt: later,
    communications: [{ state: 'disconnected', disconnectType: 'transfer' }],
  });
  assert.equal(states(handed)['call of expert'], 'alerting');
  assert.deepEqual(handed.transfers, [transfer({ targetId: expertId })]);
  assert.deepEqual(fates(takeCall(handed, expertId)), ['Complete']);
});

test('who hands over attended stays until the target has taken the call', () => {
  const handed = handOver({ transferType: 'Attended' });
  assert.deepEqual(present(handed), ['customer', 'agent', 'expert']);
  const taken = takeCall(handed, expertId);
  assert.deepEqual([present(taken), fates(taken)], [['customer', 'expert'], ['Complete']]);
  assert.equal(taken.participants[1]?.communications[0]?.disconnectType, 'transfer');
});

test('a target who leaves without taking the call leaves a failed transfer, and who stayed stays', () => {
  const handed = handOver({ transferType: 'Attended' });
  const gone = withSettledTransfers(
    changed(handed, { participantId: expertId }, { state: 'disconnected' }, muchLater),
    muchLater,
  );
  assert.deepEqual([present(gone), fates(gone)], [['customer', 'agent'], ['Failed']]);
});

test('a target who takes part already is no second participant', () => {
  const three = conversation(participant('customer'), participant('agent'), participant('expert'));
  const same = target('expert again', { userId: 'user expert' as UserId });
  const handed = withSettledTransfers(transferred(three, { transfer: transfer(), target: same, at: later }), later);
  assert.deepEqual([present(handed), fates(handed)], [['customer', 'expert'], ['Complete']]);
  assert.equal(handed.participants.length, 3);
});

test('nobody hands over to themselves, what is not connected, or what they do not have', () => {
  const self = target('other name', { userId: 'user agent' as UserId });
  assert.throws(() => handOver({}, self), { code: 'transferToSameParty' });
  const ringing = conversation(participant('customer'), target('agent'));
  const wanted = { transfer: transfer(), target: target('expert'), at: later };
  assert.throws(() => transferred(ringing, wanted), { code: 'transferNotConnected' });
  assert.throws(() => transferred(conversation(), wanted, 'email'), { code: 'transferNotConnected' });
  assert.throws(() => handedOver(conversation(), 'nobody' as ParticipantId), { code: 'participantUnknown' });
});

test('only what is of the media type is handed over', () => {
  const mail = communication('mail', { mediaType: 'email' });
  const both = participant('agent', { communications: [communication('call'), mail] });
  const ringing = { ...mail, id: 'new mail' as CommunicationId, state: 'alerting' } as const;
  const joining = target('expert', { communications: [ringing] });
  const wanted = { transfer: transfer(), target: joining, at: later };
  const handed = transferred(conversation(participant('customer'), both), wanted, 'email');
  assert.partialDeepStrictEqual(states(handed), { call: 'connected', mail: 'disconnected', 'new mail': 'alerting' });
  assert.deepEqual(present(handed), ['customer', 'agent', 'expert']);
});

test('a conversation takes as many participants as the limit says, by transfer too', () => {
  const crowd = (count: number): Conversation =>
    conversation(participant('agent'), ...Array.from({ length: count - 1 }, (_, place) => participant(`p${place}`)));
  const wanted = { transfer: transfer(), target: target('expert'), at: later };
  const max = limits.participantsPerConversationMax;
  assert.equal(transferred(crowd(max - 1), wanted).participants.length, max);
  assert.throws(() => transferred(crowd(max), wanted), { code: 'constraintBroken' });
});

test('the newest transfers are kept, and those still going on before others', () => {
  const max = limits.transfersPerConversationMax;
  const old = Array.from({ length: max }, (_, place) => transfer({ id: `old ${place}`, state: 'Complete' }));
  const [first, ...rest] = old;
  const going = { ...first, id: 'going', state: 'Active', targetId: customerId, consult } as Transfer;
  const before = { ...conversation(), transfers: [going, ...rest] };
  const handed = transferred(before, { transfer: transfer({ id: 'new' }), target: target('expert'), at: later });
  const ids = handed.transfers?.map((t) => t.id) ?? [];
  assert.equal(ids.length, max);
  assert.deepEqual([ids[0], ids[1], ids.at(-1)], ['going', 'old 2', 'new']);
});

test('a consultation puts its object on hold, marks both who talk about it, and rings the target', () => {
  const begun = consultation();
  assert.deepEqual([held(begun), present(begun)], [['customer'], ['customer', 'agent', 'expert']]);
  assert.deepEqual(
    begun.participants.map((p) => p.consultParticipantId),
    [undefined, customerId, customerId],
  );
  assert.deepEqual(fates(begun), ['Active']);
});

test('a consultation is complete when who consulted goes: nobody is on hold, and the target stays', () => {
  const taken = takeCall(consultation(), expertId);
  assert.deepEqual(fates(taken), ['Active']);
  const done = withSettledTransfers(
    changed(taken, { participantId: agentId }, { state: 'disconnected' }, muchLater),
    muchLater,
  );
  assert.deepEqual([fates(done), held(done), present(done)], [['Complete'], [], ['customer', 'expert']]);
  assert.equal(done.participants[2]?.consultParticipantId, undefined);
});

test('a consultation that is given up leaves everybody as before, without its target', () => {
  const given = withoutConsult(takeCall(consultation(), expertId), customerId, muchLater);
  assert.deepEqual([fates(given), held(given), present(given)], [['Canceled'], [], ['customer', 'agent']]);
  assert.equal(given.participants[2]?.communications[0]?.disconnectType, 'transfer.consult');
  assert.equal(given.participants[1]?.consultParticipantId, undefined);
  assert.throws(() => withoutConsult(given, customerId, muchLater), { code: 'consultNotStarted' });
});

test('a consultation ends with its target, and with its object', () => {
  for (const [who, fate] of [
    [expertId, 'Failed'],
    [customerId, 'Canceled'],
  ] as const) {
    const left = changed(consultation(), { participantId: who }, { state: 'disconnected' }, muchLater);
    const over = withSettledTransfers(left, muchLater);
    assert.deepEqual([fates(over), held(over)], [[fate], []], who);
    assert.equal(over.participants[1]?.consultParticipantId, undefined);
  }
});

test('who is spoken to meanwhile shows in who is on hold', () => {
  const taken = takeCall(consultation(), expertId);
  const to = (speakTo: 'DESTINATION' | 'OBJECT' | 'BOTH' | 'CONFERENCE'): readonly string[] =>
    held(withSpeakTo(taken, customerId, { speakTo, at: muchLater }));
  assert.deepEqual([to('DESTINATION'), to('OBJECT'), to('BOTH'), to('CONFERENCE')], [['customer'], ['expert'], [], []]);
  const none = conversation();
  assert.throws(() => withSpeakTo(none, customerId, { speakTo: 'BOTH', at: later }), { code: 'consultUnknown' });
});

test('nobody is consulted about themselves, or about somebody in a conference or another consultation', () => {
  const about = (objectId: ParticipantId, before = conversation(), joining = target('expert')): Conversation => {
    const wanted = { ...transfer(), consult: { ...consult, objectId } };
    return consulted(before, { transfer: wanted, target: joining, at: later });
  };
  assert.throws(() => about(agentId), { code: 'transferToSelf' });
  const own = target('x', { userId: 'user agent' as UserId });
  assert.throws(() => about(customerId, conversation(), own), { code: 'transferToSelf' });
  const three = conversation(participant('customer'), participant('agent'), participant('third'));
  assert.throws(() => about(customerId, three), { code: 'conferenceUntransferable' });
  assert.throws(() => about(customerId, consultation()), { code: 'conferenceUntransferable' });
  const gone = conversation(target('customer'), participant('agent'));
  assert.throws(() => about(customerId, gone), { code: 'callDisconnected' });
});

test('somebody who was transferred to is awaited as long as a telephone rings', () => {
  const handed = handOver();
  assert.equal(awaitedUntil(handed), later + limits.transferRingMsMax);
  assert.equal(awaitedUntil(takeCall(handed, expertId)), undefined);
  assert.equal(awaitedUntil(conversation()), undefined);
});

test('a transfer to a queue is complete when somebody has come for it, and failed when it is given up', () => {
  const queueId = 'sales' as QueueId;
  const { userId, ...rest } = target('expert', { purpose: 'acd', queueId });
  const waiting = handOver({}, rest);
  assert.equal(queueOf(waiting), queueId);
  const served = withSettledTransfers(withQueueDone(waiting, muchLater), muchLater);
  assert.deepEqual([fates(served), present(served), queueOf(served)], [['Complete'], ['customer'], undefined]);
  const lost = changed(waiting, { participantId: expertId }, { state: 'disconnected' }, muchLater);
  assert.deepEqual(fates(withSettledTransfers(lost, muchLater)), ['Failed']);
});

test('who hands over to a queue attended stays until somebody has come for it', () => {
  const waiting = handOver(
    { transferType: 'Attended' },
    target('expert', { purpose: 'acd', queueId: 'sales' as QueueId }),
  );
  const served = withSettledTransfers(withQueueDone(waiting, muchLater), muchLater);
  assert.deepEqual([present(waiting), present(served)], [['customer', 'agent', 'expert'], ['customer']]);
});

test('a pause survives a transfer and a consultation, whatever becomes of them', () => {
  const control = withCause(conversation().control, { cause: 'securePause', spanId: 'span' as never, since: later });
  const paused = { ...conversation(), control };
  const handed = transferred(paused, { transfer: transfer(), target: target('expert'), at: later });
  const wanted = { transfer: { ...transfer(), consult }, target: target('expert'), at: later };
  const begun = consulted(paused, wanted);
  for (const next of [handed, takeCall(handed, expertId), begun, withoutConsult(begun, customerId, muchLater)]) {
    assert.deepEqual(next.control, control);
  }
});
