/** Frames of a page: read by their heads, whatever stands behind them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPageFrame } from './page-frame.ts';

const read = (text: string) => readPageFrame(Buffer.from(text));
const hello = { token: 't', tab: 'a'.repeat(32), page: 'b'.repeat(32), next: 0 };

test('a hello names a token, a tab and a page, and where the page goes on', () => {
  assert.deepEqual(read(`hello ${JSON.stringify(hello)}`), { kind: 'hello', ...hello });
  const wrong = [{ tab: 'x' }, { page: 'no spaces here' }, { next: -1 }, { next: 1.5 }, { token: 7 }, { tab: null }];
  for (const part of wrong) assert.equal(read(`hello ${JSON.stringify({ ...hello, ...part })}`), undefined);
  for (const text of ['hello', 'hello ', 'hello null', 'hello []', 'hellos {}', `hello ${'x'.repeat(99_999)}`]) {
    assert.equal(read(text), undefined);
  }
});

test('an event has a number and a body, an anchor names a mark as well', () => {
  assert.deepEqual(read('event 17 {}'), { kind: 'event', number: 17, bodyAt: 9 });
  assert.deepEqual(read('anchor 18 2 []'), { kind: 'anchor', number: 18, mark: 2, bodyAt: 12 });
});

test('what is no frame is read as nothing', () => {
  const wrong = ['', 'event', 'event 1', 'event 1 ', 'event 01 {}', 'event -1 {}', 'event 1.5 {}', 'anchor 1 {}'];
  for (const text of [...wrong, 'event 1234567890123456 {}', ' event 1 {}', 'Event 1 {}', 'anchor 1 2']) {
    assert.equal(read(text), undefined, text);
  }
});
