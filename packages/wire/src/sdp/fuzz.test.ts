import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import { answerOffer, parseDescription, sdpLimits, writeDescription } from './index.ts';

const folder = join(import.meta.dirname, 'corpus');
const corpus = readdirSync(folder)
  .sort()

  // Plain bytes, since the slices of a Buffer share its memory and the mutator would damage the corpus.
  .map((name) => new Uint8Array(readFileSync(join(folder, name))));

test('no damaged description makes the parser throw, grow, or repeat content in a fault', () => {
  let acceptedCount = 0;
  for (const input of fuzzInputs(1, corpus, 8_000, 'SDP')) {
    const result = parseDescription(input);
    if (!result.ok) {
      assert.match(result.fault.detail, /^(line \d{1,4}|lines|bytes|no line)$/);
      continue;
    }
    acceptedCount += 1;
    assert.ok(result.value.media.length <= sdpLimits.mediaMax);
    assert.ok(result.value.attributes.length <= sdpLimits.attributesMax);
    const written = new TextEncoder().encode(writeDescription(result.value));
    if (written.length <= sdpLimits.descriptionBytesMax) assert.deepEqual(parseDescription(written), result);
  }
  assert.ok(acceptedCount > 1_000, `only ${acceptedCount} inputs were accepted: the corpus is no longer understood`);
});

test('every damaged description that can be read can be answered, and the answer can be read', () => {
  const origin = {
    username: '-',
    sessionId: '1',
    sessionVersion: '1',
    netType: 'IN',
    addressType: 'IP4',
    address: 'x',
  };
  for (const input of fuzzInputs(2, corpus, 4_000, 'SDP answer')) {
    const offer = parseDescription(input);
    if (!offer.ok) continue;
    const ports = offer.value.media.map((_, index) => ({ rtpPort: 10_000 + 2 * index }));
    const answer = answerOffer(offer.value, { origin, address: '198.51.100.1', ports });
    const again = parseDescription(new TextEncoder().encode(writeDescription(answer.description)));
    assert.ok(again.ok);
    assert.equal(again.value.media.length, offer.value.media.length);
  }
});
