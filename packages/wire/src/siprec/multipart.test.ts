import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type BodyPart, joinMultipart, partHeader, siprecLimits, splitMultipart } from './index.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (part: BodyPart | undefined): string => new TextDecoder().decode(part?.body);
const mixed = 'multipart/mixed; boundary=b';

function split(body: string, contentType: string = mixed) {
  const result = splitMultipart(contentType, bytes(body));
  assert.ok(result.ok, result.ok ? '' : `${result.fault.code} ${result.fault.detail}`);
  return result.value;
}

function faultOf(body: string, contentType: string = mixed): string {
  const result = splitMultipart(contentType, bytes(body));
  assert.equal(result.ok, false);
  return result.ok ? '' : `${result.fault.code} ${result.fault.detail}`;
}

test('parts are split at boundary lines, and the line break before a boundary belongs to it', () => {
  const { parts, isComplete } = split('--b\r\nContent-Type: a/b\r\n\r\none\r\n\r\n--b\r\n\r\ntwo\r\n--b--\r\n');
  assert.equal(isComplete, true);
  assert.deepEqual(parts.map(text), ['one\r\n', 'two']);
  assert.deepEqual(parts[0]?.headers, [{ name: 'content-type', value: 'a/b' }]);
  assert.deepEqual(parts[1]?.headers, []);
});

test('a body with LF line ends splits like one with CRLF', () => {
  const body = '--b\r\nContent-Type: a/b\r\n\r\none\r\n--b--\r\n';
  assert.deepEqual(split(body.replaceAll('\r\n', '\n')).parts, split(body).parts);
});

test('preamble and epilogue are passed over', () => {
  const { parts } = split('preamble\r\n\r\n--b\r\n\r\none\r\n--b--\r\nepilogue\r\n--b\r\n\r\nnot a part');
  assert.deepEqual(parts.map(text), ['one']);
});

test('a quoted boundary and one with blanks after it in the body are found', () => {
  assert.deepEqual(split('--x=y?\r\n\r\none\r\n--x=y?-- \r\n', 'multipart/mixed; boundary="x=y?"').parts.map(text), [
    'one',
  ]);
  assert.deepEqual(split('--b \t\r\n\r\none\r\n--b--').parts.map(text), ['one']);
});

test('a line that only begins like the boundary is content', () => {
  assert.deepEqual(split('--b\r\n\r\n--bc\r\n--b-\r\n --b\r\n--b--').parts.map(text), ['--bc\r\n--b-\r\n --b']);
});

test('a last part without closing boundary is kept, and the body says it is not complete', () => {
  const { parts, isComplete } = split('--b\r\n\r\none\r\n--b\r\nX: y\r\n\r\ncut of');
  assert.equal(isComplete, false);
  assert.deepEqual(parts.map(text), ['one', 'cut of']);
  assert.deepEqual(split('--b\r\n\r\none\r\n--b').parts.map(text), ['one']);
});

test('header names are found whatever their case, folded lines are joined, and lines that are no headers left out', () => {
  const { parts } = split('--b\r\nCONTENT-type:\r\n a/b\r\nnonsense\r\nX-y :z\r\n\r\n.\r\n--b--');
  assert.deepEqual(parts[0]?.headers, [
    { name: 'content-type', value: 'a/b' },
    { name: 'x-y', value: 'z' },
  ]);
  assert.ok(parts[0]);
  assert.equal(partHeader(parts[0], 'content-type'), 'a/b');
  assert.equal(partHeader(parts[0], 'content-id'), undefined);
});

test('a part with headers and no blank line has an empty body', () => {
  const { parts } = split('--b\r\nX: y\r\n--b--');
  assert.deepEqual(parts[0]?.headers, [{ name: 'x', value: 'y' }]);
  assert.equal(text(parts[0]), '');
});

test('part bodies are views of the input and not copies', () => {
  const body = bytes('--b\r\n\r\none\r\n--b--');
  const result = splitMultipart(mixed, body);
  assert.ok(result.ok);
  assert.equal(result.value.parts[0]?.body.buffer, body.buffer);
});

