import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parseAddress, tagOf } from './address.ts';
import type { SipFaultCode } from './fault.ts';
import type { SipMessage, SipRequest } from './message.ts';
import { headerValue, headerValues } from './message.ts';
import { parseMessage } from './parse.ts';
import { buildRefusal } from './response.ts';
import { serializeMessage } from './serialize.ts';
import { branchOf, parseVia } from './via.ts';

const corpus = new URL('corpus/', import.meta.url);
const namesIn = (folder: string): readonly string[] => readdirSync(new URL(folder, corpus)).toSorted();
const bytesOf = (path: string): Uint8Array => readFileSync(new URL(path, corpus));

function taken(name: string): SipMessage {
  const result = parseMessage(bytesOf(`valid/${name}.sip`));
  assert.ok(result.ok);
  return result.message;
}

function request(name: string): SipRequest {
  const message = taken(name);
  assert.ok(message.kind === 'request');
  return message;
}

for (const name of namesIn('valid/')) {
  test(`the sound message ${name} is taken, and reads the same after it is written again`, () => {
    const result = parseMessage(bytesOf(`valid/${name}`));
    assert.ok(result.ok, result.ok ? '' : `${result.fault.code} ${result.fault.header}`);
    assert.deepEqual(parseMessage(serializeMessage(result.message)), result);
  });
}

/** Each unsound message: the fault, the header at fault, and the status of the answer (none: it is not answered). */
const faults: Readonly<Record<string, readonly [code: SipFaultCode, header?: string | undefined, status?: number]>> = {
  'bare-carriage-return': ['textInvalid', undefined, 400],
  'bare-line-feed': ['textInvalid', undefined, 400],
  'bracketed-request-uri': ['uriInvalid', undefined, 400],
  'contact-headers-without-brackets': ['headerInvalid', 'Contact', 400],
  'content-type-without-subtype': ['headerInvalid', 'Content-Type', 400],
  'control-character': ['textInvalid', undefined, 400],
  'cseq-of-other-method': ['methodMismatch', 'CSeq', 400],
  'cseq-of-other-unknown-method': ['methodMismatch', 'CSeq', 400],
  'cseq-too-large': ['headerInvalid', 'CSeq', 400],
  'display-name-not-token': ['headerInvalid', 'From', 400],
  empty: ['empty'],
  'extra-separators': ['headerInvalid', 'Via'],
  'extra-separators-in-contact': ['headerInvalid', 'Contact', 400],
  'fold-after-request-line': ['headerInvalid', undefined, 400],
  'headers-in-request-uri': ['uriInvalid', undefined, 400],
  'length-beyond-datagram': ['bodyTruncated', 'Content-Length', 400],
  'length-negative': ['headerInvalid', 'Content-Length', 400],
  'length-not-a-number': ['headerInvalid', 'Content-Length', 400],
  'line-feeds-only': ['headUnended'],
  'line-without-colon': ['headerInvalid', undefined, 400],
  'max-forwards-too-large': ['headerInvalid', 'Max-Forwards', 400],
  'name-not-token': ['headerInvalid', undefined, 400],
  'no-call-id': ['headerMissing', 'Call-ID'],
  'no-cseq': ['headerMissing', 'CSeq'],
  'no-empty-line': ['headUnended', undefined, 400],
  'no-from-no-to': ['headerMissing', 'From'],
  'no-via': ['headerMissing', 'Via'],
  'not-utf8': ['textInvalid', undefined, 400],
  'null-byte': ['textInvalid', undefined, 400],
  'open-quote': ['headerInvalid', 'To', 400],
  'port-too-large': ['headerInvalid', 'Via'],
  'route-without-brackets': ['headerInvalid', 'Route', 400],
  'space-behind-request-line': ['startLineInvalid', undefined, 400],
  'space-in-address': ['headerInvalid', 'To', 400],
  'space-in-request-uri': ['startLineInvalid', undefined, 400],
  'status-too-large': ['startLineInvalid'],
  'two-equal-lengths': ['headerRepeated', 'Content-Length', 400],
  'two-froms': ['headerRepeated', 'From', 400],
  'two-lengths': ['headerRepeated', 'Content-Length', 400],
  'two-spaces-in-request-line': ['startLineInvalid', undefined, 400],
  'uri-not-absolute': ['uriInvalid', undefined, 400],
  'version-not-sip': ['startLineInvalid', undefined, 400],
  'version-seven': ['versionUnsupported', undefined, 505],
};

