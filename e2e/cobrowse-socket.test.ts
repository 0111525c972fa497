/** The socket of a page, spoken by a program that keeps to no rule; judged by what is in the recording. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import { RawPage, snapshot, typed } from './cobrowse/raw-page.ts';
import { Api } from './harness/api.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';
import { until } from './harness/until.ts';

const folder = new TempFolder();
let server: TacetServer;
let api: Api;

before(async () => {
  server = await TacetServer.start({
    dataDir: folder.at('data'),
    logPath: folder.at('server.log'),
    settings: { TACET_STOP: 'handover', TACET_DELETION_INTERVAL_SECONDS: '1' },
  });
  api = await Api.signIn(server.httpUrl, admin);
});

after(async () => {
  await server?.[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

interface Begun {
  readonly id: string;
  readonly token: string;
}

async function begin(mediaType = 'cobrowsesession'): Promise<Begun> {
  const participants = [{ purpose: 'customer', address: 'someone@example.com' }];
  const made = await api.ask('POST', '/tacet/v1/conversations', { mediaType: 'cobrowsesession', participants });
  const { id } = JSON.parse(made.text) as { readonly id: string };
  const given = await api.ask('POST', `/tacet/v1/conversations/${id}/publishing-tokens`, { mediaType });
  return { id, token: (JSON.parse(given.text) as { readonly token: string }).token };
}

async function setState(id: string, recordingState: string): Promise<void> {
  const path = `/api/v2/conversations/cobrowsesessions/${id}/recordingstate`;
  const { status, text } = await api.ask('PUT', path, { recordingState });
  assert.equal(`${status} ${text}`, `200 "${recordingState}"`);
}

interface Gap {
  readonly kind: string;
  readonly count: number;
}

/** Ends the conversation. @returns the texts that were kept, and what was not. */
async function keptOf(id: string): Promise<{ readonly texts: readonly string[]; readonly gaps: readonly Gap[] }> {
  await wait(200);
  await api.ask('POST', `/api/v2/conversations/${id}/disconnect`);
  const [recording] = await api.recordings(id);
  const read = await api.get<{ readonly events: readonly object[]; readonly gaps: readonly Gap[] }>(
    `/tacet/v1/conversations/${id}/recordings/${recording?.id}/events`,
  );
  const texts = Array.from(JSON.stringify(read.events).matchAll(/"text":"([^"]*)"/g), ([, text = '']) => text);
  return { texts, gaps: read.gaps.map(({ kind, count }) => ({ kind, count })) };
}

test('a mark that was sent while the conversation was paused opens no gate', async () => {
  const { id, token } = await begin();
  await setState(id, 'PAUSED');
  await using page = await RawPage.open(server.httpUrl, { token });
  await setState(id, 'ACTIVE');
  await page.marked(2);
  page.anchor(1, snapshot('made in the pause'));
  page.event(typed('typed in the pause'));
  await wait(200);
  page.anchor(2, snapshot('after the pause'));
  page.event(typed('kept'));
  const { texts, gaps } = await keptOf(id);
  assert.deepEqual(texts, ['after the pause', 'kept']);
  assert.deepEqual(gaps, [{ kind: 'withheld', count: 2 }]);
});

test('what a page had made before it read the mark of the resume is withheld, however late it comes', async () => {
  const { id, token } = await begin();
  await using page = await RawPage.open(server.httpUrl, { token });
  page.anchor(1, snapshot('begin'));
  page.event(typed('before the pause'));
  await wait(100);
  await setState(id, 'PAUSED');
  await setState(id, 'ACTIVE');
  await page.marked(2);
  // All of this was on its way while the conversation was paused.
  for (const text of ['one', 'two', 'three']) page.event(typed(text));
  page.anchor(1, snapshot('an old mark'));
  await setState(id, 'PAUSED');
  page.anchor(2, snapshot('the mark of before this pause'));
  await setState(id, 'ACTIVE');
  await page.marked(3);
  page.anchor(2, snapshot('again'));
  page.anchor(3, snapshot('as it is now'));
  const { texts, gaps } = await keptOf(id);
  assert.deepEqual(texts, ['begin', 'before the pause', 'as it is now']);
  assert.deepEqual(gaps, [{ kind: 'withheld', count: 6 }]);
});

test('events come in order, and none before the page was shown as a whole', async () => {
  const { token } = await begin();
  const first = await RawPage.open(server.httpUrl, { token });
  first.event(typed('too early'));
  assert.equal(await first.over(), 4400);
  const second = await RawPage.open(server.httpUrl, { token });
  second.anchor(1, snapshot('begin'));
  second.next += 1;
  second.event(typed('one is missing'));
  assert.equal(await second.over(), 4400);
  const third = await RawPage.open(server.httpUrl, { token });
  third.anchor(7, snapshot('a mark that nobody sent'));
  assert.equal(await third.over(), 4400);
});

