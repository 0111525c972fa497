/** Events of a page from nowhere good: what is kept is an event without card numbers, or nothing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import { readEvent } from '../../src/cobrowse/read-event.ts';

const typed = { type: 3, data: { source: 5, text: '4111 1111 1111 1111', id: 7 }, timestamp: 1 };
const node = {
  type: 2,
  tagName: 'p',
  attributes: { title: '5500000000000004' },
  childNodes: [{ type: 3, textContent: 'x' }],
};
const snapshot = { type: 2, data: { node, initialOffset: { top: 0, left: 0 } }, timestamp: 2 };
const meta = { type: 4, data: { href: 'https://shop.example/', width: 1, height: 1 }, timestamp: 2 };
const corpus = [typed, [meta, snapshot]].map((value) => new Uint8Array(Buffer.from(JSON.stringify(value))));

test('whatever a page calls an event, what is kept of it is one, and has no card number', () => {
  let kept = 0;
  for (const input of fuzzInputs(57, corpus, 8_000, 'rrweb events')) {
    for (const kind of ['event', 'anchor'] as const) {
      const bytes = readEvent(input, kind);
      if (bytes === undefined) continue;
      kept += 1;
      // A number like 1e20 is written in full again.
      assert.ok(bytes.length <= input.length * 8);
      const text = Buffer.from(bytes).toString();
      assert.equal(Array.isArray(JSON.parse(text)), kind === 'anchor');
      assert.ok(!/(?<!\d)(4111 1111 1111 1111|5500000000000004)(?!\d)/.test(text));
    }
  }
  assert.ok(kept > 100, `only ${kept} were kept`);
});

test('an event that is nested without end is refused, and costs no more than its bytes', () => {
  const depth = 200_000;
  const nested = `{"type":3,"timestamp":1,"data":${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}}`;
  const started = process.cpuUsage();
  const bytes = readEvent(Buffer.from(nested), 'event');
  assert.ok(bytes === undefined || bytes.length === nested.length);
  assert.ok(process.cpuUsage(started).user < 5_000_000);
});
