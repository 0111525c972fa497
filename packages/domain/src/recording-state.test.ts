import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SpanId } from './ids.ts';
import { instant } from './instant.ts';
import {
  type ActiveCause,
  causeOf,
  isSecurePause,
  type PauseCause,
  pauseCauses,
  type RecordingControl,
  reportedState,
  runningControl,
  startsClosed,
  withCause,
  withoutCause,
} from './recording-state.ts';

function cause(kind: PauseCause, spanId = 'span'): ActiveCause {
  return { cause: kind, spanId: spanId as SpanId, since: instant(1_000) };
}
const unconfirmed: RecordingControl = { causes: [], hasUnconfirmedPause: true };

test('the four causes of a pause come and go without touching each other', () => {
  const anyMove = fc.record({
    kind: fc.constantFrom<PauseCause>(...pauseCauses),
    isBegin: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(anyMove, { maxLength: 40 }), (moves) => {
      const expected = new Set<PauseCause>();
      let control = runningControl;
      for (const { kind, isBegin } of moves) {
        control = isBegin ? withCause(control, cause(kind)) : withoutCause(control, kind);
        if (isBegin) expected.add(kind);
        else expected.delete(kind);
        assert.deepEqual(new Set(control.causes.map((active) => active.cause)), expected);
        assert.equal(control.causes.length, expected.size);
        assert.equal(reportedState(control, 1), expected.size > 0 ? 'PAUSED' : 'ACTIVE');
        assert.equal(isSecurePause(control), expected.has('securePause'));
        assert.equal(startsClosed(control), expected.size > 0);
      }
    }),
  );
});

test('the end of a hold leaves a secure pause in force, with its span and its instant', () => {
  const both = withCause(withCause(runningControl, cause('securePause', 'first')), cause('holdSuppression', 'second'));
  const left = withoutCause(both, 'holdSuppression');
  assert.deepEqual(left.causes, [cause('securePause', 'first')]);
  assert.deepEqual(causeOf(left, 'securePause'), cause('securePause', 'first'));
  assert.equal(causeOf(left, 'holdSuppression'), undefined);
});

test('the state is PAUSED while a cause holds, else ACTIVE while something is captured, else NONE', () => {
  assert.equal(reportedState(withCause(runningControl, cause('holdSuppression')), 0), 'PAUSED');
  assert.equal(reportedState(runningControl, 2), 'ACTIVE');
  assert.equal(reportedState(runningControl, 0), 'NONE');
});

test('a pause that was not confirmed is not reported as PAUSED, yet new captures start closed', () => {
  assert.equal(reportedState(unconfirmed, 1), 'ACTIVE');
  assert.equal(startsClosed(unconfirmed), true);
  assert.equal(startsClosed(runningControl), false);
});

test('only a confirmed secure pause or an authorised resume settles a pause that was not confirmed', () => {
  assert.equal(withCause(unconfirmed, cause('securePause')).hasUnconfirmedPause, false);
  assert.equal(withoutCause(unconfirmed, 'securePause').hasUnconfirmedPause, false);
  assert.equal(withCause(unconfirmed, cause('holdSuppression')).hasUnconfirmedPause, true);
  const held = withCause(unconfirmed, cause('holdSuppression'));
  assert.equal(startsClosed(withoutCause(held, 'holdSuppression')), true);
});
