import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sipLimits } from './limits.ts';
import type { StreamEvent } from './stream.ts';
import { StreamFramer } from './stream.ts';

const lines = [
  'Via: SIP/2.0/TCP a.example.com;branch=z9hG4bKa',
  'From: <sip:a@example.com>;tag=1',
  'To: <sip:b@example.com>',
  'CSeq: 1 OPTIONS',
];

function messageText(callId: string, body: string, ...more: readonly string[]): string {
  const head = ['OPTIONS sip:srs.example.com SIP/2.0', ...lines, `Call-ID: ${callId}`, ...more];
  return `${[...head, `Content-Length: ${body.length}`].join('\r\n')}\r\n\r\n${body}`;
}

/** The events as short words: the Call-ID of a message, the code of a fault. */
function words(events: readonly StreamEvent[]): readonly string[] {
  return events.map((event) => {
    if (event.kind === 'message') return event.message.callId;
    return event.kind === 'ping' ? 'ping' : `${event.kind} ${event.fault.code}`;
  });
}

function fed(...texts: readonly string[]): readonly string[] {
  const framer = new StreamFramer();
  return texts.flatMap((text) => words(framer.feed(Buffer.from(text))));
}

test('a message comes out as soon as its last byte is in, and not before', () => {
  const framer = new StreamFramer();
  const bytes = Buffer.from(messageText('one', 'body'));
  assert.deepEqual(framer.feed(bytes.subarray(0, -1)), []);
  const [event] = framer.feed(bytes.subarray(-1));
  assert.ok(event?.kind === 'message');
  assert.deepEqual(event.message.body, new TextEncoder().encode('body'));
});

test('several messages in one piece come out in order', () => {
  assert.deepEqual(fed(messageText('one', '') + messageText('two', 'b') + messageText('three', '')), [
    'one',
    'two',
    'three',
  ]);
});

test('the same bytes in single steps give the same events', () => {
  const text = `\r\n\r\n\r\n${messageText('one', 'b')}\r\n\r\n${messageText('two', '')}\r\n`;
  assert.deepEqual(fed(...text), ['ping', 'one', 'ping', 'two']);
  assert.deepEqual(fed(text), ['ping', 'one', 'ping', 'two']);
});

test('a double line break between messages is a ping, a single one is nothing', () => {
  assert.deepEqual(fed('\r\n\r\n'), ['ping']);
  assert.deepEqual(fed('\r\n', '\r\n'), ['ping']);
  assert.deepEqual(fed('\r\n\r\n\r\n\r\n'), ['ping', 'ping']);
  assert.deepEqual(fed(`\r\n${messageText('one', '')}`), ['one']);
});

test('a body keeps its bytes when the buffer is used again', () => {
  const framer = new StreamFramer();
  const [first] = framer.feed(Buffer.from(messageText('one', 'first body')));
  framer.feed(Buffer.from(messageText('two', 'other text')));
  assert.ok(first?.kind === 'message');
  assert.equal(new TextDecoder().decode(first.message.body), 'first body');
});

test('a bad message whose end is known is refused, and the next one is read', () => {
  const bad = messageText('bad', 'body', 'Contact: <<>>');
  assert.deepEqual(fed(bad + messageText('next', '')), ['refused headerInvalid', 'next']);
});

test('a refused message carries what its answer needs', () => {
  const [event] = new StreamFramer().feed(Buffer.from(messageText('bad', '', 'Contact: <<>>')));
  assert.ok(event?.kind === 'refused');
  assert.equal(event.fault.refused?.method, 'OPTIONS');
});

const withoutLength = messageText('x', '').replace('Content-Length: 0\r\n', '');

for (const [what, text, code] of [
  ['no Content-Length', withoutLength, 'lengthMissing'],
  ['two Content-Lengths', messageText('x', '', 'l: 0'), 'headerRepeated'],
  ['a Content-Length that is no number', messageText('x', '').replace(': 0', ': -1'), 'headerInvalid'],
  ['a first line that is not SIP', 'GET / HTTP/1.1\r\nContent-Length: 0\r\n\r\n', 'startLineInvalid'],
  ['a line break that is none', messageText('x', '').replace('CSeq', '\nCSeq'), 'textInvalid'],
  ['too many headers', messageText('x', '', ...Array(sipLimits.headersMax).fill('X: 1')), 'headersTooMany'],
] as const) {
  test(`a stream breaks at a message with ${what}, and gives nothing afterwards`, () => {
    assert.deepEqual(fed(`${text}${messageText('next', '')}`, messageText('later', '')), [`broken ${code}`]);
  });
}

test('a message at the size limit is taken from a stream, and one byte more breaks it', () => {
  const room = sipLimits.messageBytesMax - messageText('x', '').length - '65000'.length + 1;
  const largest = messageText('x', 'b'.repeat(room));
  assert.equal(largest.length, sipLimits.messageBytesMax);
  assert.deepEqual(fed(largest + messageText('next', '')), ['x', 'next']);
  assert.deepEqual(fed(messageText('x', 'b'.repeat(room + 1))), ['broken messageTooLarge']);
});

test('a head that never ends breaks the stream when it is larger than a message may be', () => {
  const framer = new StreamFramer();
  const piece = Buffer.from(`X: ${'y'.repeat(1_000)}\r\n`);
  const events: StreamEvent[] = [];
  for (let sent = 0; sent <= sipLimits.messageBytesMax; sent += piece.length) events.push(...framer.feed(piece));
  assert.deepEqual(words(events), ['broken messageTooLarge']);
});

test('one piece of many messages, larger than one message may be, is read to its end', () => {
  const text = messageText('one', 'b'.repeat(500));
  const count = Math.ceil((3 * sipLimits.messageBytesMax) / text.length);
  assert.equal(fed(text.repeat(count)).length, count);
});
