/** `kill -9` with live calls and a start at once: how long until every port listens again, and what the calls lost. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { run } from '../e2e/harness/programs.ts';
import { readStore } from '../e2e/harness/stored-frames.ts';
import { type LogLine, TacetServer } from '../e2e/harness/tacet-server.ts';
import { TempFolder } from '../e2e/harness/temp-folder.ts';
import { RecordingClient } from '../packages/server/src/demo/recording-client.ts';
import { percentile } from './load/bench-server.ts';
import type { LoadOrder, LoadReport } from './load/rtp-load.ts';

const callCount = Number(process.argv[2] ?? 500);
const rounds = Number(process.argv[3] ?? 3);
const talkMs = 8_000;
const settings = { TACET_RTP_PORTS: '20000-29999', TACET_STOP: 'handover' };

function wallTime(): number {
  return performance.timeOrigin + performance.now();
}

async function place(server: TacetServer, number: number): Promise<RecordingClient> {
  const client = new RecordingClient({ serverAddress: server.sip, transport: 'udp' });
  await client.invite({
    communicationSessionId: `bench-${number}`,
    participants: [
      { id: 'customer', address: `sip:customer-${number}@example.net` },
      { id: 'agent', address: `sip:agent-${number}@example.com` },
    ],
    streams: [
      { label: '1', from: ['customer'], port: 40_000 },
      { label: '2', from: ['agent'], port: 40_002 },
    ],
  });
  return client;
}

async function placeAll(server: TacetServer): Promise<readonly RecordingClient[]> {
  const clients: RecordingClient[] = [];
  for (let from = 0; from < callCount; from += 20) {
    const numbers = Array.from({ length: Math.min(20, callCount - from) }, (_, place) => from + place);
    clients.push(...(await Promise.all(numbers.map((number) => place(server, number)))));
  }
  return clients;
}

function startLoad(clients: readonly RecordingClient[]): ChildProcess {
  const sender = fork(new URL('./load/rtp-load.ts', import.meta.url));
  const ports = clients.flatMap(({ streams }) => streams.map(({ port }) => port));
  sender.send({ kind: 'ports', ports } satisfies LoadOrder);
  return sender;
}

/** When a line was written, as wall time in ms. */
function timeOf(server: TacetServer, event: string): number {
  const line: LogLine | undefined = server.log.find((one) => one.event === event);
  return Date.parse(String(line?.['at']));
}

async function runtimeAlone(): Promise<number> {
  const startedAt = performance.now();
  await run(process.execPath, ['-e', '0']);
  return performance.now() - startedAt;
}

const column = (value: number): string => value.toFixed(0).padStart(8);

await using folder = new TempFolder();
const dataDir = folder.at('data');
const options = { dataDir, logPath: folder.at('server.log') };
const runtimeMs = await runtimeAlone();
let server = await TacetServer.start({ ...options, settings });
const clients = await placeAll(server);
const sender = startLoad(clients);
console.log(`${callCount} calls of two streams; a bare \`node -e 0\` takes ${runtimeMs.toFixed(0)} ms here`);
console.log('round | after the kill, ms: first line, ports listen, SIP and HTTP, spools in store | lost p50, max ms');
for (let round = 1; round <= rounds; round += 1) {
  await wait(talkMs);
  const same = server.sameAgain;
  const killedAt = await server.kill();
  server = await TacetServer.start({ ...options, settings: same });
  await server.logged(({ event }) => event === 'recovered');
  const taken = server.log.find(({ event }) => event === 'takenUp')?.['captures'];
  const [media, up, ready, settled] = ['media', 'takenUp', 'ready', 'recovered'].map((event) => timeOf(server, event));
  const { recordings } = await readStoreOfIntervals();
  const lost = recordings.filter(({ to }) => to > killedAt - 1_000 && to < wallTime()).map(({ from, to }) => to - from);
  const after = [media, up, ready, settled].map((at) => column((at ?? 0) - killedAt)).join(' ');
  console.log(
    `${String(round).padStart(5)} | ${after} | ${column(percentile(lost, 0.5))} ${column(Math.max(...lost))} | ${taken} captures`,
  );
}
sender.send({ kind: 'stop' } satisfies LoadOrder);
const [{ sentCount, lateCount }] = (await once(sender, 'message')) as [LoadReport];
console.log(`${lateCount} of ${sentCount} packets were sent late: then the sender was the limit`);
for (const client of clients) await client[Symbol.asyncDispose]();
await server.kill();

/** What the crash cost each stream. */
async function readStoreOfIntervals(): Promise<{
  readonly recordings: readonly { readonly from: number; readonly to: number }[];
}> {
  const { recordings } = await readStore(dataDir);
  return {
    recordings: recordings.flatMap(({ streams }) =>
      streams.flatMap(({ intervals }) =>
        intervals.flatMap((one) => (one.kind === 'lost' && one.reason === 'crash' ? [one] : [])),
      ),
    ),
  };
}
