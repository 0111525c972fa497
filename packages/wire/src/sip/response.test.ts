import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tagOf } from './address.ts';
import type { SipRequest } from './message.ts';
import { headerValue, headerValues } from './message.ts';
import { parseMessage } from './parse.ts';
import { reasonFor } from './reasons.ts';
import { buildRefusal, buildResponse, buildTrying } from './response.ts';
import { serializeMessage } from './serialize.ts';

const invite = [
  'INVITE sip:recorder@srs.example.com SIP/2.0',
  'Via: SIP/2.0/UDP edge.example.com;branch=z9hG4bKe',
  'Via: SIP/2.0/UDP sbc.example.com;branch=z9hG4bKs, SIP/2.0/TCP inner.example.com',
  'Record-Route: <sip:edge.example.com;lr>',
  'Timestamp: 54',
  'From: "SBC" <sip:src@sbc.example.com>;tag=7',
  'To: <sip:recorder@srs.example.com>',
  'Call-ID: c',
  'CSeq: 9 INVITE',
  'User-Agent: SBC',
];

function requestFrom(lines: readonly string[]): SipRequest {
  const result = parseMessage(new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`));
  assert.ok(result.ok && result.message.kind === 'request');
  return result.message;
}

test('a response repeats all Vias, From, Call-ID and CSeq as they came, and To with our tag', () => {
  const response = buildResponse(requestFrom(invite), 486, { toTag: 'ours' });
  assert.equal(response.reason, 'Busy Here');
  assert.deepEqual(
    response.headers.map(({ name, value }) => `${name}: ${value}`),
    [...[invite[1], invite[2], invite[5]], `${invite[6]};tag=ours`, ...[invite[7], invite[8]]],
  );
  assert.equal(tagOf(response.to), 'ours');
});

test('a tag that the request already has on To stays', () => {
  const request = requestFrom(invite.map((line) => (line.startsWith('To:') ? `${line};tag=theirs` : line)));
  const response = buildResponse(request, 200, { toTag: 'ours' });
  assert.equal(headerValue(response, 'To'), '<sip:recorder@srs.example.com>;tag=theirs');
});

test('only responses that can make a dialog repeat Record-Route', () => {
  const request = requestFrom(invite);
  const routes = (status: number): number =>
    headerValues(buildResponse(request, status, { toTag: 't' }), 'Record-Route').length;
  assert.deepEqual([100, 101, 180, 200, 299, 300, 486, 600].map(routes), [0, 1, 1, 1, 1, 0, 0, 0]);
});

test('a 100 has no tag of ours and repeats the Timestamp', () => {
  const trying = buildTrying(requestFrom(invite));
  assert.equal(tagOf(trying.to), undefined);
  assert.equal(headerValue(trying, 'Timestamp'), '54');
  assert.equal(headerValue(buildResponse(requestFrom(invite), 180, { toTag: 't' }), 'Timestamp'), undefined);
});

test('a response has the given reason, headers, and body with its type', () => {
  const bytes = new TextEncoder().encode('v=0\r\n');
  const response = buildResponse(requestFrom(invite), 200, {
    toTag: 'ours',
    reason: 'Recording',
    headers: [{ name: 'Contact', value: '<sip:srs@192.0.2.50>' }],
    body: { type: 'application/sdp', bytes },
  });
  const read = parseMessage(serializeMessage(response));
  assert.deepEqual(read, { ok: true, message: response });
  assert.equal(response.reason, 'Recording');
  assert.deepEqual(
    response.headers.slice(-2).map(({ value }) => value),
    ['<sip:srs@192.0.2.50>', 'application/sdp'],
  );
});

test('an unknown status has the reason phrase of its class', () => {
  assert.deepEqual([199, 299, 399, 499, 599, 699].map(reasonFor), [
    ...['Session Progress', 'OK', 'Multiple Choices', 'Bad Request', 'Server Internal Error', 'Busy Everywhere'],
  ]);
});

test('the answer to a request that cannot be read says what was wrong and has a tag of ours', () => {
  const lines = invite.map((line) => (line.startsWith('From') ? 'From: "open <sip:a@b>;tag=7' : line));
  const result = parseMessage(new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`));
  assert.ok(!result.ok);
  const refusal = buildRefusal(result.fault, 'ours');
  assert.ok(refusal);
  assert.deepEqual([refusal.status, refusal.reason], [400, 'Malformed Header: From']);
  assert.equal(headerValue(refusal, 'To'), '<sip:recorder@srs.example.com>;tag=ours');
  assert.deepEqual(headerValues(refusal, 'Via').length, 3);
  assert.ok(new TextDecoder().decode(serializeMessage(refusal)).endsWith('Content-Length: 0\r\n\r\n'));
});

test('a To that cannot be read, or has a tag, is repeated as it came', () => {
  for (const to of ['To: "open <sip:a@b>', 'To: <sip:a@b>;tag=theirs']) {
    const lines = [...invite.filter((line) => !line.startsWith('To:')), to, 'Max-Forwards: many'];
    const result = parseMessage(new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n`));
    assert.ok(!result.ok);
    const refusal = buildRefusal(result.fault, 'ours');
    assert.ok(refusal);
    assert.equal(`To: ${headerValue(refusal, 'To')}`, to);
  }
});

test('what may not be answered has no answer', () => {
  assert.equal(buildRefusal({ code: 'empty', header: undefined, refused: undefined }, 'ours'), undefined);
});
