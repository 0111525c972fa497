/** Whatever comes as a mail is read to an end, and nothing in its HTML runs, loads or leads anywhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readMailHeaders } from '../../src/mail/mail-headers.ts';
import { openMail, safeHtml } from '../../src/mail/open-mail.ts';

/** Bytes that look like a mail here and there. */
const pieces = fc.constantFrom(
  ...[
    'From: ',
    'To: a@b.example',
    'Subject: ',
    '=?utf-8?B?',
    '?=',
    'Content-Type: multipart/mixed; boundary=b',
    '--b',
    '--b--',
  ],
  ...[
    'Content-Type: text/html',
    'Content-Type: message/rfc822',
    'Content-Transfer-Encoding: base64',
    'References: <a@b>',
  ],
  ...['\r\n', '\n', '\r\n\r\n', '\0', ';', '"', '<', '>', '(', ')', ':', ',', '='],
);
const mails = fc
  .array(fc.oneof(pieces, fc.string({ unit: 'binary' })), { maxLength: 60 })
  .map((parts) => Buffer.from(parts.join(''), 'latin1'));

test('any bytes are read and opened to an end', async () => {
  await fc.assert(
    fc.asyncProperty(mails, async (bytes) => {
      const headers = await readMailHeaders(bytes);
      assert.ok(JSON.stringify(headers).length < 400_000);
      const opened = await openMail(bytes, true);
      assert.equal(opened.contents.length, opened.attachments.length);
    }),
    { numRuns: 500 },
  );
});

const markup = fc.constantFrom(
  ...[
    '<script>',
    '</script>',
    '<img src=x onerror=alert(1)>',
    '<svg onload=alert(1)>',
    '<a href="javascript:alert(1)">',
    '<style>',
  ],
  ...[
    '<iframe src="http://evil.example">',
    '<form action=http://evil.example>',
    '<meta http-equiv=refresh content=0>',
    '<base href=/>',
  ],
  ...[
    '<p style="background:url(http://evil.example)">',
    '<table background=http://evil.example>',
    '<!--',
    '-->',
    '<',
    '>',
    '"',
    "'",
    '&lt;',
  ],
  ...[
    '<math><mtext><table><mglyph><style>',
    '<noscript>',
    '<textarea>',
    '<template>',
    '<title>',
    '<xmp>',
    ' onclick=alert(1) ',
  ],
);

test("nothing of a mail's HTML runs, loads anything or leads anywhere", () => {
  const allowed = /^<\/?[a-z][a-z0-9]*( (title|colspan|rowspan)="[^"<>]*")* ?\/?>$/;
  fc.assert(
    fc.property(fc.array(fc.oneof(markup, fc.string()), { maxLength: 30 }), (parts) => {
      const safe = safeHtml(parts.join(''));
      for (const [tag] of safe.matchAll(/<[^>]*>?/g)) assert.match(tag, allowed);
      assert.doesNotMatch(safe, /<\/?(script|style|img|svg|iframe|form|meta|base|link|object|embed|math|a)\b/i);
    }),
    { numRuns: 2_000 },
  );
});
