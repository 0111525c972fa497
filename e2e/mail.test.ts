/** Mails of swaks to a server that takes them by SMTP over TLS, judged by what can be read back. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { TestAuthority } from '@tacet/testkit/certificates';
import { Api } from './harness/api.ts';
import { filesBelow } from './harness/data-search.ts';
import { type SwaksAnswer, sendMail } from './harness/swaks.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';
import { until } from './harness/until.ts';

const folder = new TempFolder();
const dataDir = folder.at('data');
const logPath = folder.at('server.log');
const authority = new TestAuthority();
const own = authority.credentials(authority.issue('mail.example', ['DNS:mail.example', 'IP:127.0.0.1']));
const signedIn = ['--tls', '--auth', 'PLAIN', '--auth-user', admin.id, '--auth-password', admin.secret];
const journal = 'journal@archive.example';
const customer = 'Ada Customer <ada@customer.example>';
const agent = 'An Agent <agent@archive.example>';

let server: TacetServer;
let api: Api;

before(async () => {
  writeFileSync(folder.at('own.pem'), own.certificate);
  writeFileSync(folder.at('own.key'), own.key);
  const settings = {
    TACET_SMTP_LISTEN: '127.0.0.1:0',
    TACET_SMTP_ADDRESSES: '@archive.example',
    TACET_SMTP_TLS_CERT: folder.at('own.pem'),
    TACET_SMTP_TLS_KEY: folder.at('own.key'),
  };
  server = await TacetServer.start({ dataDir, logPath, settings });
  api = await Api.signIn(server.httpUrl, admin);
});

after(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

interface Written {
  readonly id: string;
  readonly subject: string;
  readonly text: string;
  readonly from?: string;
  readonly to?: string;
  readonly more?: readonly string[];
}

function written({ id, subject, text, from = customer, to = agent, more = [] }: Written): string {
  const headers = [
    `From: ${from}`,
    `To: ${to}`,
    `Subject: ${subject}`,
    `Message-ID: <${id}@customer.example>`,
    ...more,
  ];
  return [...headers, 'Date: Mon, 2 Nov 2026 10:00:00 +0000', '', text, ''].join('\r\n');
}

async function send(message: string, more: readonly string[] = signedIn): Promise<SwaksAnswer> {
  return sendMail(server.smtp, folder, { to: journal, from: 'ada@customer.example', message }, more);
}

async function take(message: string): Promise<void> {
  const { code, talk, replies } = await send(message);
  assert.equal(code, 0, talk);
  assert.ok(
    replies.some((reply) => reply.startsWith('250 ') && /accepted|queued/i.test(reply)),
    talk,
  );
}

async function liveId(): Promise<string> {
  const live = (await api.activeConversations()).filter(({ recordingState }) => recordingState !== 'NONE');
  assert.equal(live.length, 1);
  return String(live[0]?.id);
}

async function setState(id: string, recordingState: string): Promise<void> {
  const path = `/api/v2/conversations/emails/${id}/recordingstate`;
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
  readonly item?: { readonly id: string; readonly subject?: string };
}

async function linesOf(id: string): Promise<{ readonly path: string; readonly lines: readonly Line[] }> {
  const [recording] = await api.recordings(id);
  const path = `/tacet/v1/conversations/${id}/recordings/${recording?.id}`;
  return { path, ...(await api.get<{ readonly lines: readonly Line[] }>(`${path}/transcript`)) };
}

function told(lines: readonly Line[]): readonly string[] {
  return lines.map(({ kind, count, item }) => item?.subject ?? `${kind} ${count}`);
}

test('mails of one thread are one conversation, and one that comes during a pause is withheld and answered with 250', async () => {
  const first = written({ id: 'a1', subject: 'A question', text: 'When does it come?' });
  await take(first);
  const id = await liveId();
  const answer = written({
    ...{ id: 'a2', subject: 'Re: A question', text: 'Tomorrow.', from: agent, to: customer },
    more: ['In-Reply-To: <a1@customer.example>'],
  });
  await take(answer);
  await setState(id, 'PAUSED');
  const secret = written({
    id: 'a3',
    subject: 'My card',
    text: 'card 4111 1111 1111 1111',
    more: ['References: <a1@customer.example> <a2@customer.example>'],
  });
  await take(secret);
  // An answer to what was withheld finds the thread as well.
  await take(
    written({ id: 'a4', subject: 'Re: My card', text: 'code 987', more: ['In-Reply-To: <a3@customer.example>'] }),
  );
  assert.equal(await liveId(), id);
  await setState(id, 'ACTIVE');
  await take(written({ id: 'a5', subject: 'Thank you', text: 'Bye.', more: ['In-Reply-To: <a4@customer.example>'] }));
  assert.equal(await liveId(), id);
  await end(id);
  const { path, lines } = await linesOf(id);
  assert.deepEqual(told(lines), ['A question', 'Re: A question', 'withheld 2', 'Thank you']);
  const eml = await api.ask('GET', `${path}/items/${lines[0]?.item?.id}`);
  assert.equal(eml.headers.get('content-type'), 'message/rfc822');
  assert.match(String(eml.headers.get('content-disposition')), /^attachment; filename="mail-[0-9a-f-]+\.eml"$/);
  assert.equal(eml.text.trimEnd(), first.trimEnd());
});

test('a mail that was answered with 250 is there after kill -9, and its paused conversation is paused', async () => {
  await take(written({ id: 'b1', subject: 'Before the pause', text: 'x' }));
  const id = await liveId();
  await setState(id, 'PAUSED');
  await take(
    written({
      id: 'b2',
      subject: 'Card',
      text: 'card 5500 0000 0000 0004',
      more: ['References: <b1@customer.example>'],
    }),
  );
  await server.kill();
  server = await TacetServer.start({ dataDir, logPath, settings: server.settings });
  api = await Api.signIn(server.httpUrl, admin);
  await take(written({ id: 'b3', subject: 'Code', text: 'code 654', more: ['References: <b2@customer.example>'] }));
  assert.equal(await liveId(), id);
  await setState(id, 'ACTIVE');
  await take(written({ id: 'b4', subject: 'After the pause', text: 'y', more: ['References: <b3@customer.example>'] }));
  await server.kill();
  server = await TacetServer.start({ dataDir, logPath, settings: server.settings });
  api = await Api.signIn(server.httpUrl, admin);
  await end(id);
  const { lines } = await linesOf(id);
  const subjects = lines.flatMap(({ item }) => item?.subject ?? []);
  assert.deepEqual(subjects, ['Before the pause', 'After the pause']);
  assert.ok(lines.some(({ kind }) => kind === 'withheld'));
});

/** A client that sends what it is told when it is told. */
class SlowClient {
  readonly #socket = connect({ host: server.smtp.host, port: server.smtp.port });
  #text = '';

