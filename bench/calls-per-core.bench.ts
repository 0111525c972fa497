/** G.711 calls of two streams recorded and encrypted with `dgram`, without loss; and what a bare receiver takes beside. */
import { fork } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { endCalls, startBenchServer, startCalls, startLoad, storedCount } from './load/bench-server.ts';
import type { LoadOrder, LoadReport } from './load/rtp-load.ts';

const seconds = Number(process.argv[2] ?? 10);
const sizes = (process.argv[3] ?? '100,300,500,700').split(',').map(Number);

function coreShare(before: NodeJS.CpuUsage, elapsedMs: number): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / elapsedMs;
}

/** The same datagrams into sockets that only count them: the floor that `dgram` itself sets. */
async function bareReceiver(streams: number): Promise<number> {
  let received = 0;
  const sockets = await Promise.all(
    Array.from({ length: streams }, async () => {
      const socket = createSocket({ type: 'udp4', recvBufferSize: 256 * 1024 });
      socket.on('message', () => (received += 1));
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
      return socket;
    }),
  );
  const sender = fork(new URL('./load/rtp-load.ts', import.meta.url));
  sender.send({ kind: 'ports', ports: sockets.map((socket) => socket.address().port) } satisfies LoadOrder);
  await wait(1_000);
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await wait((seconds * 1000) / 2);
  const share = coreShare(before, performance.now() - startedAt);
  sender.send({ kind: 'stop' } satisfies LoadOrder);
  const [report] = (await once(sender, 'message')) as [LoadReport];
  await wait(300);
  for (const socket of sockets) socket.close();
  if (received !== report.sentCount) console.log(`  (bare receiver lost ${report.sentCount - received})`);
  return share;
}

console.log('calls | cores used | calls per core | lost | sender late | bare dgram cores | ours ÷ bare');
for (const count of sizes) {
  const bench = await startBenchServer({ TACET_RTP_PORTS: '30000-39999', TACET_RECEIVER: 'dgram' });
  const calls = await startCalls(bench, count);
  const load = startLoad(calls);
  await wait(2_000);
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await wait(seconds * 1000);
  const share = coreShare(before, performance.now() - startedAt);
  const { sentCount, lateCount } = await load.stop();
  await wait(500);
  await endCalls(bench, calls);
  const lost = sentCount - (await storedCount(bench, calls));
  await bench.stop();
  const floor = await bareReceiver(count * 2);
  const cells = [
    String(count).padStart(5),
    share.toFixed(2).padStart(10),
    (count / share).toFixed(0).padStart(14),
    String(lost).padStart(4),
    String(lateCount).padStart(11),
    floor.toFixed(2).padStart(16),
    (share / floor).toFixed(1).padStart(11),
  ];
  console.log(cells.join(' | '));
}
