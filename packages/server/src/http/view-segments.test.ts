/** Stretches of a communication, as the contract lists them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Communication, type CommunicationId, instant } from '@tacet/domain';
import { segmentsOf } from './view-segments.ts';

const at = (seconds: number) => instant(1_780_000_000_000 + seconds * 1_000);

function stretches(parts: Partial<Communication>): readonly unknown[] {
  const id = 'c1' as CommunicationId;
  const segments = segmentsOf({ id, mediaType: 'call', state: 'connected', direction: 'inbound', ...parts });
  const second = (iso: string): number => (Date.parse(iso) - at(0)) / 1_000;
  return segments.map(({ type, startTime, endTime, howEnded, disconnectType }) => [
    type,
    second(startTime),
    second(endTime),
    howEnded,
    ...(disconnectType === undefined ? [] : [disconnectType]),
  ]);
}

test('what goes on is no segment yet', () => {
  assert.deepEqual(stretches({ connectedAt: at(0) }), []);
  assert.deepEqual(stretches({ alertingAt: at(0), state: 'alerting' }), []);
});

test('ringing, talking and holding follow each other without a gap', () => {
  const holds = [
    { from: at(5), to: at(7) },
    { from: at(9), to: at(12) },
  ];
  const parts = {
    alertingAt: at(0),
    connectedAt: at(2),
    holds,
    disconnectedAt: at(20),
    disconnectType: 'peer',
  } as const;
  assert.deepEqual(stretches({ ...parts, state: 'disconnected' }), [
    ['alert', 0, 2, 'connect'],
    ['interact', 2, 5, 'hold'],
    ['hold', 5, 7, 'unhold'],
    ['interact', 7, 9, 'hold'],
    ['hold', 9, 12, 'unhold'],
    ['interact', 12, 20, 'disconnect', 'peer'],
  ]);
});

test('a hold that goes on ends what was before it, and what follows the last hold is not over', () => {
  const holds = [{ from: at(5), to: at(7) }];
  assert.deepEqual(stretches({ connectedAt: at(0), holds, heldSince: at(9) }), [
    ['interact', 0, 5, 'hold'],
    ['hold', 5, 7, 'unhold'],
    ['interact', 7, 9, 'hold'],
  ]);
  assert.deepEqual(stretches({ connectedAt: at(0), holds }), [
    ['interact', 0, 5, 'hold'],
    ['hold', 5, 7, 'unhold'],
  ]);
});

test('who hangs up on hold ends the hold, and who is never reached was only rung', () => {
  const holds = [{ from: at(5), to: at(8) }];
  assert.deepEqual(stretches({ connectedAt: at(0), holds, disconnectedAt: at(8), state: 'disconnected' }), [
    ['interact', 0, 5, 'hold'],
    ['hold', 5, 8, 'disconnect'],
  ]);
  const missed = { alertingAt: at(0), disconnectedAt: at(8), disconnectType: 'client', state: 'disconnected' } as const;
  assert.deepEqual(stretches(missed), [['alert', 0, 8, 'disconnect', 'client']]);
});

test('the work after the end is a segment of its own, and work during the call is none', () => {
  const call = { connectedAt: at(0), disconnectedAt: at(8), state: 'disconnected' } as const;
  const wrapped = (seconds: number) => stretches({ ...call, wrapup: { code: 'c1', endedAt: at(seconds) } });
  assert.deepEqual(wrapped(11), [
    ['interact', 0, 8, 'disconnect'],
    ['wrapup', 8, 11, 'wrapup'],
  ]);
  assert.deepEqual(wrapped(5), [['interact', 0, 8, 'disconnect']]);
});
