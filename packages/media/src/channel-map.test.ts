import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, instant, type ParticipantId, type StreamOwner } from '@tacet/domain';
import { channelMap } from './channel-map.ts';

const origin = instant(1_780_000_000_000);
const [anna, bert, carl] = ['anna', 'bert', 'carl'] as readonly string[] as [
  ParticipantId,
  ParticipantId,
  ParticipantId,
];
const channels = [{ participantId: anna }, { participantId: bert }];

function owner(participantId: ParticipantId, fromMs: number, toMs?: number): StreamOwner {
  const from = after(origin, fromMs);
  return toMs === undefined ? { participantId, from } : { participantId, from, to: after(origin, toMs) };
}

function heardAt(
  owners: readonly StreamOwner[],
  ms: number,
  among: Parameters<typeof channelMap>[1] = channels,
): readonly number[] {
  return channelMap({ owners }, among)(after(origin, ms));
}

test('a transfer moves a stream from one channel to another at its instant', () => {
  const owners = [owner(anna, 0, 5_000), owner(bert, 5_000)];
  assert.deepEqual(heardAt(owners, 0), [0]);
  assert.deepEqual(heardAt(owners, 4_999.999), [0]);
  assert.deepEqual(heardAt(owners, 5_000), [1]);
});

test('a stream in which two are heard is heard in both channels', () => {
  assert.deepEqual(heardAt([owner(anna, 0), owner(bert, 1_000)], 1_000), [0, 1]);
  assert.deepEqual(heardAt([owner(anna, 0), owner(bert, 1_000)], 999), [0]);
});

test('nothing goes unheard: between owners it is the last one, before the first it is the first', () => {
  const owners = [owner(bert, 1_000, 2_000), owner(anna, 3_000, 4_000)];
  assert.deepEqual(heardAt(owners, 0), [1]);
  assert.deepEqual(heardAt(owners, 2_500), [1]);
  assert.deepEqual(heardAt(owners, 9_000), [0]);
});

test('a stream that belongs to nobody is heard in the channel of nobody, or in the first', () => {
  const withNobody = [...channels, { participantId: undefined }];
  assert.deepEqual(heardAt([], 0, withNobody), [2]);
  assert.deepEqual(heardAt([], 0), [0]);
  assert.deepEqual(heardAt([owner(carl, 0)], 0, withNobody), [2]);
});
