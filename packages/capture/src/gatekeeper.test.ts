import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Defect, gate, type Instant, instant, limits } from '@tacet/domain';
import { marked } from '../test/rig.ts';
import { Gatekeeper } from './gatekeeper.ts';
import type { MediaTime, Unit } from './unit.ts';

const t0 = 1_780_000_000_000;
const at = (ms: number): Instant => instant(t0 + ms);

function unit(ms: number, more: { readonly isAnchor?: boolean; readonly media?: MediaTime } = {}): Unit {
  return { arrivedAt: at(ms), isAnchor: true, bytes: marked(ms), ...more };
}
const media = (time: number, source = 1): MediaTime => ({ source, time: time >>> 0, clockRate: 8_000 });

function isAdmitted(keeper: Gatekeeper, ms: number, mediaTime?: MediaTime): boolean {
  return keeper.admit(unit(ms, mediaTime === undefined ? {} : { media: mediaTime })) !== undefined;
}

/** Resumes at once: no guard, and a fence that comes straight back. */
function reopen(keeper: Gatekeeper, ms: number, needsAnchor = false): void {
  keeper.open({ notBefore: at(ms), needsAnchor });
  keeper.fenceSent(at(ms));
  keeper.fencePassed(at(ms));
}

test('a withheld unit is overwritten before anything else can see it', () => {
  const keeper = new Gatekeeper(gate.closedGate(at(0)));
  const refused = unit(10);
  assert.equal(keeper.admit(refused), undefined);
  assert.deepEqual(refused.bytes, Buffer.alloc(refused.bytes.length));
});

test('a withheld unit is overwritten in its own bytes only, not in what stands around them', () => {
  const batch = Buffer.alloc(30, 7);
  const keeper = new Gatekeeper(gate.closedGate(at(0)));
  keeper.admit({ arrivedAt: at(1), isAnchor: true, bytes: batch.subarray(10, 20) });
  assert.deepEqual(batch, Buffer.concat([Buffer.alloc(10, 7), Buffer.alloc(10), Buffer.alloc(10, 7)]));
});

test('an admitted unit is the very unit that came, its bytes untouched', () => {
  const keeper = new Gatekeeper(gate.openGate(at(0)));
  const passing = unit(10);
  assert.equal(keeper.admit(passing), passing);
  assert.deepEqual(passing.bytes, marked(10));
  assert.equal(keeper.withheldCount, 0);
});

test('a gatekeeper is made from a stored state and says since when it holds', () => {
  const opening = gate.open(gate.closedGate(at(5)), { notBefore: at(9), needsAnchor: false });
  for (const [state, isOpen] of [
    [gate.openGate(at(5)), true],
    [gate.closedGate(at(5)), false],
    [opening, false],
  ] as const) {
    const keeper = new Gatekeeper(state);
    assert.equal(keeper.isOpen, isOpen);
    assert.equal(keeper.since, at(5));
  }
});

test('withheld units are counted from the closing of the gate on, and told once when it opens', () => {
  const keeper = new Gatekeeper(gate.openGate(at(0)));
  assert.equal(isAdmitted(keeper, 10), true);
  assert.equal(keeper.close(at(20)), at(20));
  for (const ms of [25, 30, 35]) assert.equal(isAdmitted(keeper, ms), false);
  assert.equal(keeper.takeEnded(), undefined);
  reopen(keeper, 40);
  assert.equal(keeper.isOpen, true);
  assert.deepEqual(keeper.takeEnded(), { from: at(20), to: at(40), unitCount: 3 });
  assert.equal(keeper.takeEnded(), undefined);
  assert.equal(keeper.withheldCount, 3);
  keeper.close(at(50));
  assert.equal(keeper.withheldCount, 0);
});

