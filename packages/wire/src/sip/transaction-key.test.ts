import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SipRequest } from './message.ts';
import { parseMessage } from './parse.ts';
import { buildCancel, buildRequest, ownVia } from './request.ts';
import { buildResponse } from './response.ts';
import { cancelledTransactionKey, clientTransactionKey, serverTransactionKey } from './transaction-key.ts';

interface Differences {
  readonly method?: string;
  readonly via?: string;
  readonly uri?: string;
  readonly fromTag?: string;
  readonly toTag?: string;
  readonly callId?: string;
  readonly sequence?: number;
}

const newVia = 'SIP/2.0/UDP a.example.com:5060;branch=z9hG4bKabc';
const oldVia = 'SIP/2.0/UDP a.example.com:5060;branch=1';

function request(differences: Differences = {}): SipRequest {
  const {
    method = 'INVITE',
    via = newVia,
    uri = 'sip:r@s',
    fromTag = '1',
    toTag,
    callId = 'c',
    sequence = 1,
  } = differences;
  const to = toTag === undefined ? 'To: <sip:r@s>' : `To: <sip:r@s>;tag=${toTag}`;
  const head = [`${method} ${uri} SIP/2.0`, `Via: ${via}`, `From: <sip:a@b>;tag=${fromTag}`, to];
  const text = [...head, `Call-ID: ${callId}`, `CSeq: ${sequence} ${method}`, '', ''].join('\r\n');
  const result = parseMessage(new TextEncoder().encode(text));
  assert.ok(result.ok && result.message.kind === 'request');
  return result.message;
}

const key = (differences?: Differences): string => serverTransactionKey(request(differences));

test('a request that comes again has the key of the first one', () => {
  assert.equal(key(), key());
  assert.equal(key({ via: oldVia }), key({ via: oldVia }));
});

test('with the cookie, branch, sent-by and method make the key, and nothing else does', () => {
  for (const via of [newVia.replace('abc', 'abd'), newVia.replace('5060', '5061'), newVia.replace('a.', 'b.')]) {
    assert.notEqual(key({ via }), key());
  }
  assert.notEqual(key({ method: 'BYE' }), key());
  assert.equal(key({ uri: 'sip:x@y', fromTag: '2', callId: 'd', sequence: 2 }), key());
});

test('the case of a host or a branch makes no difference', () => {
  assert.equal(key({ via: newVia.replace('a.example.com', 'A.Example.COM').replace('abc', 'ABC') }), key());
});

test('the ACK of a refusal has the key of its INVITE', () => {
  assert.equal(key({ method: 'ACK', toTag: 'ours' }), key());
  assert.equal(key({ method: 'ACK', toTag: 'ours', via: oldVia }), key({ via: oldVia }));
});

test('a CANCEL has a transaction of its own, and names the INVITE it wants to end', () => {
  assert.notEqual(key({ method: 'CANCEL' }), key());
  assert.equal(cancelledTransactionKey(request({ method: 'CANCEL' })), key());
  assert.equal(cancelledTransactionKey(request({ method: 'CANCEL', via: oldVia })), key({ via: oldVia }));
});

test('without the cookie, target, From tag, Call-ID, number, Via and method together make the key', () => {
  const first = key({ via: oldVia });
  const others: readonly Differences[] = [
    ...[{ uri: 'sip:x@s' }, { fromTag: '2' }, { callId: 'd' }, { sequence: 2 }, { method: 'BYE' }],
    { via: oldVia.replace('5060', '5061') },
  ];
  for (const other of others) assert.notEqual(key({ via: oldVia, ...other }), first, JSON.stringify(other));
});

test('a cookie with nothing behind it counts as no branch', () => {
  const via = 'SIP/2.0/UDP a.example.com;branch=z9hG4bK';
  assert.notEqual(key({ via }), key({ via, callId: 'd' }));
});

test('a response has the key of the request that it answers', () => {
  const from = { displayName: undefined, uri: 'sip:a@b', parameters: [] };
  const via = ownVia({ transport: 'UDP', host: 'h', port: 5_060, unique: 'u' });
  const invite = buildRequest({ method: 'INVITE', uri: 'sip:r@s', via, from, to: from, callId: 'c', sequence: 1 });
  const answer = clientTransactionKey(buildResponse(invite, 200, { toTag: 't' }));
  assert.equal(answer, clientTransactionKey(invite));
  assert.notEqual(answer, clientTransactionKey(buildCancel(invite)));
});