  constructor() {
    this.#socket.setEncoding('utf8').on('data', (text: string) => {
      this.#text += text;
    });
  }

  /** Sends, and waits for an answer that begins so. */
  async say(text: string, code: string): Promise<void> {
    if (text !== '') this.#text = '';
    this.#socket.write(text);
    await until(`an answer ${code}`, () => new RegExp(`^${code} `, 'm').test(this.#text) || undefined);
  }

  write(text: string): void {
    this.#socket.write(text);
  }

  [Symbol.dispose](): void {
    this.#socket.destroy();
  }
}

test('an item that was on its way while the recording was paused is withheld, also when it ends after the resume', async () => {
  await take(written({ id: 'e1', subject: 'Before', text: 'x' }));
  const id = await liveId();
  using client = new SlowClient();
  await client.say('', '220');
  await client.say('EHLO here\r\n', '250');
  await client.say('MAIL FROM:<a@b.example>\r\n', '250');
  await client.say(`RCPT TO:<${journal}>\r\n`, '250');
  await client.say('DATA\r\n', '354');
  const slow = written({
    id: 'e2',
    subject: 'Slow',
    text: 'card 3782 822463 10005',
    more: ['References: <e1@customer.example>'],
  });
  client.write(slow.slice(0, 150));
  await wait(100);
  await setState(id, 'PAUSED');
  await setState(id, 'ACTIVE');
  await client.say(`${slow.slice(150)}\r\n.\r\n`, '250');
  await take(written({ id: 'e3', subject: 'After', text: 'y', more: ['References: <e2@customer.example>'] }));
  await end(id);
  const { lines } = await linesOf(id);
  assert.ok(!told(lines).includes('Slow'), told(lines).join());
  assert.deepEqual(
    lines.flatMap(({ item }) => item?.subject ?? []),
    ['Before', 'After'],
  );
  assert.equal(lines.filter(({ kind }) => kind === 'withheld').length, 1);
});

test('a mail that is too large is refused for good', async () => {
  const message = written({ id: 'f1', subject: 'Large', text: `${'z'.repeat(998)}\r\n`.repeat(32_000) });
  const { replies } = await send(message);
  assert.ok(
    replies.some((reply) => reply.startsWith('552')),
    replies.join('\n'),
  );
  assert.deepEqual(await api.activeConversations(), []);
});

test('an item is given out only after the audit log says so', async () => {
  await take(written({ id: 'g1', subject: 'Read by somebody', text: 'x' }));
  const id = await liveId();
  await end(id);
  const { path, lines } = await linesOf(id);
  const opened = async (): Promise<number> =>
    (await api.audit(id)).filter(({ action }) => action === 'playbackOpened').length;
  const before = await opened();
  await api.ask('GET', `${path}/items/${lines[0]?.item?.id}`);
  await api.ask('GET', `${path}/items/unknown`);
  assert.equal(await opened(), before + 2);
});

test('mail is taken for the configured recipients alone', async () => {
  const message = written({ id: 'c1', subject: 'x', text: 'x' });
  const answer = await sendMail(
    server.smtp,
    folder,
    { to: 'someone@elsewhere.example', from: 'a@b.example', message },
    signedIn,
  );
  assert.ok(
    answer.replies.some((reply) => reply.startsWith('550')),
    answer.talk,
  );
});

test('a password is taken over TLS alone, and a wrong one is refused', async () => {
  const message = written({ id: 'd1', subject: 'x', text: 'x' });
  const plain = await send(message, signedIn.slice(1));
  assert.notEqual(plain.code, 0, plain.talk);
  assert.ok(!plain.talk.includes('235'), plain.talk);
  const wrong = await send(message, [...signedIn.slice(0, -1), 'wrong']);
  assert.ok(
    wrong.replies.some((reply) => reply.startsWith('535')),
    wrong.talk,
  );
  assert.deepEqual(await api.activeConversations(), []);
});

test('nothing of what was withheld is in any file, and no subject or address is in the log', async () => {
  await server.stop();
  const secrets = [
    '4111 1111',
    'code 987',
    'My card',
    '5500 0000',
    '3782 8224',
    'code 654',
    'A question',
    'When does it come',
  ];
  const found = [...filesBelow(dataDir)].flatMap((path) => {
    const bytes = readFileSync(path);
    return secrets.filter((secret) => bytes.includes(secret));
  });
  assert.deepEqual(found, []);
  const log = readFileSync(logPath, 'utf8');
  assert.deepEqual(
    ['customer.example', 'A question', 'Thank you', ...secrets].filter((word) => log.includes(word)),
    [],
  );
  const { code, stdout, stderr } = await verify(dataDir);
  assert.equal(code, 0, stdout + stderr);
});
