/** A web chat with the real client: two pages of ours in Chromium, and an agent's program; recorded, paused, read back. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { Api } from './harness/api.ts';
import { filesBelow } from './harness/data-search.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
const queueId = '00000000-0000-4000-8000-0000000000e1';
const secrets = ['4111 1111 1111 1111', 'the code is 987', 'hello, I have a question'];

const folder = new TempFolder();
const dataDir = folder.at('data');
let server: TacetServer;
let api: Api;
let browser: Browser;

before(async () => {
  server = await TacetServer.start({ dataDir, logPath: folder.at('server.log') });
  api = await Api.signIn(server.httpUrl, admin);
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
});

after(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

interface Chat {
  readonly id: string;
  readonly guest: string;
  readonly agent: string;
}

interface Found {
  readonly participants: readonly { readonly purpose: string; readonly chats: readonly { readonly id: string }[] }[];
}

/** A chat that waits in a queue, begun at the contract's door, and an agent who has come into it. */
async function begin(): Promise<Chat> {
  const wish = { queueId, provider: 'Web', customerName: 'Zoë' };
  const made = await api.ask('POST', '/api/v2/conversations/chats', wish);
  assert.equal(made.status, 200, made.text);
  const { id } = JSON.parse(made.text) as { readonly id: string };
  const participants = [{ purpose: 'agent', name: 'Ann' }];
  const joined = await api.ask('POST', `/tacet/v1/conversations/${id}/communications`, {
    mediaType: 'chat',
    participants,
  });
  assert.equal(joined.status, 201, joined.text);
  const found = await api.get<Found>(`/api/v2/conversations/${id}`);
  const of = (who: string) => found.participants.find(({ purpose }) => purpose === who)?.chats[0]?.id ?? assert.fail();
  return { id, guest: of('customer'), agent: of('agent') };
}

async function tokenFor(
  id: string,
  communicationId: string,
): Promise<{ readonly token: string; readonly pageUri: string }> {
  const wish = { mediaType: 'chat', communicationId };
  const { status, text } = await api.ask('POST', `/tacet/v1/conversations/${id}/publishing-tokens`, wish);
  assert.equal(status, 201, text);
  return JSON.parse(text) as { readonly token: string; readonly pageUri: string };
}

interface Shown extends AsyncDisposable {
  readonly page: Page;
  readonly complaints: readonly string[];
}

async function open(uri: string, options: BrowserContextOptions = {}): Promise<Shown> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(uri);
  return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
}

async function visit({ id }: Chat, communicationId: string, options: BrowserContextOptions = {}): Promise<Shown> {
  const shown = await open((await tokenFor(id, communicationId)).pageUri, options);
  await shown.page.locator('#send:enabled').waitFor();
  return shown;
}

async function write({ page }: Shown, text: string): Promise<void> {
  await page.getByLabel('Your message').fill(text);
  await page.keyboard.press('Enter');
}

function read({ page }: Shown, text: string): Promise<void> {
  return page.locator('#messages .body', { hasText: text }).waitFor();
}

async function bodies({ page }: Shown): Promise<readonly string[]> {
  return page.locator('#messages .body').allTextContents();
}

async function setState(id: string, recordingState: string): Promise<void> {
  const path = `/api/v2/conversations/chats/${id}/recordingstate`;
  const { status, text } = await api.ask('PUT', path, { recordingState });
  assert.equal(`${status} ${text}`, `200 "${recordingState}"`);
}

async function end(id: string): Promise<void> {
  const { status, text } = await api.ask('POST', `/api/v2/conversations/${id}/disconnect`);
  assert.ok(status < 300, text);
}

interface Line {
  readonly kind: string;
  readonly count?: number;
  readonly item?: { readonly text: string; readonly from: { readonly purpose: string } };
}

async function told(id: string): Promise<readonly string[]> {
  const [recording] = await api.recordings(id);
  const path = `/tacet/v1/conversations/${id}/recordings/${recording?.id}/transcript`;
  const { lines } = await api.get<{ readonly lines: readonly Line[] }>(path);
  return lines.map(({ kind, count, item }) => (item ? `${item.from.purpose}: ${item.text}` : `${kind} ${count}`));
}

/** Accessibility problems of the page as it stands, by rule. */
async function problems({ page }: Shown): Promise<readonly string[]> {
  // The page's own policy keeps scripts from elsewhere out, so the check comes in by the debugger.
  await page.evaluate(readFileSync(axePath, 'utf8'));
  const found = (await page.evaluate('axe.run()')) as { readonly violations: readonly { readonly id: string }[] };
  return found.violations.map(({ id }) => id);
}

