/** Tokens and pauses over HTTP per core, beside a request to the same server that does nothing but know its token. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { endCalls, startBenchServer, startCalls } from './load/bench-server.ts';
import type { HttpOrder, HttpReport } from './load/http-load.ts';

const seconds = Number(process.argv[2] ?? 8);
const connections = 16;

const bench = await startBenchServer({ TACET_RATE_LIMIT_PER_MINUTE: '0', TACET_PAUSE_RATE_LIMIT_PER_MINUTE: '0' });
const calls = await startCalls(bench, connections);
const conversationIds = calls.map(({ conversationId }) => conversationId);

async function measure(kind: HttpOrder['kind']): Promise<HttpReport & { readonly perCpuSecond: number }> {
  const child = fork(new URL('./load/http-load.ts', import.meta.url));
  const { token, basic, server } = bench;
  const before = process.cpuUsage();
  child.send({ url: server.httpUrl, token, basic, kind, conversationIds, connections, seconds } satisfies HttpOrder);
  const [report] = (await once(child, 'message')) as [HttpReport];
  const { user, system } = process.cpuUsage(before);
  return { ...report, perCpuSecond: (report.count / (user + system)) * 1_000_000 };
}

await measure('nothing');
const nothing = await measure('nothing');
console.log(`${connections} connections, ${seconds} s each; CPU of the whole server process, media threads included`);
console.log('what           | per second | per CPU second | of nothing | p50 ms | p99 ms | failures');
for (const [name, report] of [
  ['nothing (GET)', nothing],
  ['token (POST)', await measure('token')],
  ['pause (PUT)', await measure('pause')],
] as const) {
  const cells = [
    name.padEnd(14),
    (report.count / seconds).toFixed(0).padStart(10),
    report.perCpuSecond.toFixed(0).padStart(14),
    `${((report.perCpuSecond / nothing.perCpuSecond) * 100).toFixed(0)} %`.padStart(10),
    report.p50Ms.toFixed(1).padStart(6),
    report.p99Ms.toFixed(1).padStart(6),
    String(report.failures).padStart(8),
  ];
  console.log(cells.join(' | '));
}
await endCalls(bench, calls);
await bench.stop();
