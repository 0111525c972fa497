import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withTag } from './address.ts';
import { headerValue, headerValues } from './message.ts';
import { parseMessage } from './parse.ts';
import type { RequestParts } from './request.ts';
import { buildAckOfRefusal, buildCancel, buildRequest, nextHop, ownVia } from './request.ts';
import { buildResponse } from './response.ts';
import { serializeMessage } from './serialize.ts';

const parts: RequestParts = {
  method: 'INVITE',
  uri: 'sip:recorder@srs.example.com',
  via: ownVia({ transport: 'UDP', host: '192.0.2.10', port: 5_060, unique: '-abc' }),
  from: { displayName: 'Demo SRC', uri: 'sip:src@192.0.2.10', parameters: [{ name: 'tag', value: 'f' }] },
  to: { displayName: undefined, uri: 'sip:recorder@srs.example.com', parameters: [] },
  callId: 'c@192.0.2.10',
  sequence: 7,
  headers: [
    { name: 'Route', value: '"Edge > one" <sip:edge.example.com;lr>, <sip:core.example.com;lr>' },
    { name: 'Contact', value: '<sip:src@192.0.2.10>' },
    { name: 'Require', value: 'siprec' },
  ],
  body: { type: 'application/sdp', bytes: new TextEncoder().encode('v=0\r\n') },
};

test('a request of ours has every header a request must have, and reads back as the same', () => {
  const request = buildRequest(parts);
  assert.deepEqual(
    request.headers.map(({ name }) => name),
    ['Via', 'Max-Forwards', 'From', 'To', 'Call-ID', 'CSeq', 'Route', 'Contact', 'Require', 'Content-Type'],
  );
  assert.equal(headerValue(request, 'Via'), 'SIP/2.0/UDP 192.0.2.10:5060;branch=z9hG4bK-abc;rport');
  assert.equal(headerValue(request, 'CSeq'), '7 INVITE');
  assert.deepEqual(parseMessage(serializeMessage(request)), { ok: true, message: request });
});

test('the ACK of a refusal has the branch, target, number and routes of its INVITE, and the To of the refusal', () => {
  const invite = buildRequest(parts);
  const refusal = buildResponse(invite, 486, { toTag: 'theirs' });
  const ack = buildAckOfRefusal(invite, refusal);
  assert.equal(ack.uri, invite.uri);
  assert.deepEqual(ack.via, invite.via);
  assert.deepEqual(ack.cseq, { number: 7, method: 'ACK' });
  assert.deepEqual(ack.to, withTag(invite.to, 'theirs'));
  assert.deepEqual(headerValues(ack, 'Route'), headerValues(invite, 'Route'));
  assert.equal(headerValue(ack, 'Require'), undefined);
  assert.equal(ack.body.length, 0);
});

test('a CANCEL has the branch, target, number and routes of its request, and the To without a tag', () => {
  const invite = buildRequest(parts);
  const cancel = buildCancel(invite);
  assert.deepEqual(cancel.via, invite.via);
  assert.deepEqual(cancel.cseq, { number: 7, method: 'CANCEL' });
  assert.deepEqual(cancel.to, invite.to);
  assert.deepEqual(headerValues(cancel, 'Route'), headerValues(invite, 'Route'));
});

test('a request goes to its first route, and without one to its own target', () => {
  assert.equal(nextHop(buildRequest(parts)), 'sip:edge.example.com;lr');
  assert.equal(nextHop(buildRequest({ ...parts, headers: [] })), parts.uri);
});
