/** Mails that nobody sends who means well: read within bounds, and opened without harm to anything else. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Fault } from '@tacet/domain';
import { MailDesk } from '../../src/mail/mail-desk.ts';
import { readMailHeaders } from '../../src/mail/mail-headers.ts';
import { mailLimits } from '../../src/mail/mail-limits.ts';
import { hostileMails } from './hostile-mails.ts';

const desk = new MailDesk();

after(() => desk[Symbol.asyncDispose]());

test('a mail that takes too long or too much memory to open ends the thread that opens it, and nothing else', async () => {
  const endless = hostileMails['deep HTML']?.() ?? Buffer.alloc(0);
  const [failed, next] = await Promise.allSettled([
    desk.open(endless),
    desk.open(Buffer.from('Subject: x\r\n\r\nnext')),
  ]);
  assert.ok(failed.status === 'rejected' && (failed.reason as Fault).code === 'formatUnavailable');
  assert.equal(next.status === 'fulfilled' ? next.value.text?.trim() : next.reason, 'next');
});

for (const [name, make] of Object.entries(hostileMails)) {
  test(`the headers of a mail are read within bounds: ${name}`, async () => {
    const headers = await readMailHeaders(make());
    const { from, to, cc, references, subject = '' } = headers;
    for (const list of [from, to, cc]) assert.ok(list.length <= mailLimits.addressesMax);
    assert.ok(references.length <= mailLimits.referencesMax);
    assert.ok(subject.length <= mailLimits.textCharactersMax);
    assert.ok(JSON.stringify(headers).length < 400_000);
  });

  test(`a mail is opened, or cannot be, and the next one is opened: ${name}`, async () => {
    try {
      const { attachments, text = '', html = '' } = await desk.open(make());
      assert.ok(attachments.length <= mailLimits.attachmentsMax);
      assert.ok(text.length <= mailLimits.shownCharactersMax);
      assert.ok(html.length <= 6 * mailLimits.shownCharactersMax);
    } catch (error) {
      assert.ok(error instanceof Fault && error.code === 'formatUnavailable', String(error));
    }
    const next = await desk.open(Buffer.from('Subject: fine\r\n\r\nall is well'));
    assert.equal(next.text?.trim(), 'all is well');
  });
}