test('a content type without a usable boundary, and a body without it, are faults', () => {
  assert.equal(faultOf('--b--', 'application/sdp'), 'boundaryUnusable content type');
  assert.equal(faultOf('--b--', 'multipart/mixed'), 'boundaryUnusable content type');
  assert.equal(faultOf('--b--', 'multipart/mixed; boundary="a b"'), 'boundaryUnusable content type');
  assert.equal(faultOf('v=0\r\n'), 'boundaryMissing body');
  const longest = 'x'.repeat(siprecLimits.boundaryCharsMax);
  assert.equal(split(`--${longest}\r\n\r\none`, `multipart/mixed; boundary=${longest}`).parts.length, 1);
  assert.match(faultOf(`--${longest}x`, `multipart/mixed; boundary=${longest}x`), /^boundaryUnusable/);
});

test('each bound accepts its limit and refuses one beyond', () => {
  const parts = (count: number): string => `${'--b\r\n\r\n.\r\n'.repeat(count)}--b--`;
  assert.equal(split(parts(siprecLimits.partsMax)).parts.length, siprecLimits.partsMax);
  assert.equal(faultOf(parts(siprecLimits.partsMax + 1)), `bodyTooLarge part ${siprecLimits.partsMax + 1}`);

  const headers = (count: number): string => `--b\r\n${'X: y\r\n'.repeat(count)}\r\n.\r\n--b--`;
  assert.equal(split(headers(siprecLimits.partHeadersMax)).parts[0]?.headers.length, siprecLimits.partHeadersMax);
  assert.equal(faultOf(headers(siprecLimits.partHeadersMax + 1)), 'bodyTooLarge part 1');

  const value = (length: number): string => `--b\nX: ${'x'.repeat(length)}\n\n.\n--b--`;
  assert.ok(split(value(siprecLimits.headerValueCharsMax)));
  assert.equal(faultOf(value(siprecLimits.headerValueCharsMax + 1)), 'bodyTooLarge part 1');

  const body = (length: number): string => `--b\r\n\r\n${'x'.repeat(length - 7)}`;
  assert.ok(split(body(siprecLimits.bodyBytesMax)));
  assert.equal(faultOf(body(siprecLimits.bodyBytesMax + 1)), 'bodyTooLarge bytes');
});

test('a folded header cannot grow without bound', () => {
  const folded = ` ${'x'.repeat(1_000)}\r\n`.repeat(50);
  assert.equal(faultOf(`--b\r\nX: y\r\n${folded}\r\n.\r\n--b--`), 'bodyTooLarge part 1');
});

test('writing refuses a boundary that occurs inside a part, and headers that could smuggle one in', () => {
  const part = { headers: [], body: bytes('one\n--b\n') };
  const codeOf = (boundary: string, parts: readonly BodyPart[]): string => {
    const result = joinMultipart(boundary, parts);
    return result.ok ? 'ok' : `${result.fault.code} ${result.fault.detail}`;
  };
  assert.equal(codeOf('b', [part]), 'boundaryClash part 1');
  assert.equal(codeOf('c', [part]), 'ok');
  assert.equal(codeOf('', [part]), 'boundaryUnusable boundary');
  assert.equal(
    codeOf('c', [part, { ...part, headers: [{ name: 'x', value: 'y\r\n\r\n' }] }]),
    'headerMalformed part 2',
  );
  assert.equal(codeOf('c', [{ ...part, headers: [{ name: 'x y', value: 'z' }] }]), 'headerMalformed part 1');
});

const part: fc.Arbitrary<BodyPart> = fc.record(
  {
    headers: fc.array(
      fc.record(
        {
          name: fc.stringMatching(/^[a-z][a-z-]{0,11}$/),
          value: fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/),
        },
        { noNullPrototype: true },
      ),
      { maxLength: 4 },
    ),
    body: fc.uint8Array({ maxLength: 200 }),
  },
  { noNullPrototype: true },
);

test('whatever parts are written are read back as equal parts', () => {
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
      const written = joinMultipart('a-boundary', parts);
      assert.ok(written.ok);
      const read = splitMultipart('multipart/mixed;boundary=a-boundary', written.value);
      assert.ok(read.ok);
      assert.equal(read.value.isComplete, true);
      assert.deepEqual(
        read.value.parts.map(({ headers, body }) => ({ headers, body: [...body] })),
        parts.map(({ headers, body }) => ({ headers, body: [...body] })),
      );
    }),
    { numRuns: 200 },
  );
});