test('units that arrived before a closing gate shut are admitted while they are read, later ones withheld and counted', () => {
  const keeper = new Gatekeeper(gate.openGate(at(0)));
  assert.equal(isAdmitted(keeper, 10), true);
  keeper.closeFrom(at(50));
  assert.equal(keeper.isClosing, true);
  assert.deepEqual([isAdmitted(keeper, 49), isAdmitted(keeper, 50), isAdmitted(keeper, 51)], [true, false, false]);
  assert.equal(keeper.close(at(60)), at(50));
  assert.equal(keeper.withheldCount, 2);
  assert.equal(isAdmitted(keeper, 40), false, 'a closed gate takes nothing, whenever it arrived');
});

test('what is withheld by a gate that is closing cannot come in again under an older media time', () => {
  const keeper = new Gatekeeper(gate.openGate(at(0)));
  keeper.closeFrom(at(40_000));
  assert.equal(isAdmitted(keeper, 40_001, media(8_000)), false);
  assert.equal(isAdmitted(keeper, 39_999, media(7_840)), false);
  keeper.close(at(40_000));
  reopen(keeper, 40_100);
  assert.equal(isAdmitted(keeper, 40_101, media(8_000)), false);
  assert.equal(isAdmitted(keeper, 40_102, media(8_160)), true);
});

test('a gate that is already shut stays shut since when it was', () => {
  const keeper = new Gatekeeper(gate.openGate(at(0)));
  keeper.close(at(20));
  isAdmitted(keeper, 25);
  assert.equal(keeper.close(at(30)), at(20));
  keeper.open({ notBefore: at(35), needsAnchor: false });
  assert.equal(keeper.close(at(40)), at(20));
  assert.equal(keeper.withheldCount, 1);
});

test('the instant of closing is later than the arrival of every admitted unit', () => {
  const keeper = new Gatekeeper(gate.openGate(at(0)));
  isAdmitted(keeper, 30);
  isAdmitted(keeper, 20);
  assert.equal(keeper.close(at(10)), at(30.001));
  const exact = new Gatekeeper(gate.openGate(at(0)));
  isAdmitted(exact, 30);
  assert.equal(exact.close(at(30)), at(30.001));
});

test('the instant of closing is never before the gate opened', () => {
  const keeper = new Gatekeeper(gate.openGate(at(50)));
  assert.equal(keeper.close(at(40)), at(50));
});

test('a fence is wanted once the guard has passed, and nothing is admitted before it is back', () => {
  const keeper = new Gatekeeper(gate.closedGate(at(0)));
  keeper.open({ notBefore: at(250), needsAnchor: false });
  keeper.fenceSent(at(240));
  keeper.fencePassed(at(245));
  assert.equal(keeper.isOpen, false);
  assert.equal(keeper.wantsFence(at(249)), false);
  assert.equal(keeper.wantsFence(at(250)), true);
  keeper.fenceSent(at(250));
  assert.equal(keeper.wantsFence(at(251)), false);
  assert.equal(isAdmitted(keeper, 255), false);
  keeper.fencePassed(at(260));
  assert.equal(isAdmitted(keeper, 259.999), false);
  assert.equal(isAdmitted(keeper, 260), true);
});

test('where units depend on earlier ones the withheld interval lasts until the anchor', () => {
  const keeper = new Gatekeeper(gate.closedGate(at(0)));
  reopen(keeper, 100, true);
  assert.equal(keeper.admit(unit(110, { isAnchor: false })), undefined);
  assert.notEqual(keeper.admit(unit(120)), undefined);
  assert.notEqual(keeper.admit(unit(130, { isAnchor: false })), undefined);
  assert.deepEqual(keeper.takeEnded(), { from: at(0), to: at(120), unitCount: 1 });
});

test('a unit reordered across the resume is refused by its media time', () => {
  const keeper = new Gatekeeper(gate.openGate(at(0)));
  isAdmitted(keeper, 1, media(8_000));
  keeper.close(at(10));
  isAdmitted(keeper, 20, media(8_160));
  isAdmitted(keeper, 40, media(8_480));
  reopen(keeper, 50);
  assert.equal(isAdmitted(keeper, 51, media(8_320)), false);
  assert.equal(isAdmitted(keeper, 52, media(8_480)), false);
  assert.equal(isAdmitted(keeper, 53, media(8_640)), true);
  assert.equal(keeper.withheldCount, 4);
  // Another source, and a unit without media time, have nothing to be late against.
  assert.equal(isAdmitted(keeper, 54, media(100, 2)), true);
  assert.equal(isAdmitted(keeper, 55), true);
});

