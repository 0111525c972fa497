/** Messages, mails and events of pages that one server keeps, per second of CPU, beside servers that drop them. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { RawPage, snapshot, typed } from '../e2e/cobrowse/raw-page.ts';
import { Api } from '../e2e/harness/api.ts';
import { cpuSecondsOf } from '../e2e/harness/process-costs.ts';
import { admin, TacetServer } from '../e2e/harness/tacet-server.ts';
import { TempFolder } from '../e2e/harness/temp-folder.ts';
import type { BarePorts } from './load/bare-doors.ts';
import { MailLine, post, repeat } from './load/written-load.ts';

const seconds = Number(process.argv[2] ?? 8);
const search = process.argv[3] === 'off' ? 'off' : 'on';
const lines = 32;
const pages = 8;
/** Below what a page may send. */
const eventsPerSecond = 600;

await using folder = new TempFolder();
const settings = {
  TACET_MEDIA_WORKERS: '1',
  TACET_SEARCH: search,
  TACET_SMTP_LISTEN: '127.0.0.1:0',
  TACET_SMTP_ADDRESSES: '@archive.example',
};
await using server = await TacetServer.start({ dataDir: folder.at('data'), logPath: folder.at('log'), settings });
const api = await Api.signIn(server.httpUrl, admin);
const bareProcess = fork(new URL('./load/bare-doors.ts', import.meta.url));
const [bare] = (await once(bareProcess, 'message')) as [BarePorts];
const barePid = bareProcess.pid ?? 0;

interface Rate {
  readonly count: number;
  readonly perSecond: number;
  readonly perCpuSecond: number;
}

async function costOf(
  pid: number,
  work: () => Promise<{ readonly count: number; readonly seconds: number }>,
): Promise<Rate> {
  const before = cpuSecondsOf(pid);
  const done = await work();
  const cpu = cpuSecondsOf(pid) - before;
  return { count: done.count, perSecond: done.count / done.seconds, perCpuSecond: done.count / cpu };
}

function row(name: string, kept: Rate, dropped: Rate): void {
  const share = `${((kept.perCpuSecond / dropped.perCpuSecond) * 100).toFixed(0)} %`;
  const cells = [kept.perSecond, kept.perCpuSecond, dropped.perCpuSecond].map((cell) => cell.toFixed(0));
  console.log([name.padEnd(28), ...[...cells, share].map((cell) => cell.padStart(11))].join(' | '));
}

function bytesBelow(path: string): number {
  const names = readdirSync(path, { recursive: true, encoding: 'utf8' });
  return names.reduce((sum, name) => sum + statSync(join(path, name)).size, 0);
}

async function begin(mediaType: string): Promise<string> {
  const participants = [{ purpose: 'customer', address: 'someone@example.test' }];
  const made = await api.ask('POST', '/tacet/v1/conversations', { mediaType, participants });
  return (JSON.parse(made.text) as { readonly id: string }).id;
}

const token = await (async () => {
  const authorization = `Basic ${Buffer.from(`${admin.id}:${admin.secret}`).toString('base64')}`;
  const body = new URLSearchParams({ grant_type: 'client_credentials' });
  const answer = await fetch(`${server.httpUrl}/oauth/token`, { method: 'POST', headers: { authorization }, body });
  return ((await answer.json()) as { readonly access_token: string }).access_token;
})();

const words = 'the garden chair that you sent me is broken and I would like to have a refund for it please';

async function messages(): Promise<{
  readonly ids: readonly string[];
  readonly all: number;
  readonly kept: Rate;
  readonly dropped: Rate;
}> {
  const ids = await Promise.all(Array.from({ length: lines }, () => begin('message')));
  const body = JSON.stringify({ mediaType: 'message', text: words });
  const to = (line: number) => `${server.httpUrl}/tacet/v1/conversations/${ids[line]}/items`;
  const drop = () => repeat(lines, seconds, () => post(`http://127.0.0.1:${bare.http}/`, token, body));
  // The first ones find nothing warm.
  const before = await repeat(lines, 1, (line) => post(to(line), token, body));
  const kept = await costOf(server.pid, () => repeat(lines, seconds, (line) => post(to(line), token, body)));
  return { ids, all: before.count + kept.count, kept, dropped: await costOf(barePid, drop) };
}

/** 20 KB, each in a conversation of its own. */
function mailOf(number: number): string {
  const head = `From: a@customer.example\r\nTo: b@archive.example\r\nSubject: order ${number}\r\nMessage-ID: <${number}@bench>`;
  return `${head}\r\n\r\n${`${words}\r\n`.repeat(220)}`;
}

