/** Whatever comes as a mail is read to an end, and nothing in its HTML runs, loads or leads anywhere. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import fc from 'fast-check';
import { readMailHeaders } from '../../src/mail/mail-headers.ts';
import { mailPage } from '../../src/mail/mail-view.ts';
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

/** A mail with everything that mails have, and one that is a mail within a mail within a mail. */
const whole = [
  'From: =?utf-8?q?Ad=C3=A4?= <ada@customer.example>',
  'To: Group: a@b.example, "B, C" <c@d.example>;',
  'Subject: =?iso-8859-1?b?5PY=?= continued\r\n =?utf-8?q?line?=',
  'Message-ID: <1@customer.example>',
  'References: <0@customer.example> <00@customer.example>',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="out"',
  '',
  '--out',
  'Content-Type: multipart/alternative; boundary=in',
  '',
  '--in',
  'Content-Type: text/plain; charset=utf-8; format=flowed',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'caf=C3=A9 =',
  'goes on',
  '--in',
  'Content-Type: text/html',
  'Content-Transfer-Encoding: base64',
  '',
  Buffer.from('<p onclick=x>hello<script>alert(1)</script></p>').toString('base64'),
  '--in--',
  '--out',
  "Content-Disposition: attachment; filename*0*=utf-8''f%C3%A4; filename*1=.pdf",
  'Content-Type: application/pdf',
  '',
  '%PDF',
  '--out--',
  '',
].join('\r\n');
const nested = `Content-Type: message/rfc822\r\n\r\n${`Content-Type: message/rfc822\r\n\r\n`.repeat(5)}${whole}`;

test('whatever is left of a mail, it is read and shown to an end, and nothing of its HTML runs', async () => {
  const corpus = [whole, nested].map((text) => new Uint8Array(Buffer.from(text)));
  for (const input of fuzzInputs(111, corpus, 300, 'mails')) {
    const headers = await readMailHeaders(input);
    assert.ok(headers.references.length <= 64);
    const opened = await openMail(input, true).catch(() => undefined);
    if (opened === undefined) continue;
    assert.ok(opened.contents.reduce((sum, { length }) => sum + length, 0) <= input.length * 3 + 1_000);
    assert.doesNotMatch(mailPage(opened, 'now'), /<script|<p [^>]*on\w+=/i);
  }
});
