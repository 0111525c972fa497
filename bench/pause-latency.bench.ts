/** From the request to pause, over HTTP, to its answer: every gate closed and the fact durable; with live calls beside. */
import { setTimeout as wait } from 'node:timers/promises';
import {
  type BenchCall,
  type BenchServer,
  endCalls,
  percentile,
  startBenchServer,
  startCalls,
} from './load/bench-server.ts';
import { startSender } from './voice/c-programs.ts';

const pausesEach = Number(process.argv[2] ?? 300);

async function put(bench: BenchServer, call: BenchCall, recordingState: string): Promise<number> {
  const startedAt = performance.now();
  const answer = await fetch(
    `${bench.server.httpUrl}/api/v2/conversations/calls/${call.conversationId}/recordingstate`,
    {
      method: 'PUT',
      headers: { authorization: `Bearer ${bench.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ recordingState }),
    },
  );
  const state = await answer.text();
  if (answer.status !== 200) throw new Error(`${recordingState}: ${answer.status} ${state}`);
  return performance.now() - startedAt;
}

/** The same round trip to a door that does nothing: what HTTP alone costs in this run. */
async function bare(bench: BenchServer): Promise<number> {
  const startedAt = performance.now();
  await (await fetch(`${bench.server.httpUrl}/health/live`)).text();
  return performance.now() - startedAt;
}

const ms = (value: number): string => value.toFixed(2).padStart(7);

console.log('live calls | pause p50   p99   max ms | resume p50   p99 ms | bare GET p50   p99 ms');
for (const count of [1, 100, 1_000]) {
  const bench = await startBenchServer({ TACET_RTP_PORTS: '30000-39999' });
  const calls = await startCalls(bench, count);
  const load = startSender(calls.flatMap(({ ports }) => ports));
  await wait(1_500);
  const pauses: number[] = [];
  const resumes: number[] = [];
  const bares: number[] = [];
  for (let number = 0; number < pausesEach; number += 1) {
    const call = calls[number % calls.length];
    if (call === undefined) break;
    pauses.push(await put(bench, call, 'PAUSED'));
    resumes.push(await put(bench, call, 'ACTIVE'));
    bares.push(await bare(bench));
  }
  const { lateCount } = await load.stop();
  await endCalls(bench, calls);
  await bench.stop();
  const columns = [
    String(count).padStart(10),
    `${ms(percentile(pauses, 0.5))} ${ms(percentile(pauses, 0.99))} ${ms(Math.max(...pauses))}   `,
    `${ms(percentile(resumes, 0.5))} ${ms(percentile(resumes, 0.99))}   `,
    `${ms(percentile(bares, 0.5))} ${ms(percentile(bares, 0.99))}`,
  ];
  console.log(`${columns.join(' | ')}${lateCount > 0 ? `  (sender late with ${lateCount})` : ''}`);
}