async function shoot({ page }: Shown, name: string): Promise<void> {
  const shots = process.env['TACET_SHOTS'];
  if (shots !== undefined) await page.screenshot({ path: `${shots}/webchat-${name}.png` });
}

test('a message that is withheld reaches whoever reads along all the same', async () => {
  const chat = await begin();
  await using guest = await visit(chat, chat.guest);
  await using agent = await visit(chat, chat.agent);
  await write(guest, 'hello, I have a question');
  await read(agent, 'hello, I have a question');
  await write(agent, 'go on');
  await read(guest, 'go on');
  await guest.page.locator('#recording', { hasText: 'This chat is recorded' }).waitFor();
  await setState(chat.id, 'PAUSED');
  await guest.page.locator('#recording', { hasText: 'Recording is paused' }).waitFor();
  await write(guest, 'card 4111 1111 1111 1111');
  await read(agent, 'card 4111 1111 1111 1111');
  const path = `/api/v2/conversations/chats/${chat.id}/communications/${chat.agent}/messages`;
  const byProgram = await api.ask('POST', path, { body: 'the code is 987', bodyType: 'standard' });
  assert.equal(byProgram.status, 200, byProgram.text);
  await read(guest, 'the code is 987');
  await read(agent, 'the code is 987');
  await shoot(guest, 'light');
  await setState(chat.id, 'ACTIVE');
  await guest.page.locator('#recording', { hasText: 'This chat is recorded' }).waitFor();
  await write(guest, '<b>thank you</b>');
  await read(agent, '<b>thank you</b>');
  const all = ['hello, I have a question', 'go on', 'card 4111 1111 1111 1111', 'the code is 987', '<b>thank you</b>'];
  assert.deepEqual([await bodies(guest), await bodies(agent)], [all, all], 'each once, in order, and as text');
  assert.equal(await guest.page.locator('#messages .failed').count(), 0);
  await end(chat.id);
  await guest.page.locator('#line', { hasText: 'The chat has ended' }).waitFor();
  assert.equal(await guest.page.locator('#send:disabled').count(), 1);
  const kept = ['customer: hello, I have a question', 'agent: go on', 'withheld 2', 'customer: <b>thank you</b>'];
  assert.deepEqual(await told(chat.id), kept);
  assert.deepEqual([guest.complaints, agent.complaints], [[], []]);
});

test('a page that joins a paused chat is told so, and what it writes is withheld', async () => {
  const chat = await begin();
  await setState(chat.id, 'PAUSED');
  await using guest = await visit(chat, chat.guest);
  await guest.page.locator('#recording', { hasText: 'Recording is paused' }).waitFor();
  await write(guest, 'the code is 987');
  await guest.page.locator('#messages .own').waitFor();
  await setState(chat.id, 'ACTIVE');
  await write(guest, 'that is all');
  await guest.page.waitForFunction(`document.querySelectorAll('#messages li').length === 2`);
  await wait(200);
  await end(chat.id);
  await guest.page.locator('#line', { hasText: 'The chat has ended' }).waitFor();
  assert.deepEqual(await told(chat.id), ['withheld 1', 'customer: that is all']);
});

test('after kill -9 the page comes back to the same chat, which is paused still', async () => {
  const chat = await begin();
  await using guest = await visit(chat, chat.guest);
  await write(guest, 'before the kill');
  // It stands there as soon as it is written; it is kept when that has been answered.
  await guest.page.locator('#messages .own[aria-busy="false"]').waitFor();
  await setState(chat.id, 'PAUSED');
  const { port } = new URL(server.httpUrl);
  await server.kill();
  const settings = { ...server.settings, TACET_HTTP_LISTEN: `127.0.0.1:${port}` };
  server = await TacetServer.start({ dataDir, logPath: folder.at('server.log'), settings });
  api = await Api.signIn(server.httpUrl, admin);
  await guest.page.locator('#send:enabled').waitFor({ timeout: 60_000 });
  await guest.page.locator('#recording', { hasText: 'Recording is paused' }).waitFor();
  await write(guest, 'the code is 987');
  await setState(chat.id, 'ACTIVE');
  await end(chat.id);
  const lines = await told(chat.id);
  assert.deepEqual([lines[0], lines.some((line) => line.includes('987'))], ['customer: before the kill', false]);
});

