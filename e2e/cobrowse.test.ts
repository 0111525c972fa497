/** Co-browse with the real client: Chromium on a shop's payment form, recorded, paused, replayed. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { Line, Shop } from './cobrowse/shop.ts';
import { Api } from './harness/api.ts';
import { filesBelow } from './harness/data-search.ts';
import { freePorts } from './harness/free-ports.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';
import { until } from './harness/until.ts';

const folder = new TempFolder();
const dataDir = folder.at('data');
const logPath = folder.at('server.log');

let server: TacetServer;
let api: Api;
let shop: Shop;
let line: Line;
let browser: Browser;

before(async () => {
  shop = await Shop.open();
  const settings = { TACET_CORS_ORIGINS: shop.url, TACET_HTTP_LISTEN: `127.0.0.1:${await freePorts(1)}` };
  server = await TacetServer.start({ dataDir, logPath, settings });
  api = await Api.signIn(server.httpUrl, admin);
  line = await Line.to(() => Number(new URL(server.httpUrl).port));
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});

after(async () => {
  await browser?.close();
  await line?.[Symbol.asyncDispose]();
  await shop?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** Everything that may be in no file, nor in any event. */
const secrets = [
  ...['4111111111111111', '4111 1111 1111 1111', '5500000000000004', 'cvv-987', 'open-sesame'],
  ...['DE89370400440532013000', 'hidden-pan-secret', 'nobody-may-see-this', '3782 822463 10005', 'inside-masked'],
  ...['pause-only', '#ab12cd', 'rgb(171, 18, 205)', 'typed in the pause'],
];

async function begin(): Promise<string> {
  const participants = [
    { purpose: 'customer', address: 'someone@example.com' },
    { purpose: 'agent', name: 'An Agent' },
  ];
  const body = { mediaType: 'cobrowsesession', participants };
  const { status, text } = await api.ask('POST', '/tacet/v1/conversations', body);
  assert.equal(status, 201, text);
  return (JSON.parse(text) as { readonly id: string }).id;
}

async function tokenFor(id: string): Promise<string> {
  const body = { mediaType: 'cobrowsesession', name: 'Somebody' };
  const { status, text } = await api.ask('POST', `/tacet/v1/conversations/${id}/publishing-tokens`, body);
  assert.equal(status, 201, text);
  return (JSON.parse(text) as { readonly token: string }).token;
}

async function setState(id: string, recordingState: string): Promise<void> {
  const path = `/api/v2/conversations/cobrowsesessions/${id}/recordingstate`;
  const { status, text } = await api.ask('PUT', path, { recordingState });
  assert.equal(`${status} ${text}`, `200 "${recordingState}"`);
}

interface Shown extends AsyncDisposable {
  readonly page: Page;
  readonly complaints: readonly string[];
}

const isShowing = `globalThis.TacetCobrowse.state === 'showing'`;

