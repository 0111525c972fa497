import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRecordingBody } from './index.ts';

const mixed = 'multipart/mixed;boundary=b';

function partsOf(contentType: string, body: string): { description: string | undefined; metadata: string | undefined } {
  const result = readRecordingBody(contentType, new TextEncoder().encode(body));
  assert.ok(result.ok);
  const text = (bytes: Uint8Array | undefined): string | undefined =>
    bytes === undefined ? undefined : new TextDecoder().decode(bytes);
  return { description: text(result.value.description), metadata: text(result.value.metadata) };
}

test('a lone SDP or metadata body is taken as it is, and a body of another kind gives nothing', () => {
  assert.deepEqual(partsOf('application/sdp', 'x'), { description: 'x', metadata: undefined });
  assert.deepEqual(partsOf('Application/RS-Metadata+xml; charset=utf-8', 'x'), {
    description: undefined,
    metadata: 'x',
  });
  assert.deepEqual(partsOf('text/plain', 'x'), { description: undefined, metadata: undefined });
});

test('metadata is known by its type, or by its disposition where the type was mangled', () => {
  const body = (headers: string): string => `--b\r\n${headers}\r\n\r\nx\r\n--b--`;
  assert.equal(partsOf(mixed, body('Content-Type: application/rs-metadata')).metadata, 'x');
  assert.equal(
    partsOf(mixed, body('Content-Type: application/ +xml\r\nContent-Disposition: Recording-Session')).metadata,
    'x',
  );
  assert.equal(partsOf(mixed, body('Content-Type: application/gtd')).metadata, undefined);
  const sdp = partsOf(mixed, body('Content-Type: application/sdp\r\nContent-Disposition: recording-session'));
  assert.deepEqual(sdp, { description: 'x', metadata: undefined });
});

test('the first part of a kind counts, wherever it stands', () => {
  const body =
    '--b\nContent-Type: a/b\n\n1\n--b\nContent-Type: application/sdp\n\n2\n--b\nContent-Type: application/sdp\n\n3\n--b--';
  assert.equal(partsOf(mixed, body).description, '2');
});

test('a multipart body that cannot be split is a fault', () => {
  const result = readRecordingBody(mixed, new Uint8Array());
  assert.deepEqual(result, { ok: false, fault: { code: 'boundaryMissing', detail: 'body' } });
});
