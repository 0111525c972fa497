/** Frames of a page from nowhere good: no bytes make the reader throw, and what it reads lies within them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import { maskCardNumbers, readPageFrame } from './index.ts';

const hello = { token: 'abc.def', tab: 'a'.repeat(32), page: 'b'.repeat(32), next: 0 };
const event = { type: 3, data: { source: 5, text: '4111 1111 1111 1111', id: 7 }, timestamp: 1_790_000_000_000 };
const corpus = [
  `hello ${JSON.stringify(hello)}`,
  `event 17 ${JSON.stringify(event)}`,
  `anchor 18 2 ${JSON.stringify([
    { ...event, type: 4 },
    { ...event, type: 2 },
  ])}`,
].map((text) => new Uint8Array(Buffer.from(text)));

test('no damaged frame makes the reader or the mask throw, and a body lies within its frame', () => {
  const counts = { hello: 0, event: 0, anchor: 0 };
  for (const input of fuzzInputs(51, corpus, 8_000, 'co-browse frames')) {
    const frame = readPageFrame(input);
    if (frame === undefined) continue;
    counts[frame.kind] += 1;
    if (frame.kind === 'hello') continue;
    assert.ok(frame.bodyAt > 0 && frame.bodyAt < input.length);
    try {
      maskCardNumbers(JSON.parse(Buffer.from(input.subarray(frame.bodyAt)).toString()));
    } catch (error) {
      assert.ok(error instanceof SyntaxError);
    }
  }
  for (const [kind, count] of Object.entries(counts)) assert.ok(count > 50, `only ${count} of ${kind} were read`);
});