/** A customer opens the shop. */
async function visit(id: string, path = 'checkout'): Promise<Shown> {
  shop.token = await tokenFor(id);
  shop.script = `http://127.0.0.1:${line.port}/tacet/v1/cobrowse/tacet-cobrowse.js`;
  const context: BrowserContext = await browser.newContext();
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${shop.url}/${path}`);
  await page.waitForFunction(isShowing);
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

interface Events {
  readonly events: readonly { readonly at: string; readonly parts: readonly object[] }[];
  readonly gaps: readonly {
    readonly kind: string;
    readonly from: string;
    readonly to: string;
    readonly count: number;
  }[];
}

async function eventsOf(id: string, recordingId: string): Promise<Events> {
  return api.get<Events>(`/tacet/v1/conversations/${id}/recordings/${recordingId}/events`);
}

/** Ends the conversation. @returns everything that was kept of its pages, one recording after another. */
async function finish(id: string): Promise<readonly Events[]> {
  await wait(400);
  const { status, text } = await api.ask('POST', `/api/v2/conversations/${id}/disconnect`);
  assert.ok(status < 300, text);
  const recordings = await api.recordings(id);
  const inOrder = [...recordings].sort((a, b) => a.startTime.localeCompare(b.startTime));
  return Promise.all(inOrder.map((one) => eventsOf(id, one.id)));
}

function textOf(read: readonly Events[]): string {
  return JSON.stringify(read.map(({ events }) => events));
}

function nowhere(text: string): void {
  assert.deepEqual(
    secrets.filter((secret) => text.includes(secret)),
    [],
  );
}

test('what is typed is in the recording, and card and password fields are not', async () => {
  const id = await begin();
  {
    await using shown = await visit(id);
    const { page } = shown;
    await page.fill('#who', 'Ada Lovelace');
    await page.locator('#f1').pressSequentially('4111111111111111');
    await page.fill('#f2', '5500000000000004');
    await page.fill('#f3', 'cvv-987');
    await page.fill('#f4', 'open-sesame');
    await page.selectOption('#f5', 'december');
    await page.fill('#f6', 'DE89370400440532013000');
    await page.locator('#f7').pressSequentially('3782 822463 10005');
    await page.fill('#f9', 'inside-masked');
    // A page that shows what was typed, and one that makes a secret field an ordinary one.
    await page.evaluate(`document.querySelector('#note').textContent = 'Your card 4111 1111 1111 1111, thank you'`);
    await page.evaluate(`document.querySelector('#f4').type = 'text'`);
    await page.evaluate(`document.querySelector('#f1').setAttribute('value', '4111111111111111')`);
    await page.evaluate(`document.querySelector('#f6').textContent = 'DE89370400440532013000'`);
    await page.reload();
    await page.waitForFunction(isShowing);
    await page.evaluate(`document.querySelector('#note').textContent = 'behind the reload'`);
    await wait(300);
    assert.deepEqual(shown.complaints, []);
  }
  const read = await finish(id);
  const text = textOf(read);
  assert.equal(read.length, 1, 'a page that is loaded anew goes on with the recording of its tab');
  assert.match(text, /Ada Lovelace/);
  assert.match(text, /Your card \*{4} \*{4} \*{4} \*{4}, thank you/);
  assert.match(text, /behind the reload/);
  nowhere(text);
});

test('what a page shows in a pause is nowhere, and after it the page is shown as it is then', async () => {
  const id = await begin();
  {
    await using shown = await visit(id);
    const { page } = shown;
    await page.fill('#who', 'before the pause');
    await wait(300);
    await setState(id, 'PAUSED');
    await page.evaluate(`document.querySelector('#note').textContent = 'pause-only'`);
    await page.evaluate(`document.body.style.background = '#ab12cd'`);
    await page.fill('#f7', 'typed in the pause');
    await page.fill('#f1', '4111111111111111');
    await wait(300);
    await page.evaluate(`document.querySelector('#note').textContent = 'over'; document.body.style.background = ''`);
    await page.fill('#f7', 'gone');
    await setState(id, 'ACTIVE');
    await wait(500);
    await page.fill('#who', 'after the pause');
  }
  const [read] = await finish(id);
  const text = textOf(read === undefined ? [] : [read]);
  assert.match(text, /before the pause/);
  assert.match(text, /after the pause/);
  nowhere(text);
  const withheld = read?.gaps.filter(({ kind }) => kind === 'withheld') ?? [];
  assert.equal(withheld.length, 1);
  assert.ok((withheld[0]?.count ?? 0) > 0, 'events were withheld and counted');
  const [from, to] = [withheld[0]?.from ?? '', withheld[0]?.to ?? ''];
  assert.deepEqual(read?.events.filter(({ at }) => at > from && at < to) ?? [], []);
  const next = read?.events.find(({ at }) => at >= to);
  assert.equal(next?.parts.length, 2, 'what comes after a pause begins with the page as a whole');
});

test('a page that joins a paused conversation starts closed, and is shown when the conversation goes on', async () => {
  const id = await begin();
  await setState(id, 'PAUSED');
  {
    await using shown = await visit(id, 'paused');
    await shown.page.fill('#f7', 'typed in the pause');
    await wait(300);
    await shown.page.fill('#f7', 'done');
    await setState(id, 'ACTIVE');
    await wait(500);
    await shown.page.fill('#who', 'shown at last');
  }
  const text = textOf(await finish(id));
  assert.match(text, /shown at last/);
  nowhere(text);
});

test('a page whose line is cut comes back, is shown anew, and what was missing is told as lost', async () => {
  const id = await begin();
  {
    await using shown = await visit(id, 'cut');
    const { page } = shown;
    await page.fill('#who', 'with a line');
    await wait(300);
    line.cut();
    await page.waitForFunction(`globalThis.TacetCobrowse.state === 'waiting'`);
    await page.evaluate(`document.querySelector('#note').textContent = 'without a line'`);
    await page.fill('#who', 'nobody heard this');
    line.mend();
    await page.waitForFunction(isShowing);
    await page.fill('#who', 'with a line again');
  }
  const read = await finish(id);
  assert.equal(read.length, 1);
  const text = textOf(read);
  assert.match(text, /with a line again/);
  assert.match(text, /without a line/, 'it still stands on the page');
  const lost = read[0]?.gaps.filter(({ kind }) => kind === 'lost') ?? [];
  assert.equal(lost.length, 1);
  assert.ok((lost[0]?.count ?? 0) >= 2);
});

test('after kill -9 the page comes back to the same conversation, and starts closed where that is paused', async () => {
  const [open, paused] = [await begin(), await begin()];
  {
    await using one = await visit(open, 'open');
    await using other = await visit(paused, 'kept-closed');
    await one.page.fill('#who', 'before the kill');
    await setState(paused, 'PAUSED');
    await other.page.fill('#f7', 'typed in the pause');
    await wait(1_200);
    await server.kill();
    server = await TacetServer.start({ dataDir, logPath, settings: server.settings });
    api = await Api.signIn(server.httpUrl, admin);
    await one.page.waitForFunction(isShowing, undefined, { timeout: 60_000 });
    await other.page.waitForFunction(isShowing, undefined, { timeout: 60_000 });
    await one.page.fill('#who', 'after the kill');
    await other.page.fill('#f7', 'typed in the pause');
    await wait(300);
    await other.page.fill('#f7', 'cleared');
    await setState(paused, 'ACTIVE');
    await wait(500);
    await other.page.fill('#who', 'resumed after the kill');
  }
  const kept = textOf(await finish(open));
  assert.match(kept, /before the kill/);
  assert.match(kept, /after the kill/);
  const text = textOf(await finish(paused));
  assert.match(text, /resumed after the kill/);
  nowhere(text);
});

test('a recording is replayed in the browser, with a card for the length of a pause', async () => {
  const id = await begin();
  {
    await using shown = await visit(id, 'replayed');
    await shown.page.fill('#who', 'Grace Hopper');
    await wait(700);
    await setState(id, 'PAUSED');
    await shown.page.fill('#f7', 'typed in the pause');
    await wait(1_500);
    await shown.page.fill('#f7', '');
    await setState(id, 'ACTIVE');
    await wait(700);
    await shown.page.fill('#who', 'Grace Brewster Hopper');
    await wait(300);
  }
  const [read] = await finish(id);
  const [recording] = await until('the recording', async () => {
    const found = await api.recordings(id);
    return found[0]?.mediaUris === undefined ? undefined : found;
  });
  const uri = recording?.mediaUris?.['0']?.mediaUri ?? '';
  const context = await browser.newContext({ viewport: { width: 1_200, height: 900 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  const elsewhere: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(server.httpUrl) && !request.url().startsWith('data:')) elsewhere.push(request.url());
  });
  await page.goto(uri);
  await page.locator('.replayer-wrapper iframe').waitFor();
  const { startTime } = (await page.evaluate('globalThis.tacetReplay.getMetaData()')) as { readonly startTime: number };
  const gap = read?.gaps[0];
  assert.match((await page.locator('#gaps li').allTextContents())[0] ?? '', /^Withheld from .* to .*, \d+ events$/);
  const at = async (instant: string | undefined, moreMs: number): Promise<void> => {
    await page.evaluate(`globalThis.tacetReplay.goto(${Date.parse(instant ?? '') + moreMs - startTime}, false)`);
    await wait(300);
  };
  await at(read?.events.at(-1)?.at, 1);
  assert.equal(await page.locator('#card').isVisible(), false);
  const frame = page.frameLocator('.replayer-wrapper iframe');
  assert.equal(await frame.locator('#who').inputValue(), 'Grace Brewster Hopper');
  if (process.env['TACET_SHOTS'] !== undefined)
    await page.screenshot({ path: `${process.env['TACET_SHOTS']}/shown.png` });
  await at(gap?.from, 500);
  assert.equal(await page.locator('#card').isVisible(), true);
  assert.match((await page.locator('#card').textContent()) ?? '', /^Withheld.*paused/);
  if (process.env['TACET_SHOTS'] !== undefined)
    await page.screenshot({ path: `${process.env['TACET_SHOTS']}/card.png` });
  assert.deepEqual([complaints, elsewhere], [[], []]);
  const opened = (await api.audit(id)).filter(({ action }) => action === 'playbackOpened').length;
  assert.ok(opened >= 2, 'the list of recordings and the events are in the audit log');
  await context.close();
});

test('nothing of what was masked or withheld is in any file, and the proof finds nothing wrong', async () => {
  await server.stop();
  const found = [...filesBelow(folder.path)].flatMap((path) => {
    const bytes = readFileSync(path);
    return secrets
      .filter((secret) => secret.length > 8 && bytes.includes(secret))
      .map((secret) => `${path}: ${secret}`);
  });
  assert.deepEqual(found, []);
  const { code, stdout, stderr } = await verify(dataDir);
  assert.equal(code, 0, stdout + stderr);
});
