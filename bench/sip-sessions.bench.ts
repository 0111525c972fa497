/** Recording sessions begun in a second: several SIPps as sources, two streams each, against a server process. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cpuSecondsOf } from '../e2e/harness/process-costs.ts';
import { TacetServer } from '../e2e/harness/tacet-server.ts';
import { percentile } from './load/bench-server.ts';

const sourceCount = 4;
const secondsEach = Number(process.argv[2] ?? 15);
/** How long each recording session goes on. */
const talkMs = 4_000;

interface Source {
  readonly begun: number;
  readonly failed: number;
  /** INVITE → 200, in ms. */
  readonly answerMs: readonly number[];
}

interface Playing {
  /** Folder that its SIPp works in. */
  readonly at: string;
  readonly name: string;
  readonly perSecond: number;
  /** SIPp's word for the transport. */
  readonly flag: Flag;
}

type Flag = 'u1' | 't1';

/** Rows of a file that SIPp wrote, without its head. */
function rowsOf(folder: string, ending: string): readonly (readonly string[])[] {
  const name = readdirSync(folder).find((file) => file.endsWith(ending));
  if (name === undefined) return [];
  const lines = readFileSync(join(folder, name), 'utf8').trim().split('\n');
  return lines.map((line) => line.split(';'));
}

function readSource(folder: string): Source {
  const [names = [], ...rows] = rowsOf(folder, '_.csv');
  const last = rows.at(-1) ?? [];
  const total = (name: string): number => Number(last[names.indexOf(name)]);
  const answerMs = rowsOf(folder, '_rtt.csv')
    .slice(1)
    .map(([, ms]) => Number(ms));
  return { begun: total('TotalCallCreated'), failed: total('FailedCall(C)'), answerMs };
}

/** A source that begins `perSecond` recording sessions for a bounded time. */
async function play(server: TacetServer, { at, name, perSecond, flag }: Playing): Promise<Source> {
  mkdirSync(at);
  const { host, port } = server.sip;
  const scenario = join(import.meta.dirname, 'load/many-sessions.xml');
  const load = ['-r', String(perSecond), '-m', String(perSecond * secondsEach), '-l', '10000', '-d', String(talkMs)];
  const traces = ['-trace_stat', '-fd', '1', '-stf', 'source_.csv', '-trace_rtt', '-rtt_freq', '1'];
  const words = [`${host}:${port}`, '-sf', scenario, '-i', host, '-t', flag, '-key', 'source', name];
  const quiet = ['-nostdin', '-timeout', `${secondsEach + 60}s`];
  const sipp = spawn('sipp', [...words, ...load, ...traces, ...quiet], { cwd: at, stdio: 'ignore' });
  await once(sipp, 'close');
  return readSource(at);
}

async function measure(perSecond: number, flag: Flag): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'tacet-sessions-'));
  const settings = { TACET_RTP_PORTS: '16000-23999' };
  const options = { dataDir: join(folder, 'data'), logPath: join(folder, 'server.log'), settings };
  try {
    await using server = await TacetServer.start(options);
    const cpuBefore = cpuSecondsOf(server.pid);
    const from = performance.now();
    const names = Array.from({ length: sourceCount }, (_, place) => `s${perSecond}${flag}${place}`);
    const all = await Promise.all(
      names.map((name) => play(server, { at: join(folder, name), name, perSecond: perSecond / sourceCount, flag })),
    );
    const seconds = (performance.now() - from - talkMs) / 1_000;
    const cores = (cpuSecondsOf(server.pid) - cpuBefore) / seconds;
    const begun = all.reduce((sum, source) => sum + source.begun, 0);
    const failed = all.reduce((sum, source) => sum + source.failed, 0);
    const answerMs = all.flatMap((source) => source.answerMs);
    const [p50, p99] = [percentile(answerMs, 0.5).toFixed(1), percentile(answerMs, 0.99).toFixed(1)];
    const cells = [flag === 'u1' ? 'UDP' : 'TCP', perSecond, ((begun - failed) / seconds).toFixed(1), begun, failed];
    return [...cells, p50, p99, cores.toFixed(2), ((cores / begun) * seconds * 1_000).toFixed(1)].join(' | ');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

console.log(
  'over | wanted/s | reached/s | begun | failed | INVITE→200 p50 | p99 ms | cores | CPU ms each, begun to ended',
);
for (const [perSecond, flag] of [
  [100, 'u1'],
  [100, 't1'],
  [200, 'u1'],
] as const) {
  console.log(await measure(perSecond, flag));
}
