import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatCSeq, parseCSeq } from './cseq.ts';
import { asksForSourcePort, branchOf, formatVia, isReliable, parseVia } from './via.ts';

test('a Via is read with spaces in all places where RFC 3261 allows them', () => {
  const via = parseVia('SIP  / 2.0 /UDP   192.0.2.20 : 5070 ; branch  =  z9hG4bKodd ; rport');
  assert.deepEqual(via, {
    transport: 'UDP',
    host: '192.0.2.20',
    port: 5070,
    parameters: [
      { name: 'branch', value: 'z9hG4bKodd' },
      { name: 'rport', value: undefined },
    ],
  });
  assert.ok(via);
  assert.equal(branchOf(via), 'z9hG4bKodd');
  assert.ok(asksForSourcePort(via));
  assert.equal(formatVia(via), 'SIP/2.0/UDP 192.0.2.20:5070;branch=z9hG4bKodd;rport');
});

test('a Via may name an IPv6 host, and its received address with or without brackets', () => {
  assert.equal(parseVia('SIP/2.0/TCP [2001:db8::1]:5060;received=2001:db8::2')?.host, '[2001:db8::1]');
  assert.ok(parseVia('SIP/2.0/TCP [2001:db8::1];received=[2001:db8::2]'));
});

test('only UDP is a transport that needs transactions to repeat messages', () => {
  const [udp, tcp, tls] = ['udp', 'TCP', 'TLS'].map((transport) => parseVia(`SIP/2.0/${transport} a`));
  assert.ok(udp && tcp && tls);
  assert.deepEqual([udp, tcp, tls].map(isReliable), [false, true, true]);
});

for (const [what, text] of [
  ['another protocol version', 'SIP/3.0/UDP a.example.com'],
  ['no host', 'SIP/2.0/UDP ;branch=1'],
  ['port zero', 'SIP/2.0/UDP a:0'],
  ['a port above 65535', 'SIP/2.0/UDP a:65536'],
  ['empty parameters', 'SIP/2.0/UDP a;;branch=1'],
  ['an empty branch', 'SIP/2.0/UDP a;branch'],
  ['a quoted branch', 'SIP/2.0/UDP a;branch="x"'],
  ['an rport that is no port', 'SIP/2.0/UDP a;rport=99999'],
  ['a received that is no host', 'SIP/2.0/UDP a;received=%'],
  ['an empty received', 'SIP/2.0/UDP a;received'],
  ['a ttl above 255', 'SIP/2.0/UDP a;ttl=256'],
  ['a maddr that is no host', 'SIP/2.0/UDP a;maddr=+'],
] as const) {
  test(`a Via with ${what} is refused`, () => {
    assert.equal(parseVia(text), undefined);
  });
}

test('a Via at the edges of its numbers is taken', () => {
  assert.ok(parseVia('SIP/2.0/UDP a:65535;rport=1;ttl=255;maddr=224.2.0.1'));
});

test('a CSeq number may have leading zeros and is less than 2**31', () => {
  assert.deepEqual(parseCSeq('0012   INVITE'), { number: 12, method: 'INVITE' });
  assert.deepEqual(parseCSeq('2147483647 BYE'), { number: 2_147_483_647, method: 'BYE' });
  for (const text of ['2147483648 BYE', '-1 BYE', '1', '1 ', 'BYE', '1 BYE now', '1 B@E', '1e3 BYE']) {
    assert.equal(parseCSeq(text), undefined, text);
  }
  assert.equal(formatCSeq({ number: 12, method: 'INVITE' }), '12 INVITE');
});
