import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SipHeader, SipRequest } from './message.ts';
import { buildRequest, ownVia } from './request.ts';
import { buildResponse } from './response.ts';
import type { SessionTimerVerdict } from './session-timer.ts';
import {
  agreedSessionTimer,
  negotiateSessionTimer,
  offerSessionTimer,
  planSessionTimer,
  secondsAskedFor,
} from './session-timer.ts';

type Lines = Readonly<Record<string, string>>;

function invite(lines: Lines): SipRequest {
  const headers: readonly SipHeader[] = Object.entries(lines).map(([name, value]) => ({ name, value }));
  const from = { displayName: undefined, uri: 'sip:src@a', parameters: [] };
  const via = ownVia({ transport: 'UDP', host: 'a', port: 5_060, unique: '1' });
  return buildRequest({ method: 'INVITE', uri: 'sip:srs@b', via, from, to: from, callId: 'c', sequence: 1, headers });
}

/** A verdict in one line: what was decided, then the headers to add. */
function outcome(verdict: SessionTimerVerdict): string {
  if (verdict.kind === 'none') return 'none';
  const lines = verdict.headers.map(({ name, value }) => `${name}: ${value}`);
  return [verdict.kind === 'refused' ? String(verdict.status) : 'agreed', ...lines].join(', ');
}

const supported = { Supported: 'timer' };

for (const [what, lines, expected] of [
  ['cannot use session timers', {}, 'none'],
  ['can use them but asks for none', supported, 'agreed, Session-Expires: 1800;refresher=uac, Require: timer'],
  [
    'asks for more than we want',
    { ...supported, 'Session-Expires': '7200' },
    'agreed, Session-Expires: 7200;refresher=uac, Require: timer',
  ],
  [
    'wants to refresh',
    { ...supported, 'Session-Expires': '600;refresher=uac' },
    'agreed, Session-Expires: 600;refresher=uac, Require: timer',
  ],
  [
    'wants us to refresh',
    { ...supported, 'Session-Expires': '600;refresher=UAS' },
    'agreed, Session-Expires: 600;refresher=uas',
  ],
  [
    'requires session timers',
    { Require: 'timer', 'Session-Expires': '90' },
    'agreed, Session-Expires: 90;refresher=uac, Require: timer',
  ],
  ['asks for less than 90 seconds', { ...supported, 'Session-Expires': '89' }, '422, Min-SE: 90'],
  ['got the header from a proxy', { 'Session-Expires': '600' }, 'agreed, Session-Expires: 600;refresher=uas'],
  ['got too short an interval from a proxy', { 'Session-Expires': '30' }, 'agreed, Session-Expires: 30;refresher=uas'],
  [
    'has a Min-SE above what we want',
    { ...supported, 'Min-SE': '3600' },
    'agreed, Session-Expires: 3600;refresher=uac, Require: timer',
  ],
  ['asks for no number', { ...supported, 'Session-Expires': 'soon' }, '400'],
  ['names an unknown refresher', { ...supported, 'Session-Expires': '600;refresher=me' }, '400'],
  ['has a Min-SE that is no number', { ...supported, 'Min-SE': '-1' }, '400'],
  ['asks for more seconds than a number holds', { ...supported, 'Session-Expires': '99999999999' }, '400'],
] as const satisfies readonly (readonly [string, Lines, string])[]) {
  test(`a peer that ${what} gets: ${expected}`, () => {
    assert.equal(outcome(negotiateSessionTimer(invite(lines))), expected);
  });
}

test('an interval at our shortest is taken, and one second less is answered with 422', () => {
  const policy = { secondsMin: 300, secondsWanted: 100, refresher: 'uas' } as const;
  const asked = (seconds: number): string =>
    outcome(negotiateSessionTimer(invite({ ...supported, 'Session-Expires': String(seconds) }), policy));
  assert.equal(asked(300), 'agreed, Session-Expires: 300;refresher=uas');
  assert.equal(asked(299), '422, Min-SE: 300');
  assert.equal(outcome(negotiateSessionTimer(invite(supported), policy)), 'agreed, Session-Expires: 300;refresher=uas');
});

test('a policy cannot go below the 90 seconds of RFC 4028', () => {
  const policy = { secondsMin: 1, secondsWanted: 1, refresher: 'uac' } as const;
  assert.match(outcome(negotiateSessionTimer(invite(supported), policy)), /Session-Expires: 90;/);
  assert.equal(
    outcome(negotiateSessionTimer(invite({ ...supported, 'Session-Expires': '60' }), policy)),
    '422, Min-SE: 90',
  );
});

test('what the answering side agrees to is what the asking side reads', () => {
  const verdict = negotiateSessionTimer(invite(supported));
  assert.ok(verdict.kind === 'agreed');
  const response = buildResponse(invite(supported), 200, { toTag: 't', headers: verdict.headers });
  assert.deepEqual(agreedSessionTimer(response), verdict.timer);
});

test('an offer of ours carries Min-SE only when it says more than its absence', () => {
  const lines = (min?: number): readonly string[] =>
    offerSessionTimer({ seconds: 1_800, refresher: 'uac' }, min).map(({ name, value }) => `${name}: ${value}`);
  assert.deepEqual(lines(), ['Supported: timer', 'Session-Expires: 1800;refresher=uac']);
  assert.deepEqual(lines(91), ['Supported: timer', 'Session-Expires: 1800;refresher=uac', 'Min-SE: 91']);
});

test('a 2xx without a session timer, or with a malformed one, agrees to none', () => {
  const answer = (headers: readonly SipHeader[]) => buildResponse(invite({}), 200, { toTag: 't', headers });
  assert.equal(agreedSessionTimer(answer([])), undefined);
  assert.equal(agreedSessionTimer(answer([{ name: 'Session-Expires', value: 'x' }])), undefined);
});

test('a 422 says how many seconds to ask for', () => {
  const answer = (headers: readonly SipHeader[]) => buildResponse(invite({}), 422, { toTag: 't', headers });
  assert.equal(secondsAskedFor(answer([{ name: 'Min-SE', value: '300' }])), 300);
  assert.equal(secondsAskedFor(answer([{ name: 'Min-SE', value: 'many' }])), undefined);
  assert.equal(secondsAskedFor(answer([])), undefined);
});

test('the refresher refreshes at half of the interval, and the other side ends the dialog before it is over', () => {
  const timer = { seconds: 1_800, refresher: 'uac' } as const;
  assert.deepEqual(planSessionTimer(timer, 'uac', 5_000), { refreshAtMs: 905_000, endAtMs: 1_773_000 });
  assert.deepEqual(planSessionTimer(timer, 'uas', 5_000), { refreshAtMs: undefined, endAtMs: 1_773_000 });
  assert.equal(planSessionTimer({ ...timer, seconds: 90 }, 'uas', 0).endAtMs, 60_000);
});

test('a refresh is always due before the end, and the end before the interval is over', () => {
  fc.assert(
    fc.property(fc.integer({ min: 90, max: 100_000 }), fc.nat(1e12), (seconds, startMs) => {
      const { refreshAtMs = Number.NaN, endAtMs } = planSessionTimer({ seconds, refresher: 'uas' }, 'uas', startMs);
      assert.ok(startMs < refreshAtMs && refreshAtMs < endAtMs && endAtMs < startMs + seconds * 1_000);
    }),
  );
});
