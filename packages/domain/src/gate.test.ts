import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  admits,
  close,
  closedGate,
  closeFrom,
  fencePassed,
  fenceSent,
  type GateState,
  meet,
  open,
  openGate,
  wantsFence,
} from './gate.ts';
import { type Instant, instant } from './instant.ts';

const at = (ms: number): Instant => instant(ms);
const unit = (ms: number, isAnchor = true) => ({ arrivedAt: at(ms), isAnchor });

/** A gate that closed at 100 and whose guard ends at 350. */
const opening = (needsAnchor = false): GateState => open(closedGate(at(100)), { notBefore: at(350), needsAnchor });
const fenced = (needsAnchor = false): GateState => fenceSent(opening(needsAnchor), at(350));

test('a gate closes from every state, and stays shut since when it first was', () => {
  assert.deepEqual(close(openGate(at(10)), at(100)), closedGate(at(100)));
  assert.deepEqual(close(closedGate(at(100)), at(200)), closedGate(at(100)));
  for (const state of [opening(), fenced(), fencePassed(fenced(true), at(360))]) {
    assert.deepEqual(close(state, at(400)), closedGate(at(100)));
  }
});

test('only an open gate admits', () => {
  assert.equal(admits(openGate(at(100)), unit(100)), true);
  for (const state of [closedGate(at(100)), opening(), fenced(), fencePassed(fenced(true), at(360))]) {
    assert.equal(admits(state, unit(1_000)), false);
  }
});

test('a unit that arrived before the gate opened is refused however late it is read', () => {
  assert.equal(admits(openGate(at(100)), unit(99.999)), false);
});

test('an open gate and an opening gate stay as they are when asked to open', () => {
  const running = openGate(at(10));
  const waiting = fenced();
  assert.equal(open(running, { notBefore: at(20), needsAnchor: false }), running);
  assert.equal(open(waiting, { notBefore: at(20), needsAnchor: false }), waiting);
});

test('a fence is wanted once, from the end of the guard interval on, and by an opening gate only', () => {
  assert.equal(wantsFence(opening(), at(349.999)), false);
  assert.equal(wantsFence(opening(), at(350)), true);
  assert.equal(wantsFence(fenced(), at(351)), false);
  assert.equal(wantsFence(openGate(at(10)), at(351)), false);
  assert.equal(wantsFence(closedGate(at(10)), at(351)), false);
});

test('a fence sent before the guard has passed counts for nothing', () => {
  const early = fenceSent(opening(), at(349.999));
  assert.deepEqual(early, opening());
  assert.deepEqual(fencePassed(early, at(400)), opening());
});

test('a fence means nothing to a gate that is not opening', () => {
  for (const state of [openGate(at(10)), closedGate(at(10))]) {
    assert.equal(fenceSent(state, at(400)), state);
    assert.equal(fencePassed(state, at(400)), state);
  }
});

test('a fence that comes back opens the gate from that instant on', () => {
  assert.deepEqual(fencePassed(fenced(), at(360)), openGate(at(360)));
});

test('a fence whose return is stamped within the guard opens the gate at the end of the guard', () => {
  assert.deepEqual(fencePassed(fenced(), at(340)), openGate(at(350)));
});

test('a stream whose units depend on earlier ones opens at the first anchor behind the fence', () => {
  const waiting = fencePassed(fenced(true), at(360));
  assert.equal(meet(waiting, unit(361, false)), waiting);
  assert.deepEqual(meet(waiting, unit(362)), openGate(at(362)));
});

test('an anchor that arrived before the fence came back does not open the gate', () => {
  const waiting = fencePassed(fenced(true), at(360));
  assert.equal(meet(waiting, unit(359.999)), waiting);
  assert.deepEqual(meet(waiting, unit(360)), openGate(at(360)));
});

test('a gate that is closing takes what arrived before its instant, and nothing from there on', () => {
  const closing = closeFrom(openGate(at(10)), at(100));
  assert.equal(admits(closing, unit(99.999)), true);
  assert.equal(admits(closing, unit(100)), false);
  assert.equal(admits(closing, unit(9)), false);
  assert.deepEqual(close(closing, at(130)), closedGate(at(100)), 'it has been shut since that instant');
  assert.deepEqual(close(closing, at(90)), closedGate(at(90)));
  assert.deepEqual(closeFrom(closing, at(120)), closing, 'a later closing does not put it off');
  for (const state of [closedGate(at(10)), opening(true), fenced()]) assert.equal(closeFrom(state, at(400)), state);
});

test('an anchor moves no gate but one that waits for it', () => {
  for (const state of [openGate(at(10)), closedGate(at(10)), opening(true), fenced(true)]) {
    assert.equal(meet(state, unit(400)), state);
  }
});
