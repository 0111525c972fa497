/** From the commit of a pause to the sockets of those who listen, and what listening costs the one who pauses. */
import { type Actor, builtInRight, type ClientId, type RequestId } from '@tacet/domain';
import { setRecordingState } from '@tacet/server/control';
import { WebSocket } from 'ws';
import { type BenchCall, type BenchServer, endCalls, startBenchServer, startCalls } from './load/bench-server.ts';

const seconds = Number(process.argv[2] ?? 5);
const callCount = 100;
const topic = 'v2.tacet.conversations.recordingstate';
const actor: Actor = {
  clientId: 'bench' as ClientId,
  name: 'bench',
  rights: [builtInRight('recorder-integration', '*')],
};

async function send(bench: BenchServer, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(bench.server.httpUrl + path, {
    method,
    headers: { authorization: `Bearer ${bench.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status}`);
  return answer.json();
}

/** A client that is told of every pause; `onTold` hears of each message as it arrives. */
async function listen(bench: BenchServer, onTold: (requestId: string) => void): Promise<WebSocket> {
  const channel = await send(bench, 'POST', '/api/v2/notifications/channels');
  const { id, connectUri } = channel as { readonly id: string; readonly connectUri: string };
  await send(bench, 'PUT', `/api/v2/notifications/channels/${id}/subscriptions`, [{ id: topic }]);
  const socket = new WebSocket(connectUri);
  await new Promise((resolve) => socket.once('open', resolve));
  socket.on('message', (data) => {
    const message = JSON.parse(data.toString()) as { metadata?: { CorrelationId: string } };
    if (message.metadata !== undefined) onTold(message.metadata.CorrelationId);
  });
  return socket;
}

function quantile(sorted: readonly number[], share: number): string {
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1);
}

async function run(bench: BenchServer, calls: readonly BenchCall[], onDurable: (requestId: string) => void) {
  const { control } = bench.server;
  const until = performance.now() + seconds * 1000;
  const startedAt = performance.now();
  const tookMs: number[] = [];
  // A steady rate, far below what saturates a core: what is measured is the way, not the queue before it.
  for (let turn = 0; performance.now() < until; turn += 1) {
    const { conversationId } = calls[turn % calls.length] as BenchCall;
    const state = Math.floor(turn / calls.length) % 2 === 0 ? 'PAUSED' : 'ACTIVE';
    const requestId = control.ids.next<RequestId>();
    const asked = { clientId: actor.clientId, name: 'bench', from: '127.0.0.1', door: 'bench', requestId };
    const beganAt = performance.now();
    await setRecordingState(control, { conversationId, state, cause: 'securePause', right: 'others', actor, asked });
    onDurable(requestId);
    tookMs.push(performance.now() - beganAt);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const rate = (tookMs.length / (performance.now() - startedAt)) * 1000;
  return { rate, tookMs: tookMs.toSorted((a, b) => a - b) };
}

console.log('listeners | changes/s | change p50 | p99 ms | answer to socket p50 | p99 ms | told/expected');
for (const listeners of [0, 1, 20]) {
  const bench = await startBenchServer({ TACET_RTP_PORTS: '30000-39999', TACET_RATE_LIMIT_PER_MINUTE: '0' });
  const calls = await startCalls(bench, callCount);
  const durableAt = new Map<string, number>();
  const arrivedAt: (readonly [requestId: string, at: number])[] = [];
  const sockets: WebSocket[] = [];
  for (let count = 0; count < listeners; count += 1) {
    sockets.push(await listen(bench, (requestId) => arrivedAt.push([requestId, performance.now()])));
  }
  const { rate, tookMs } = await run(bench, calls, (requestId) => durableAt.set(requestId, performance.now()));
  await new Promise((resolve) => setTimeout(resolve, 500));
  // A message may be there before the one who paused has its answer; that counts as no time.
  const ways = arrivedAt
    .map(([requestId, at]) => Math.max(0, at - (durableAt.get(requestId) ?? at)))
    .toSorted((a, b) => a - b);
  const columns = [
    String(listeners).padStart(9),
    rate.toFixed(0).padStart(9),
    quantile(tookMs, 0.5).padStart(10),
    quantile(tookMs, 0.99).padStart(6),
    quantile(ways, 0.5).padStart(20),
    quantile(ways, 0.99).padStart(6),
    `${arrivedAt.length}/${durableAt.size * listeners}`,
  ];
  console.log(columns.join(' | '));
  for (const socket of sockets) socket.terminate();
  await endCalls(bench, calls);
  await bench.stop();
}
