/** The index of what was written: what is found, what is not, and what stands on the disk. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type DivisionId, instant, type RecordingId, type TextMask } from '@tacet/domain';
import { maskItem, TextTrail, termsOf } from '@tacet/media';
import fc from 'fast-check';
import { openIndex } from '../../src/search/open-index.ts';
import { SearchIndex } from '../../src/search/search-index.ts';
import { searchLimits } from '../../src/search/search-limits.ts';
import { FileKeyService } from '../../src/store/index.ts';
import { IndexUnderTest, origin, types } from './index-under-test.ts';

test('what came into store last is found first, and in pages', async () => {
  using under = new IndexUnderTest();
  for (const text of ['one refund', 'two refunds', 'a refund three']) await under.text(text);
  assert.deepEqual(under.found('refund*'), ['a refund three', 'two refunds', 'one refund']);
  assert.deepEqual(under.found('refund'), ['a refund three', 'one refund']);
  assert.deepEqual(under.found('refund*', { limit: 1, offset: 1 }), ['two refunds']);
  assert.deepEqual(under.page('refund*', { limit: 1, offset: 3 }), { items: [], total: 3 });
});

test('a search is narrowed by media type, division and time of arrival', async () => {
  using under = new IndexUnderTest();
  for (const [place, mediaType] of types.entries()) {
    const divisionId = `d${place}` as DivisionId;
    await under.text(`hello ${mediaType}`, under.home(`r${place}`, { mediaType, divisionId }), place * 1_000);
  }
  assert.equal(under.page('hello').total, 4);
  assert.deepEqual(under.found('hello', { mediaTypes: ['chat', 'social'] }), ['hello social', 'hello chat']);
  assert.deepEqual(under.found('hello', { divisionIds: ['d1' as DivisionId] }), ['hello email']);
  assert.deepEqual(under.found('hello', { divisionIds: [] }), []);
  const arrived = { from: instant(origin + 1_000), to: instant(origin + 3_000) };
  assert.deepEqual(under.found('hello', { arrived }), ['hello message', 'hello email']);
});

// Rule: a segment is indexed once, however often it is told of
test('a segment is indexed once, however often it is told of', async () => {
  using under = new IndexUnderTest();
  const id = await under.text('only once');
  under.index.add(id, under.home(), [{ itemId: 'again', arrivedAt: instant(origin), terms: termsOf('only once', 10) }]);
  under.reopen();
  assert.ok(under.index.hasSegment(id));
  assert.deepEqual(under.found('once'), ['only once']);
});

test('a mail is found by its subject, its text, its HTML and the names of its attachments, and not by what is in them', async () => {
  using under = new IndexUnderTest();
  const mail = [
    'From: a@example.com\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=x\r\n\r\n--x',
    'Content-Type: text/html; charset=utf-8\r\n\r\n<style>p{}</style><p title="tooltip">first&amp;second</p><script>evil()</script>\r\n--x',
    'Content-Type: application/pdf; name=invoice.pdf\r\nContent-Disposition: attachment; filename=invoice.pdf\r\n\r\ncontentword\r\n--x--',
  ].join('\r\n');
  await under.write({ head: { id: 'm', kind: 'mail', contentType: 'message/rfc822' }, body: Buffer.from(mail) });
  for (const words of ['grusse', 'first second', 'invoice', '"invoice pdf"'])
    assert.deepEqual(under.found(words), ['m'], words);
  for (const words of ['contentword', 'evil', 'style', 'amp']) assert.deepEqual(under.found(words), [], words);
});

test('nothing of a forgotten recording is found, nor left in the index, and the others stay', async () => {
  using under = new IndexUnderTest();
  await under.text('shared secret', under.home('r1'));
  const stays = await under.text('shared notice', under.home('r2'));
  const before = under.page('shared').total;
  under.index.forget('r1' as RecordingId);
  assert.deepEqual([before, under.found('shared'), under.found('secret')], [2, ['shared notice'], []]);
  const { db } = openIndex(under.dataDir, under.keys);
  const rows = db.prepare('SELECT count(*) AS rows FROM terms').get()?.['rows'];
  assert.equal(rows, termsOf('shared notice', 10).size);
  assert.deepEqual(
    db
      .prepare('SELECT id FROM segments')
      .all()
      .map(({ id }) => id),
    [stays],
  );
  db.close();
});

// Rule: an index that cannot be read is made anew from the recordings
test('an index that cannot be read is made anew from the recordings', async () => {
  using under = new IndexUnderTest();
  await under.text('some words');
  under.index.place = 7;
  under.reopen();
  assert.deepEqual([under.index.place, under.found('words').length], [7, 1]);
  under.index.close();
  writeFileSync(join(under.dataDir, 'search.db'), 'no database at all, and long enough to be looked at as one');
  const damaged = new SearchIndex(openIndex(under.dataDir, under.keys));
  assert.equal(damaged.place, 0);
  damaged.close();
  // Other wrapping keys: what was hashed under the old one can be found no more.
  using other = new IndexUnderTest();
  const lost = openIndex(under.dataDir, new FileKeyService(other.dataDir, { mayCreate: false }));
  assert.equal(lost.db.prepare('SELECT count(*) AS rows FROM terms').get()?.['rows'], 0);
  lost.db.close();
  under.index = new SearchIndex(openIndex(under.dataDir, under.keys));
});

function wholeFolder(dataDir: string): Buffer {
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Buffer.concat(files.map(({ parentPath, name }) => readFileSync(join(parentPath, name))));
}

test('no word of what was written stands in any file of the index, in no encoding', async () => {
  using under = new IndexUnderTest();
  const words = ['extraordinary', 'chrysanthemum', 'Überraschung'];
  for (const word of words) await under.text(`an ${word} indeed`);
  await under.write({ head: { id: 'x', kind: 'message', subject: words.join(' ') }, body: new Uint8Array() });
  const bytes = wholeFolder(under.dataDir);
  const forms = [...words, 'uberraschung', 'extraord', 'chrysanthemum u', 'indeed'];
  for (const form of forms) {
    for (const encoding of ['utf8', 'utf16le', 'latin1'] as const) {
      assert.ok(!bytes.includes(Buffer.from(form, encoding)), `${form} as ${encoding}`);
    }
  }
  assert.deepEqual(under.found('uberraschung extraordinary'), ['x']);
});

const masks: ReadonlySet<TextMask> = new Set(['card', 'cvv', 'iban']);
const cards = ['4111111111111111', '5500 0000 0000 0004', '3782-822463-10005'];

test('nothing that was masked is found, whatever stands around it', async () => {
  const text = fc.stringMatching(/^[a-z ]{0,30}$/);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(text, fc.constantFrom(...cards)), { minLength: 1, maxLength: 4 }),
      async (parts) => {
        using under = new IndexUnderTest();
        const written = parts.map(([before, card]) => `${before} ${card} `).join('kept ');
        const item = {
          head: { id: 'i', kind: 'message', text: written, subject: written } as const,
          body: new Uint8Array(),
        };
        const masked = maskItem(item, masks, new TextTrail());
        await under.write(masked.item);
        for (const card of cards) {
          const digits = card.replaceAll(/\D/g, '');
          const groups = card.split(/\D/);
          for (const words of [digits, `"${card}"`, ...groups, `${digits.slice(0, 6)}*`, 'masked']) {
            assert.deepEqual(under.found(words), [], `${words} in ${written}`);
          }
        }
        if (parts.length > 1) assert.deepEqual(under.found('kept'), ['i']);
      },
    ),
    { numRuns: 25 },
  );
});

// Rule: card numbers and security codes are found in no item, masked or not
test('card numbers and security codes are found in no item, masked or not', async () => {
  using under = new IndexUnderTest();
  const encoded = Buffer.from('my card 4111 1111 1111 1111, cvv 987, order 12345').toString('base64');
  const mail = `Subject: s\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n${encoded}`;
  await under.write({ head: { id: 'm', kind: 'mail' }, body: Buffer.from(mail) });
  for (const words of ['4111', '987', '"1111 1111"']) assert.deepEqual(under.found(words), [], words);
  assert.deepEqual(under.found('order 12345 card'), ['m']);
});

test('only the first words of a long item are indexed, and a count stops at its limit', async () => {
  using under = new IndexUnderTest();
  const words = Array.from({ length: searchLimits.itemWordsMax }, (_, place) => `w${place.toString(36)}`);
  await under.write({
    head: { id: 'long', kind: 'message', text: `${words.join(' ')} behind` },
    body: new Uint8Array(),
  });
  assert.deepEqual([under.found(words.at(-1) ?? ''), under.found('behind')], [['long'], []]);
});
