import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import {
  applyMetadata,
  joinMultipart,
  parseXml,
  type RecordingMetadata,
  readHeaderValue,
  readMetadata,
  readRecordingBody,
  siprecLimits,
  splitMultipart,
  streamParties,
  writeMetadata,
  writeXml,
  type XmlElement,
} from './index.ts';

const folder = join(import.meta.dirname, 'corpus');
// Plain bytes, since the slices of a Buffer share its memory and the mutator would damage the corpus.
const corpus = new Map(readdirSync(folder).map((name) => [name, new Uint8Array(readFileSync(join(folder, name)))]));
const bodies = [...corpus.values()];
const boundaries = ['edge-boundary', 'SwitchBoundary', 'gatewayBoundary', 'prefix-delimiter', 'a:b=c?', '1A2B3C4D'];

/** The metadata documents of the corpus, taken out of their bodies. */
const documents = bodies.flatMap((body) => {
  const text = new TextDecoder().decode(body);
  const xml = /<(\?xml|recording)[\s\S]*<\/(\w+:)?recording>/.exec(text)?.[0];
  return xml === undefined ? [] : [new TextEncoder().encode(xml)];
});

function depthOf(element: XmlElement): number {
  return 1 + Math.max(0, ...element.children.map(depthOf));
}

test('no damaged body makes the splitter throw, grow, or repeat content in a fault', () => {
  let acceptedCount = 0;
  let count = 0;
  for (const input of fuzzInputs(11, bodies, 3_000, 'multipart')) {
    const contentType = `multipart/mixed; boundary="${boundaries[count++ % boundaries.length]}"`;
    assert.ok(readRecordingBody(contentType, input).ok === splitMultipart(contentType, input).ok);
    const split = splitMultipart(contentType, input);
    if (!split.ok) {
      assert.match(split.fault.detail, /^(content type|bytes|body|part \d{1,2})$/);
      continue;
    }
    acceptedCount += 1;
    assert.ok(split.value.parts.length <= siprecLimits.partsMax);
    const written = joinMultipart('fresh-boundary-of-ours', split.value.parts);
    assert.ok(written.ok);
    if (written.value.length > siprecLimits.bodyBytesMax || split.value.parts.length === 0) continue;
    const again = splitMultipart('multipart/mixed;boundary=fresh-boundary-of-ours', written.value);
    assert.ok(again.ok);
    assert.deepEqual(
      again.value.parts.map(({ headers }) => headers),
      split.value.parts.map(({ headers }) => headers),
    );
    for (const [index, part] of again.value.parts.entries()) {
      assert.equal(Buffer.compare(part.body, split.value.parts[index]?.body ?? new Uint8Array()), 0);
    }
  }
  assert.ok(acceptedCount > 200, `only ${acceptedCount} inputs were accepted: the corpus is no longer understood`);
});

test('no damaged header value makes its reader throw', () => {
  const values = ['multipart/mixed; boundary="a;b\\"c"; x=y', 'Application/SDP', 'session;handling=required'];
  for (const input of fuzzInputs(
    12,
    values.map((value) => new TextEncoder().encode(value)),
    2_000,
    'header value',
  )) {
    const value = readHeaderValue(new TextDecoder().decode(input));
    assert.ok(value.kind.length <= siprecLimits.headerValueCharsMax);
  }
});

test('no damaged document makes the XML reader throw, grow, or repeat content in a fault', () => {
  let acceptedCount = 0;
  for (const input of fuzzInputs(13, documents, 2_000, 'XML')) {
    const tree = parseXml(input);
    if (!tree.ok) {
      assert.match(tree.fault.detail, /^(bytes|\d{1,6}:\d{1,6})$/);
      continue;
    }
    acceptedCount += 1;
    assert.ok(depthOf(tree.value) <= siprecLimits.xmlDepthMax);
    assert.deepEqual(parseXml(new TextEncoder().encode(writeXml(tree.value))), tree);
  }
  assert.ok(acceptedCount > 200, `only ${acceptedCount} inputs were accepted: the corpus is no longer understood`);
});

test('no damaged metadata makes its reader throw, and the state it builds up stays within its limits', () => {
  let acceptedCount = 0;
  let state: RecordingMetadata | undefined;
  for (const input of fuzzInputs(14, documents, 3_000, 'metadata')) {
    const metadata = readMetadata(input);
    if (!metadata.ok) {
      assert.match(metadata.fault.detail, /^(entries|no elements|root element|[a-zA-Z]+ at (bytes|\d+:\d+))$/);
      continue;
    }
    acceptedCount += 1;
    assert.deepEqual(readMetadata(new TextEncoder().encode(writeMetadata(metadata.value))), metadata);
    const next = applyMetadata(state, { ...metadata.value, dataMode: 'partial' });
    state = next.ok ? next.value : undefined;
    assert.ok((state?.participants.length ?? 0) <= siprecLimits.metadataEntriesMax);
    assert.equal(streamParties(metadata.value).length, metadata.value.streams.length);
  }
  assert.ok(acceptedCount > 200, `only ${acceptedCount} inputs were accepted: the corpus is no longer understood`);
});
