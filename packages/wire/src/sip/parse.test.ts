import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SipFault } from './fault.ts';
import { sipLimits } from './limits.ts';
import type { SipMessage } from './message.ts';
import { headerValue } from './message.ts';
import { parseMessage } from './parse.ts';
import { serializeMessage } from './serialize.ts';

const sound = [
  'OPTIONS sip:srs.example.com SIP/2.0',
  'Via: SIP/2.0/UDP a.example.com;branch=z9hG4bKa',
  'From: <sip:a@example.com>;tag=1',
  'To: <sip:b@example.com>',
  'Call-ID: c',
  'CSeq: 1 OPTIONS',
];

function bytesOf(lines: readonly string[], body = ''): Uint8Array {
  return new TextEncoder().encode(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

function taken(bytes: Uint8Array): SipMessage {
  const result = parseMessage(bytes);
  assert.ok(result.ok, result.ok ? '' : `${result.fault.code} ${result.fault.header}`);
  return result.message;
}

function refused(bytes: Uint8Array): SipFault {
  const result = parseMessage(bytes);
  assert.ok(!result.ok, 'the message was taken');
  return result.fault;
}

test('a message is read into its first line, its headers in order, its essentials and its body', () => {
  const message = taken(bytesOf([...sound, 'x-own:  kept ', 'l: 2'], 'hi'));
  assert.ok(message.kind === 'request');
  assert.equal(message.method, 'OPTIONS');
  assert.equal(message.uri, 'sip:srs.example.com');
  assert.deepEqual(
    message.headers.map(({ name }) => name),
    ['Via', 'From', 'To', 'Call-ID', 'CSeq', 'x-own'],
  );
  assert.equal(headerValue(message, 'X-Own'), 'kept');
  assert.equal(message.callId, 'c');
  assert.deepEqual(message.cseq, { number: 1, method: 'OPTIONS' });
  assert.equal(message.via.host, 'a.example.com');
  assert.equal(new TextDecoder().decode(message.body), 'hi');
});

test('a folded header line is joined with single spaces, whatever spaces and tabs it was folded with', () => {
  const message = taken(bytesOf([...sound, 'Subject: one \t', ' \t two', '\t', '\tthree']));
  assert.equal(headerValue(message, 'Subject'), 'one two three');
});

test('line breaks before the message are skipped', () => {
  assert.equal(taken(new TextEncoder().encode(`\r\n\r\n${new TextDecoder().decode(bytesOf(sound))}`)).callId, 'c');
});

test('a datagram without Content-Length has the rest as its body', () => {
  assert.equal(taken(bytesOf(sound, 'rest')).body.length, 4);
});

test('bytes behind the announced body are ignored', () => {
  assert.equal(new TextDecoder().decode(taken(bytesOf([...sound, 'Content-Length: 2'], 'hi and more')).body), 'hi');
});

test('a body of exactly the announced length is taken, and one byte less is refused', () => {
  assert.equal(taken(bytesOf([...sound, 'Content-Length: 4'], 'four')).body.length, 4);
  assert.equal(refused(bytesOf([...sound, 'Content-Length: 5'], 'four')).code, 'bodyTruncated');
});

test('a datagram of nothing, or of line breaks alone, is empty and is not answered', () => {
  for (const text of ['', '\r\n', '\r\n\r\n', '\n']) {
    assert.deepEqual(refused(new TextEncoder().encode(text)), { code: 'empty', header: undefined, refused: undefined });
  }
});

test('a message at the size limit is taken, and one byte more is refused with an answer', () => {
  const head = bytesOf(sound).length;
  assert.ok(taken(bytesOf(sound, 'b'.repeat(sipLimits.messageBytesMax - head))));
  const fault = refused(bytesOf(sound, 'b'.repeat(sipLimits.messageBytesMax - head + 1)));
  assert.equal(fault.code, 'messageTooLarge');
  assert.equal(fault.refused?.method, 'OPTIONS');
});

test('headers at the count limit are taken, and one more is refused', () => {
  const extra = Array.from({ length: sipLimits.headersMax - (sound.length - 1) }, (_, index) => `X-${index}: v`);
  assert.equal(taken(bytesOf([...sound, ...extra])).headers.length, sipLimits.headersMax);
  assert.equal(refused(bytesOf([...sound, ...extra, 'X: v'])).code, 'headersTooMany');
});

test('a header line at the length limit is taken, and one character more is refused, folded or not', () => {
  const line = `X-Long: ${'v'.repeat(sipLimits.headerCharsMax - 'X-Long: '.length)}`;
  assert.ok(taken(bytesOf([...sound, line])));
  assert.equal(refused(bytesOf([...sound, `${line}v`])).code, 'headerTooLong');
  assert.equal(refused(bytesOf([...sound, line, ' v'])).code, 'headerTooLong');
});

test('a Request-URI at the length limit is taken, and one character more is refused as too long', () => {
  const requestLine = (length: number): string => `OPTIONS sip:${'h'.repeat(length - 4)} SIP/2.0`;
  const [, ...headers] = sound;
  assert.ok(taken(bytesOf([requestLine(sipLimits.uriCharsMax), ...headers])));
  assert.equal(refused(bytesOf([requestLine(sipLimits.uriCharsMax + 1), ...headers])).code, 'uriTooLong');
});

test('a method at the length limit is taken, and one character more is refused', () => {
  const withMethod = (method: string): Uint8Array =>
    bytesOf([`${method} sip:x.org SIP/2.0`, ...sound.slice(1, 5), `CSeq: 1 ${method}`]);
  assert.ok(taken(withMethod('M'.repeat(sipLimits.methodCharsMax))));
  assert.equal(refused(withMethod('M'.repeat(sipLimits.methodCharsMax + 1))).code, 'startLineInvalid');
});

test('a list at the limit of values is taken, and one more is refused', () => {
  const routes = (count: number): string => `Route: ${Array(count).fill('<sip:p;lr>').join(',')}`;
  assert.ok(taken(bytesOf([...sound, routes(sipLimits.listValuesMax)])));
  assert.equal(refused(bytesOf([...sound, routes(sipLimits.listValuesMax + 1)])).header, 'Route');
});

test('a refused request carries what its answer repeats, compact forms written out', () => {
  const lines = [
    'INVITE sip:x.org SIP/2.0',
    'v: SIP/2.0/UDP a;branch=z9hG4bK1',
    'v: SIP/2.0/UDP b',
    'f: <sip:a@b>;tag=1',
  ];
  const {
    code,
    header,
    refused: request,
  } = refused(bytesOf([...lines, 't: "open <sip:x@y>', 'i: c', 'CSeq: 1 INVITE']));
  assert.deepEqual([code, header], ['headerInvalid', 'To']);
  assert.equal(request?.method, 'INVITE');
  assert.equal(request?.via.host, 'a');
  assert.deepEqual(
    request?.headers.map(({ name }) => name),
    ['Via', 'Via', 'From', 'To', 'Call-ID', 'CSeq'],
  );
});

test('a refused ACK and a refused response carry nothing to answer', () => {
  const [, ...headers] = sound;
  assert.equal(refused(bytesOf(['ACK sip:x.org SIP/2.0', ...headers])).refused, undefined);
  assert.equal(refused(bytesOf(['SIP/2.0 999 Odd', ...headers])).refused, undefined);
});

test('a fault never holds text of the message', () => {
  const fault = refused(bytesOf([...sound, 'X-Secret bad: 4111111111111111']));
  assert.equal(fault.header, undefined);
  assert.ok(!JSON.stringify({ ...fault, refused: undefined }).includes('4111'));
});

test('a control character is allowed only behind a backslash, and that backslash must not be quoted itself', () => {
  assert.ok(taken(bytesOf([...sound, 'Subject: "bell \\\u0007"'])));
  assert.equal(refused(bytesOf([...sound, 'Subject: "bell \\\\\u0007"'])).code, 'textInvalid');
  assert.equal(refused(bytesOf([...sound, 'Subject: bell \u0007'])).code, 'textInvalid');
});

test('a status line is read with any reason phrase, and a status outside 100 to 699 is refused', () => {
  const [, ...headers] = sound;
  const message = taken(bytesOf(['SIP/2.0 183 ', ...headers]));
  assert.deepEqual([message.kind, message.kind === 'response' && message.status], ['response', 183]);
  for (const status of ['099', '700', '20', '2000']) {
    assert.equal(refused(bytesOf([`SIP/2.0 ${status} OK`, ...headers])).code, 'startLineInvalid');
  }
  assert.equal(refused(bytesOf(['SIP/3.0 200 OK', ...headers])).code, 'versionUnsupported');
});

test('the body is a plain view of the given bytes, even of a part of a larger buffer', () => {
  const whole = Buffer.concat([Buffer.from('before'), bytesOf(sound, 'hello'), Buffer.alloc(0)]);
  const { body } = taken(whole.subarray('before'.length));
  assert.deepEqual(body, new TextEncoder().encode('hello'));
});

test('a written message always tells its true length, whatever its headers claim', () => {
  const message = taken(bytesOf(sound, 'hello'));
  const claimed = { ...message, headers: [...message.headers, { name: 'Content-Length', value: '99' }] };
  const text = new TextDecoder().decode(serializeMessage(claimed));
  assert.deepEqual(text.match(/Content-Length: \d+/g), ['Content-Length: 5']);
  assert.ok(text.endsWith('\r\n\r\nhello'));
});

test('a message with a line break in a line is not written', () => {
  const message = taken(bytesOf(sound));
  for (const value of ['a\r\nEvil: 1', 'a\nb', 'a\rb']) {
    const forged = { ...message, headers: [...message.headers, { name: 'Subject', value }] };
    assert.throws(() => serializeMessage(forged), /line break/);
  }
});