test('what a page sends while its conversation is paused is counted and never read', async () => {
  const { id, token } = await begin();
  await using page = await RawPage.open(server.httpUrl, { token });
  page.anchor(1, snapshot('begin'));
  await wait(100);
  await setState(id, 'PAUSED');
  page.event('this is no event');
  page.event('{');
  await wait(200);
  assert.equal(page.closed, undefined);
  await setState(id, 'ACTIVE');
  await page.marked(2);
  page.anchor(2, snapshot('end'));
  page.event('this is no event');
  assert.equal(await page.over(), 4400);
  const { texts, gaps } = await keptOf(id);
  assert.deepEqual(texts, ['begin', 'end']);
  assert.deepEqual(gaps, [{ kind: 'withheld', count: 2 }]);
});

test('a page that sends faster than anybody can look is cut off', async () => {
  const { token } = await begin();
  const page = await RawPage.open(server.httpUrl, { token });
  page.anchor(1, snapshot('begin'));
  for (let count = 0; count < 9_000; count += 1) page.event(typed('x'));
  assert.equal(await page.over(), 4429);
});

test('a page whose token is worthless is not recorded', async () => {
  const { token } = await begin('video');
  for (const worthless of [token, 'none', '']) {
    const page = await RawPage.connect(server.httpUrl, { token: worthless });
    page.hello(worthless);
    assert.equal(await page.over(), 4401);
  }
});

test('a page whose conversation has ended is told not to come back', async () => {
  const { id, token } = await begin();
  const open = await RawPage.open(server.httpUrl, { token });
  await api.ask('POST', `/api/v2/conversations/${id}/disconnect`);
  assert.equal(await open.over(), 4404);
  const late = await RawPage.connect(server.httpUrl, { token });
  late.hello(token);
  assert.equal(await late.over(), 4404);
});

test('only pages of listed origins, and our own, may open a co-browse socket', async () => {
  const { token } = await begin();
  await using own = await RawPage.connect(server.httpUrl, { token }, server.httpUrl);
  own.hello(token);
  await own.marked(1);
  await assert.rejects(RawPage.connect(server.httpUrl, { token }, 'https://elsewhere.example'), /401/);
});

test('what a page showed while it was cut off is told as lost, as many events as it numbered', async () => {
  const { id, token } = await begin();
  const cut = await RawPage.open(server.httpUrl, { token });
  cut.anchor(1, snapshot('begin'));
  await wait(100);
  await cut.break();
  await using back = await RawPage.open(server.httpUrl, { ...cut, token, next: cut.next + 5 });
  back.anchor(1, snapshot('back'));
  const { texts, gaps } = await keptOf(id);
  assert.deepEqual(texts, ['begin', 'back']);
  assert.deepEqual(gaps, [{ kind: 'lost', count: 5 }]);
});

test('a card number that a page did not mask is masked before anything of the event is kept', async () => {
  const { id, token } = await begin();
  await using page = await RawPage.open(server.httpUrl, { token });
  page.anchor(1, snapshot('4111 1111 1111 1111'));
  page.event(typed('5500000000000004'));
  const { texts } = await keptOf(id);
  assert.deepEqual(texts, ['**** **** **** ****', '****************']);
});

test('what happened in a page is given out only after the audit log says so', async () => {
  const { id, token } = await begin();
  await using page = await RawPage.open(server.httpUrl, { token });
  page.anchor(1, snapshot('begin'));
  await wait(100);
  await api.ask('POST', `/api/v2/conversations/${id}/disconnect`);
  const path = `/api/v2/conversations/${id}/recordings`;
  const listed = JSON.parse((await api.ask('GET', `${path}?formatId=NONE`)).text) as readonly { readonly id: string }[];
  const opened = async (): Promise<number> =>
    (await api.audit(id)).filter(({ action }) => action === 'playbackOpened').length;
  assert.equal(await opened(), 0);
  await api.get(`/tacet/v1/conversations/${id}/recordings/${listed[0]?.id}/events`);
  assert.equal(await opened(), 1);
});

test('a link to a replay is given out only after the audit log says so', async () => {
  const { id, token } = await begin();
  await using page = await RawPage.open(server.httpUrl, { token });
  page.anchor(1, snapshot('begin'));
  await wait(100);
  await api.ask('POST', `/api/v2/conversations/${id}/disconnect`);
  const [recording] = await api.recordings(id);
  const uri = recording?.mediaUris?.['0']?.mediaUri ?? '';
  assert.match(uri, /\/tacet\/v1\/cobrowse\/replays\/[\w-]{43}$/);
  assert.equal((await api.audit(id)).filter(({ action }) => action === 'playbackOpened').length, 1);
  assert.equal((await fetch(`${uri}x`)).status, 404);
  const answer = await fetch(uri);
  assert.match(answer.headers.get('content-security-policy') ?? '', /^default-src 'none'; script-src 'self';/);
});