for (const name of namesIn('invalid/')) {
  const expected = faults[name.replace('.sip', '')];
  test(`the unsound message ${name} is refused as ${expected?.[0]}`, () => {
    assert.ok(expected, 'the file has no expected fault');
    const result = parseMessage(bytesOf(`invalid/${name}`));
    assert.ok(!result.ok, 'the message was taken');
    const status = buildRefusal(result.fault, 'ours')?.status;
    assert.deepEqual([result.fault.code, result.fault.header, status], [expected[0], expected[1], expected[2]]);
  });
}

test('every expected fault has its file', () => {
  assert.deepEqual(
    Object.keys(faults)
      .map((name) => `${name}.sip`)
      .toSorted(),
    namesIn('invalid/'),
  );
});

test('a recording request is read as its sender meant it', () => {
  const invite = request('siprec-invite');
  assert.deepEqual(headerValues(invite, 'Record-Route'), [
    '<sip:edge.example.com;lr>',
    '<sip:core.example.com:5070;transport=tcp;lr>',
  ]);
  assert.equal(parseAddress(headerValue(invite, 'm') ?? '')?.parameters[0]?.name, '+sip.src');
  assert.equal(headerValue(invite, 'Content-Type'), 'multipart/mixed;boundary=rec-part');
  assert.ok(new TextDecoder().decode(invite.body).includes('<datamode>complete</datamode>'));
});

test('odd spacing, folding and compact names change nothing about what is said', () => {
  const invite = request('odd-spacing');
  assert.equal(invite.uri, 'sip:recorder@srs.example.com;unknown-flag');
  assert.equal(tagOf(invite.to), '8800nn');
  assert.equal(invite.from.displayName, 'Caller "One" \\');
  assert.equal(tagOf(invite.from), 'cc77');
  assert.deepEqual(invite.cseq, { number: 12, method: 'INVITE' });
  assert.equal(headerValue(invite, 'Subject'), '');
  const branches = headerValues(invite, 'Via').map((value) => branchOf(parseVia(value) ?? invite.via));
  assert.deepEqual(branches, ['z9hG4bKodd1', 'z9hG4bKodd2', 'z9hG4bKodd3']);
  assert.equal(invite.body.length, 2);
});

test('characters that look odd but are allowed are kept', () => {
  const message = request('unusual-characters');
  assert.equal(message.method, "!odd-Method.%_*+`'~09");
  assert.equal(message.to.displayName, 'bell \u0007 null \u0000 delete \u007f');
  assert.equal(branchOf(message.via), "z9hG4bK-.!%_*+`'~x");
  assert.equal(headerValue(message, "extension-Header.!%*+_`'~"), '\ufeff大停電');
});

test('a second message behind the body of a datagram is not taken for a part of the first', () => {
  assert.equal(request('bytes-behind-body').body.length, 0);
});

test('a binary body is kept byte for byte', () => {
  const { body } = request('binary-body');
  const every = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  assert.ok(Buffer.from(body).includes(Buffer.from(every)));
});

test('a reason phrase may be empty or in any script', () => {
  const [empty, utf8] = [taken('empty-reason'), taken('utf8-reason')];
  assert.equal(empty.kind === 'response' && empty.reason, '');
  assert.equal(utf8.kind === 'response' && utf8.reason, '= 2**3 * 5**2 = двести');
});
