/** Recorded mails as their readers get them: transcript, page, attachments, ZIP; hostile ones in Chromium. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { unzipSync } from 'fflate';
import { chromium } from 'playwright-core';
import { Api, type ApiAnswer } from './harness/api.ts';
import { sendMail } from './harness/swaks.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';

const folder = new TempFolder();
const attachment = Buffer.from(Array.from({ length: 3_000 }, (_, n) => n % 256));
const fetched: string[] = [];
/** What a mail would call home to. */
const home = createServer(({ url }, answer) => {
  fetched.push(String(url));
  answer.end();
});

let server: TacetServer;
let api: Api;
let homeUrl: string;

before(async () => {
  await new Promise<void>((resolve) => home.listen(0, '127.0.0.1', resolve));
  homeUrl = `http://127.0.0.1:${(home.address() as AddressInfo).port}`;
  const settings = { TACET_SMTP_LISTEN: '127.0.0.1:0', TACET_SMTP_ADDRESSES: 'journal@archive.example' };
  server = await TacetServer.start({ dataDir: folder.at('data'), logPath: folder.at('server.log'), settings });
  api = await Api.signIn(server.httpUrl, admin);
});

after(async () => {
  home.close();
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

function part(headers: readonly string[], body: string): string {
  return ['--b', ...headers, '', body, ''].join('\r\n');
}

function mail(html: string): string {
  const wrapped = attachment.toString('base64').replace(/.{76}/g, '$&\r\n');
  return [
    'From: =?utf-8?Q?Zo=C3=AB?= <zoe@customer.example>',
    'To: desk@archive.example',
    'Subject: =?utf-8?B?R3LDvMOfZQ==?=',
    'Message-ID: <m1@customer.example>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/mixed; boundary=b',
    '',
    part(['Content-Type: text/html; charset=utf-8'], html) +
      part(
        [
          'Content-Type: application/pdf',
          'Content-Disposition: attachment; filename="../../bill?.pdf"',
          'Content-Transfer-Encoding: base64',
        ],
        wrapped,
      ),
    '--b--',
    '',
  ].join('\r\n');
}

/** Brings a mail and ends its conversation. @returns where its recording is. */
async function recorded(
  message: string | Buffer,
): Promise<{ readonly path: string; readonly itemId: string; readonly id: string }> {
  const { code, talk } = await sendMail(server.smtp, folder, {
    to: 'journal@archive.example',
    from: 'zoe@customer.example',
    message,
  });
  assert.equal(code, 0, talk);
  const [live] = await api.activeConversations();
  const id = String(live?.id);
  await api.ask('POST', `/api/v2/conversations/${id}/disconnect`);
  const [recording] = await api.recordings(id);
  const path = `/tacet/v1/conversations/${id}/recordings/${recording?.id}`;
  const { lines } = await api.get<{ readonly lines: readonly { readonly item?: { readonly id: string } }[] }>(
    `${path}/transcript`,
  );
  return { path, id, itemId: String(lines[0]?.item?.id) };
}

async function bytesOf(path: string): Promise<{ readonly bytes: Buffer; readonly headers: Headers }> {
  const token = await tokenOf();
  const answer = await fetch(`${server.httpUrl}${path}`, { headers: { authorization: `Bearer ${token}` } });
  assert.equal(answer.status, 200, path);
  return { bytes: Buffer.from(await answer.arrayBuffer()), headers: answer.headers };
}

async function tokenOf(): Promise<string> {
  const authorization = `Basic ${Buffer.from(`${admin.id}:${admin.secret}`).toString('base64')}`;
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  const answer = await fetch(`${server.httpUrl}/oauth/token`, { method: 'POST', headers: { authorization }, body });
  return ((await answer.json()) as { readonly access_token: string }).access_token;
}

interface EmailTranscript {
  readonly emailTranscript: readonly {
    readonly from?: { readonly email: string; readonly name: string };
    readonly subject?: string;
    readonly htmlBody?: string;
    readonly attachments?: readonly { readonly name: string; readonly contentLength: number }[];
  }[];
}

test('a mail is played as transcript of the contract, with its attachments as files and all together as a ZIP', async () => {
  const message = mail('<p>Hello <b>you</b></p>');
  const { path, id, itemId } = await recorded(message);
  const [recording] = await api.get<readonly EmailTranscript[]>(`/api/v2/conversations/${id}/recordings`);
  const [told] = recording?.emailTranscript ?? [];
  assert.deepEqual(told?.from, { email: 'zoe@customer.example', name: 'Zoë' });
  assert.equal(told?.subject, 'Grüße');
  assert.equal(told?.htmlBody?.trim(), '<p>Hello <b>you</b></p>');
  assert.partialDeepStrictEqual(told?.attachments, [{ contentLength: 3_000, contentType: 'application/pdf' }]);
  const file = await bytesOf(`${path}/items/${itemId}/attachments/0`);
  assert.deepEqual(file.bytes, attachment);
  assert.match(String(file.headers.get('content-disposition')), /^attachment; filename="[^"/\\]*bill_\.pdf"$/);
  const eml = await bytesOf(`${path}/items/${itemId}`);
  assert.equal(eml.bytes.toString('latin1').trimEnd(), message.trimEnd());
  const zip = await bytesOf(`${path}/mails.zip`);
  const files = unzipSync(zip.bytes);
  const names = ['index.json', '0001/mail.eml', '0001/attachments/000-.._.._bill_.pdf'];
  assert.deepEqual(Object.keys(files).toSorted(), names.toSorted());
  assert.deepEqual(Buffer.from(files['0001/mail.eml'] ?? []), eml.bytes);
  const opened = (await api.audit(id)).filter(({ action }) => action === 'playbackOpened');
  assert.ok(opened.length >= 5, 'each way of reading is in the audit log');
  const none: ApiAnswer = await api.ask('GET', `${path}/items/${itemId}/attachments/1`);
  assert.equal(none.status, 404);
});

test('scripts, handlers, remote images and styles of a mail are harmless in its page', async () => {
  const hostile = [
    `<script>fetch('${homeUrl}/script');document.title='ran'</script>`,
    `<img src="${homeUrl}/image" onerror="document.title='ran'"><img src=x onerror="document.title='ran'">`,
    `<style>@import '${homeUrl}/import'; body{background:url(${homeUrl}/background)}</style>`,
    `<link rel=stylesheet href="${homeUrl}/link"><link rel=prefetch href="${homeUrl}/prefetch">`,
    `<p style="background:url(${homeUrl}/inline)">text that stays</p>`,
    `<iframe src="${homeUrl}/frame"></iframe><object data="${homeUrl}/object"></object><embed src="${homeUrl}/embed">`,
    `<svg onload="document.title='ran'"><image href="${homeUrl}/svg"/></svg>`,
    `<meta http-equiv="refresh" content="0;url=${homeUrl}/refresh"><base href="${homeUrl}/">`,
    `<form action="${homeUrl}/form"><button autofocus onfocus="document.title='ran'">Go</button></form>`,
    `<video poster="${homeUrl}/poster" src="${homeUrl}/video" autoplay></video><audio src="${homeUrl}/audio" autoplay></audio>`,
    `<a href="javascript:document.title='ran'" id="link">a link</a>`,
    `<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=document.title='ran'&gt;">`,
  ].join('\r\n');
  const { path, itemId } = await recorded(mail(hostile).replaceAll('m1@', 'm2@'));
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
  try {
    const context = await browser.newContext({ extraHTTPHeaders: { authorization: `Bearer ${await tokenOf()}` } });
    const page = await context.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const address = `${server.httpUrl}${path}/items/${itemId}/view`;
    const answer = await page.goto(address);
    assert.equal(answer?.status(), 200);
    assert.match(String(answer?.headers()['content-security-policy']), /default-src 'none'.*sandbox/);
    await page.waitForTimeout(500);
    assert.equal(await page.title(), 'Mail');
    assert.match((await page.textContent('main')) ?? '', /text that stays/);
    assert.deepEqual(asked, [address]);
    assert.deepEqual(fetched, []);
    assert.equal(
      await page.locator('main a, main img, main script, main style, main form, main iframe, main svg').count(),
      0,
    );
  } finally {
    await browser.close();
  }
});