test('a page that does not come back after a resume leaves a stretch that is lost, and withheld no longer than it was paused', async () => {
  const { id, token } = await begin();
  const page = await RawPage.open(server.httpUrl, { token });
  page.anchor(1, snapshot('begin'));
  await wait(100);
  await setState(id, 'PAUSED');
  page.event(typed('typed in the pause'));
  await wait(100);
  await page.break();
  await setState(id, 'ACTIVE');
  const { texts, gaps } = await keptOf(id);
  assert.deepEqual(texts, ['begin']);
  assert.deepEqual(gaps, [
    { kind: 'withheld', count: 1 },
    { kind: 'lost', count: 0 },
  ]);
});

/** A tab goes on in the same recording when its server comes back, and shut where its conversation is paused. */
async function goesOnBehind(end: () => Promise<unknown>): Promise<void> {
  const [running, paused] = [await begin(), await begin()];
  const pages = await Promise.all([running, paused].map(({ token }) => RawPage.open(server.httpUrl, { token })));
  for (const page of pages) {
    page.anchor(1, snapshot('begin'));
    page.event(typed('before'));
  }
  await wait(1_000);
  await setState(paused.id, 'PAUSED');
  await end();
  server = await TacetServer.start({
    dataDir: folder.at('data'),
    logPath: folder.at('server.log'),
    settings: server.settings,
  });
  api = await Api.signIn(server.httpUrl, admin);
  const [open, shut] = await Promise.all(
    pages.map((page, place) => RawPage.open(server.httpUrl, { ...page, token: [running, paused][place]?.token ?? '' })),
  );
  if (open === undefined || shut === undefined) throw new Error('both pages come back');
  open.anchor(1, snapshot('back'));
  open.event(typed('after'));
  shut.anchor(1, snapshot('back in the pause'));
  shut.event(typed('in the pause'));
  await wait(200);
  await setState(paused.id, 'ACTIVE');
  await shut.marked(2);
  shut.event(typed('made before the mark was read'));
  shut.anchor(2, snapshot('after the pause'));
  assert.deepEqual((await keptOf(running.id)).texts, ['begin', 'before', 'back', 'after']);
  const kept = await keptOf(paused.id);
  assert.deepEqual(kept.texts, ['begin', 'before', 'after the pause']);
  assert.ok(
    kept.gaps.some(({ kind }) => kind === 'withheld'),
    'how long it was shut is told',
  );
  for (const { id } of [running, paused]) assert.equal((await api.recordings(id)).length, 1);
  for (const page of [open, shut]) await page[Symbol.asyncDispose]();
}

test('after a kill -9 a tab goes on in the same recording, and shut where its conversation is paused', () =>
  goesOnBehind(() => server.kill()));

test('a stop that hands over leaves the recordings of pages to the next start', () =>
  goesOnBehind(() => server.stop()));

test('what happened in a page is unknown once its recording is deleted', async () => {
  const { id, token } = await begin();
  await using page = await RawPage.open(server.httpUrl, { token });
  page.anchor(1, snapshot('begin'));
  await wait(100);
  await api.ask('POST', `/api/v2/conversations/${id}/disconnect`);
  const [recording] = await api.recordings(id);
  const uri = recording?.mediaUris?.['0']?.mediaUri ?? '';
  const path = `/api/v2/conversations/${id}/recordings/${recording?.id}`;
  const events = `/tacet/v1/conversations/${id}/recordings/${recording?.id}/events`;
  assert.equal((await api.ask('GET', events)).status, 200);
  const deleteDate = new Date(Date.now() - 1_000).toISOString();
  assert.equal((await api.ask('PUT', path, { deleteDate })).status, 200);
  await until('the recording to be deleted', async () =>
    (await api.recordings(id))[0]?.fileState === 'DELETED' ? true : undefined,
  );
  assert.equal((await api.ask('GET', events)).status, 404);
  assert.deepEqual([(await fetch(uri)).status, (await fetch(`${uri}/events`)).status], [404, 404]);
});

test('garbage on the socket closes it with a reason, and the server goes on', async () => {
  const { token } = await begin();
  const corpus = [`event 1 ${typed('x')}`, `anchor 1 1 ${snapshot('x')}`, 'hello {"token":"x"}'].map(
    (text) => new Uint8Array(Buffer.from(text)),
  );
  const codes = new Set<number>();
  for (const input of fuzzInputs(52, corpus, 60, 'co-browse socket')) {
    const page = await RawPage.open(server.httpUrl, { token });
    page.anchor(1, snapshot('begin'));
    page.say(Buffer.from(input).toString('latin1'));
    page.say(input);
    codes.add(await page.over());
  }
  assert.deepEqual([...codes], [4400]);
  assert.notEqual((await begin()).token, token);
});