test('the page can be used by everybody: in light, in the dark, and on a phone', async () => {
  const chat = await begin();
  const phone: BrowserContextOptions = { viewport: { width: 360, height: 640 }, isMobile: true, hasTouch: true };
  const views = { wide: {}, dark: { colorScheme: 'dark' }, phone } as const;
  for (const [name, options] of Object.entries<BrowserContextOptions>(views)) {
    await using guest = await visit(chat, chat.guest, options);
    await write(guest, `Good morning! ${'My order 17 has not come. '.repeat(4)}`);
    const path = `/api/v2/conversations/chats/${chat.id}/communications/${chat.agent}/messages`;
    assert.equal((await api.ask('POST', path, { body: 'Let me look.' })).status, 200);
    await read(guest, 'Let me look.');
    assert.deepEqual(await problems(guest), [], name);
    const isTooWide = await guest.page.evaluate('document.documentElement.scrollWidth > innerWidth');
    assert.equal(isTooWide, false, name);
    await shoot(guest, name);
  }
});

test('a token for a chat is given out only for somebody who takes part in it', async () => {
  const chat = await begin();
  const other = await begin();
  for (const communicationId of [other.guest, undefined]) {
    const wish = { mediaType: 'chat', ...(communicationId && { communicationId }) };
    const { status } = await api.ask('POST', `/tacet/v1/conversations/${chat.id}/publishing-tokens`, wish);
    assert.equal(status, 400);
  }
});

test('a chat page whose token is worthless is told nothing', async () => {
  for (const [hash, sentence] of [
    ['', 'by a link of its own'],
    ['#nonsense', 'no longer good'],
  ] as const) {
    await using shown = await open(`${server.httpUrl}/tacet/v1/webchat${hash}`);
    await shown.page.locator('#line', { hasText: sentence }).waitFor();
    assert.equal(await shown.page.locator('#send:disabled').count(), 1);
  }
});

/** How a socket that says these things is closed. */
function closeOf(said: readonly (string | Uint8Array)[], origin?: string): Promise<number> {
  const url = `${server.httpUrl.replace('http', 'ws')}/tacet/v1/webchat/socket`;
  const socket = new WebSocket(url, origin === undefined ? {} : { origin });
  return new Promise((resolve) => {
    socket.on('open', () => {
      for (const one of said) socket.send(one);
    });
    socket.on('unexpected-response', (_request, { statusCode = 0 }) => resolve(statusCode));
    socket.on('error', () => undefined);
    socket.on('close', resolve);
  });
}

const helloOf = ({ token }: { readonly token: string }) => JSON.stringify({ kind: 'hello', token });
const message = (ref: string, text = 'much') => JSON.stringify({ kind: 'message', ref, text });

test('a program that keeps to no rule is sent away', async () => {
  const chat = await begin();
  const given = await tokenFor(chat.id, chat.guest);
  const hello = helloOf(given);
  assert.equal(await closeOf([message('1')]), 4400, 'who has not said who they are says nothing');
  for (const last of ['nonsense', hello, message('1', 'x'.repeat(8_001)), message(''), message('1', ' ')])
    assert.equal(await closeOf([hello, last]), 4400);
  assert.equal(await closeOf([hello, 'x'.repeat(70_000)]), 1009);
  assert.equal(await closeOf([helloOf({ token: `${given.token}x` })]), 4401);
  const corpus = [hello, message('1')].map((text) => new Uint8Array(Buffer.from(text)));
  for (const input of fuzzInputs(53, corpus, 40, 'chat socket')) {
    const code = await closeOf([Buffer.from(input).toString('latin1'), 'nonsense']);
    assert.ok([4400, 4401, 1009].includes(code), String(code));
  }
  await end(chat.id);
  assert.equal(await closeOf([hello]), 4404, 'what has ended is not entered');
});

test('a chat page that writes faster than anybody can is cut off', async () => {
  const chat = await begin();
  const hello = helloOf(await tokenFor(chat.id, chat.guest));
  assert.equal(await closeOf([hello, ...Array.from({ length: 30 }, (_, place) => message(String(place)))]), 4429);
});

test('only our own pages may open a chat socket', async () => {
  const chat = await begin();
  const hello = helloOf(await tokenFor(chat.id, chat.guest));
  assert.equal(await closeOf([hello], 'https://elsewhere.example'), 401);
  assert.equal(await closeOf([hello, 'nonsense'], server.httpUrl), 4400);
});

test('nothing of what was withheld is in any file, and the proof finds nothing wrong', async () => {
  await server.stop();
  const found = [...filesBelow(folder.path)].flatMap((path) => {
    const bytes = readFileSync(path);
    return secrets.filter((secret) => bytes.includes(secret)).map((secret) => `${path}: ${secret}`);
  });
  assert.deepEqual(found, []);
  const { code, stdout, stderr } = await verify(dataDir);
  assert.equal(code, 0, stdout + stderr);
});
