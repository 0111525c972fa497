import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerName } from './header-names.ts';
import type { RequestText, SipHeader } from './message.ts';
import { hasToken, headerValue, headerValues, noBody } from './message.ts';

function messageWith(...headers: readonly (readonly [name: string, value: string])[]): RequestText {
  const lines: SipHeader[] = headers.map(([name, value]) => ({ name, value }));
  return { kind: 'request', method: 'OPTIONS', uri: 'sip:x.org', headers: lines, body: noBody };
}

test('a header is found by any case of its name and by its compact form', () => {
  const message = messageWith(['Session-Expires', '1800'], ['X-Own', 'kept']);
  for (const name of ['session-expires', 'SESSION-EXPIRES', 'x', 'X']) assert.equal(headerValue(message, name), '1800');
  assert.equal(headerValue(message, 'x-own'), 'kept');
  assert.equal(headerValue(message, 'X-Other'), undefined);
});

test('every compact form stands for its header', () => {
  const pairs = { v: 'Via', f: 'From', t: 'To', i: 'Call-ID', m: 'Contact', c: 'Content-Type', l: 'Content-Length' };
  const more = { e: 'Content-Encoding', k: 'Supported', s: 'Subject', o: 'Event', u: 'Allow-Events', r: 'Refer-To' };
  for (const [short, long] of Object.entries({ ...pairs, ...more })) {
    assert.equal(headerName(short), long);
    assert.equal(headerName(short.toUpperCase()), long);
  }
});

test('list headers are split over lines and commas, in order', () => {
  const message = messageWith(
    ['Supported', 'timer, 100rel'],
    ['Allow', 'INVITE'],
    ['Supported', 'replaces'],
    ['Supported', ''],
  );
  assert.deepEqual(headerValues(message, 'k'), ['timer', '100rel', 'replaces']);
});

test('a header that is no list keeps its commas', () => {
  const message = messageWith(['Subject', 'one, two'], ['Date', 'Tue, 04 Mar 2025 09:15:00 GMT']);
  assert.deepEqual(headerValues(message, 's'), ['one, two']);
  assert.deepEqual(headerValues(message, 'date'), ['Tue, 04 Mar 2025 09:15:00 GMT']);
});

test('a list line that cannot be split counts as one value', () => {
  assert.deepEqual(headerValues(messageWith(['Contact', '"open, <sip:a@b>']), 'Contact'), ['"open, <sip:a@b>']);
});

test('a token in a list header is found in any case, and only as a whole', () => {
  const message = messageWith(['Supported', 'Timer, replaces']);
  assert.ok(hasToken(message, 'Supported', 'timer'));
  assert.ok(!hasToken(message, 'Supported', 'time'));
  assert.ok(!hasToken(message, 'Require', 'timer'));
});