test('a unit reordered across the resume is recognised where media time wraps', () => {
  const keeper = new Gatekeeper(gate.closedGate(at(0)));
  isAdmitted(keeper, 20, media(2 ** 32 - 160));
  isAdmitted(keeper, 40, media(160));
  reopen(keeper, 50);
  assert.equal(isAdmitted(keeper, 51, media(0)), false);
  assert.equal(isAdmitted(keeper, 52, media(2 ** 32 - 80)), false);
  assert.equal(isAdmitted(keeper, 53, media(320)), true);
});

test('a source that starts anew, far behind, is not late', () => {
  const keeper = new Gatekeeper(gate.closedGate(at(0)));
  isAdmitted(keeper, 20, media(80_000_000));
  reopen(keeper, 50);
  assert.equal(isAdmitted(keeper, 51, media(500)), true);
});

test('what was sent before the anchor that opened a gate is refused, though it comes after it', () => {
  const keeper = new Gatekeeper(gate.closedGate(at(0)));
  reopen(keeper, 10, true);
  assert.ok(isAdmitted(keeper, 20, media(1_000)), 'the anchor opens the gate');
  assert.equal(isAdmitted(keeper, 21, media(999)), false, 'it was overtaken on the network');
  assert.ok(isAdmitted(keeper, 22, media(1_000)), 'the rest of the anchor');
  assert.ok(isAdmitted(keeper, 23, media(1_160)));
});

test('a late anchor does not open the gate, so that nothing that depends on it is admitted', () => {
  const keeper = new Gatekeeper(gate.closedGate(at(0)));
  assert.equal(keeper.admit(unit(20, { isAnchor: false, media: media(8_160) })), undefined);
  reopen(keeper, 50, true);
  assert.equal(keeper.admit(unit(55, { media: media(8_000) })), undefined);
  assert.equal(keeper.isOpen, false);
  assert.equal(keeper.admit(unit(60, { isAnchor: false, media: media(8_320) })), undefined);
  assert.notEqual(keeper.admit(unit(65, { media: media(8_480) })), undefined);
  assert.deepEqual(keeper.takeEnded(), { from: at(0), to: at(65), unitCount: 3 });
});

test('a unit is late up to the late window after the gate opened, and not beyond', () => {
  const keeper = new Gatekeeper(gate.closedGate(at(0)));
  isAdmitted(keeper, 20, media(8_000));
  reopen(keeper, 50);
  assert.equal(isAdmitted(keeper, 50 + limits.lateWindowMs, media(7_999)), false);
  assert.equal(isAdmitted(keeper, 50.001 + limits.lateWindowMs, media(7_998)), true);
  // The memory is gone with the window: nothing withheld before can matter again.
  assert.equal(isAdmitted(keeper, 51, media(7_997)), true);
});

test('a pause longer than the late window still remembers what it withheld', () => {
  const keeper = new Gatekeeper(gate.openGate(at(0)));
  keeper.close(at(10));
  const longAfter = 10 + 2 * limits.lateWindowMs;
  isAdmitted(keeper, longAfter, media(8_000));
  isAdmitted(keeper, longAfter + 1, media(7_520));
  reopen(keeper, longAfter + 10);
  assert.equal(isAdmitted(keeper, longAfter + 11, media(7_840)), false);
});

test('a gate that would open before it closed is a defect', () => {
  const keeper = new Gatekeeper(gate.closedGate(at(100)));
  keeper.open({ notBefore: at(50), needsAnchor: false });
  keeper.fenceSent(at(60));
  assert.throws(() => keeper.fencePassed(at(70)), Defect);
  assert.equal(keeper.isOpen, false);
});
