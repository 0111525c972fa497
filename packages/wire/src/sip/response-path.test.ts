import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SipRequest } from './message.ts';
import { headerValues } from './message.ts';
import { parseMessage } from './parse.ts';
import { responseTarget, withSource } from './response-path.ts';
import { parseVia } from './via.ts';

function requestWithVia(...vias: readonly string[]): SipRequest {
  const lines = ['OPTIONS sip:x.org SIP/2.0', ...vias.map((via) => `Via: ${via}`), 'From: <sip:a@b>;tag=1'];
  const text = [...lines, 'To: <sip:c@d>', 'Call-ID: c', 'CSeq: 1 OPTIONS', '', ''].join('\r\n');
  const result = parseMessage(new TextEncoder().encode(text));
  assert.ok(result.ok && result.message.kind === 'request');
  return result.message;
}

const source = { host: '198.51.100.9', port: 49_152 };

test('a request from the address it names is left as it is', () => {
  const request = requestWithVia('SIP/2.0/UDP 198.51.100.9:5060;branch=z9hG4bK1');
  assert.equal(withSource(request, source), request);
});

test('a request that names a host or another address is marked with the one it came from', () => {
  const request = withSource(requestWithVia('SIP/2.0/UDP sbc.example.com;branch=z9hG4bK1, SIP/2.0/UDP b'), source);
  assert.deepEqual(headerValues(request, 'Via'), [
    'SIP/2.0/UDP sbc.example.com;branch=z9hG4bK1;received=198.51.100.9',
    'SIP/2.0/UDP b',
  ]);
  assert.deepEqual(responseTarget(request.via), { host: '198.51.100.9', port: 5_060 });
});

test('only the topmost Via is marked', () => {
  const request = withSource(requestWithVia('SIP/2.0/UDP a;rport', 'SIP/2.0/UDP b;rport'), source);
  assert.deepEqual(headerValues(request, 'Via'), [
    'SIP/2.0/UDP a;rport=49152;received=198.51.100.9',
    'SIP/2.0/UDP b;rport',
  ]);
});

test('a request that asks with rport is answered at the port it came from', () => {
  const request = withSource(requestWithVia('SIP/2.0/UDP 198.51.100.9:5060;rport;branch=z9hG4bK1'), source);
  assert.deepEqual(responseTarget(request.via), source);
});

test('what a request itself claims about its source is overwritten', () => {
  const request = withSource(requestWithVia('SIP/2.0/UDP 198.51.100.9;received=203.0.113.1;rport=7'), source);
  assert.deepEqual(responseTarget(request.via), source);
  const named = withSource(requestWithVia('SIP/2.0/UDP 198.51.100.9:5066;received=203.0.113.1'), source);
  assert.deepEqual(responseTarget(named.via), { host: '198.51.100.9', port: 5_066 });
});

test('an IPv6 source is the same address with and without brackets', () => {
  const request = requestWithVia('SIP/2.0/UDP [2001:db8::9]:5060');
  assert.equal(withSource(request, { host: '2001:db8::9', port: 1 }), request);
  assert.deepEqual(responseTarget(request.via), { host: '2001:db8::9', port: 5_060 });
});

test('without a port a response goes to the default port of its transport', () => {
  const ports = ['UDP', 'TCP', 'TLS', 'tls'].map((transport) => {
    const via = parseVia(`SIP/2.0/${transport} a.example.com`);
    assert.ok(via);
    return responseTarget(via).port;
  });
  assert.deepEqual(ports, [5_060, 5_060, 5_061, 5_061]);
});

test('a maddr does not lead our answers to a third host', () => {
  const request = withSource(requestWithVia('SIP/2.0/UDP a.example.com;maddr=203.0.113.1'), source);
  assert.equal(responseTarget(request.via).host, '198.51.100.9');
});