async function mails(): Promise<{ readonly kept: Rate; readonly dropped: Rate }> {
  let number = 0;
  const to = async (port: number, pid: number): Promise<Rate> => {
    const open = await Promise.all(Array.from({ length: lines }, () => MailLine.open(port)));
    const bring = (line: number): Promise<void> => {
      number += 1;
      return open[line]?.bring(mailOf(number)) ?? Promise.resolve();
    };
    const rate = await costOf(pid, () => repeat(lines, seconds, bring));
    for (const line of open) line.close();
    return rate;
  };
  return { kept: await to(server.smtp.port, server.pid), dropped: await to(bare.smtp, barePid) };
}

interface Showing {
  readonly show: (event: string) => void;
}

async function paced(shown: readonly Showing[]): Promise<{ readonly count: number; readonly seconds: number }> {
  const startedAt = performance.now();
  const tookMs = () => performance.now() - startedAt;
  let sent = 0;
  while (tookMs() < seconds * 1_000) {
    const due = Math.floor((tookMs() / 1_000) * eventsPerSecond);
    for (; sent < due; sent += 1) for (const page of shown) page.show(typed(`${words} ${sent}`));
    await pass(5);
  }
  return { count: sent * shown.length, seconds: tookMs() / 1_000 };
}

async function coBrowse(): Promise<{ readonly ids: readonly string[]; readonly kept: Rate; readonly dropped: Rate }> {
  const ids: string[] = [];
  const shown: Showing[] = [];
  for (let place = 0; place < pages; place += 1) {
    const id = await begin('cobrowsesession');
    const given = await api.ask('POST', `/tacet/v1/conversations/${id}/publishing-tokens`, {
      mediaType: 'cobrowsesession',
    });
    const page = await RawPage.open(server.httpUrl, {
      token: (JSON.parse(given.text) as { readonly token: string }).token,
    });
    page.anchor(1, snapshot(words));
    ids.push(id);
    shown.push({ show: (event) => page.event(event) });
  }
  const kept = await costOf(server.pid, () => paced(shown));
  const sockets = await Promise.all(
    Array.from({ length: pages }, async () => {
      const socket = new WebSocket(`ws://127.0.0.1:${bare.webSocket}`);
      await once(socket, 'open');
      return socket;
    }),
  );
  const dropped = await costOf(barePid, () =>
    paced(sockets.map((socket) => ({ show: (event) => socket.send(event) }))),
  );
  return { ids, kept, dropped };
}

console.log(
  `${lines} lines, ${pages} pages, ${seconds} s each; CPU of the whole server process; searching is ${search}`,
);
console.log('what                         |  per second | per CPU sec |   dropped by | of it');
const blobs = join(server.dataDir, 'blobs');
const wasAt: number[] = [0];
/** Ends what there is, and tells how much of it is on the disk. */
async function keptBytes(ids: readonly string[], expected: number): Promise<number> {
  for (const id of ids) await api.ask('POST', `/api/v2/conversations/${id}/disconnect`);
  let [last, now] = [-1, bytesBelow(blobs)];
  while (last !== now || now <= (wasAt.at(-1) ?? 0)) {
    await pass(3_000);
    [last, now] = [now, bytesBelow(blobs)];
  }
  const grown = now - (wasAt.at(-1) ?? 0);
  wasAt.push(now);
  return grown / expected;
}

const written = await messages();
row('messages, 90 characters', written.kept, written.dropped);
const perMessage = await keptBytes(written.ids, written.all);
const shown = await coBrowse();
row('events of pages, 190 bytes', shown.kept, shown.dropped);
const perEvent = await keptBytes(shown.ids, shown.kept.count);
const brought = await mails();
row('mails over SMTP, 20 KB', brought.kept, brought.dropped);

console.log(
  `a page sends 20 events a second while somebody types: ${(shown.kept.perCpuSecond / 20).toFixed(0)} pages per core`,
);
const megabytes = (bytes: number) => (bytes / 1_000_000).toFixed(2);
console.log(`on the disk: ${perMessage.toFixed(0)} bytes a message, ${perEvent.toFixed(0)} an event`);
console.log(
  `an hour of messages, 4 a minute: ${megabytes(perMessage * 240)} MB; of a page, 20 events a second: ${megabytes(perEvent * 72_000)} MB`,
);
bareProcess.disconnect();
process.exit(0);
