/** Calls per core with both receivers beside bare receivers in C, as calls grow, and what memory a call takes. */
import { setTimeout as wait } from 'node:timers/promises';
import { endCalls, startBenchServer, startCalls, storedCount } from './load/bench-server.ts';
import { startBareReceiver, startSender } from './voice/c-programs.ts';

// A segment is put into store after a minute: a shorter run leaves that out.
const seconds = Number(process.argv[2] ?? 65);
const sizes = (process.argv[3] ?? '100,500,1000,2000').split(',').map(Number);
const kinds = (process.argv[4] ?? 'dgram,batch').split(',');

interface Measured {
  readonly cores: number;
  readonly lost: number;
  /** Packets that the sender was late with: it was the limit, not the receiver. */
  readonly late: number;
  readonly kibPerCall?: number;
}

const residentKib = (): number => process.memoryUsage.rss() / 1024;

async function ofServer(receiver: string, count: number): Promise<Measured> {
  const bench = await startBenchServer({ TACET_RTP_PORTS: '20000-59999', TACET_RECEIVER: receiver });
  const emptyKib = residentKib();
  const calls = await startCalls(bench, count);
  const sender = startSender(calls.flatMap(({ ports }) => ports));
  await wait(2_000);
  const before = process.cpuUsage();
  const startedAt = performance.now();
  await wait(seconds * 1000);
  const { user, system } = process.cpuUsage(before);
  const cores = (user + system) / 1000 / (performance.now() - startedAt);
  const kibPerCall = (residentKib() - emptyKib) / count;
  const { sentCount, lateCount } = await sender.stop();
  await wait(500);
  await endCalls(bench, calls);
  const lost = sentCount - (await storedCount(bench, calls));
  await bench.stop();
  return { cores, lost, late: lateCount, kibPerCall };
}

/** The same datagrams into as many sockets, counted and thrown away. */
async function ofBare(how: 'epoll' | 'sweep', count: number): Promise<Measured> {
  const receiver = await startBareReceiver(count * 2, how);
  const sender = startSender(receiver.ports);
  await wait(1_000);
  const before = await receiver.read();
  const startedAt = performance.now();
  await wait(Math.min(seconds, 15) * 1000);
  const after = await receiver.read();
  const cores = (after.cpuSeconds - before.cpuSeconds) / ((performance.now() - startedAt) / 1000);
  const { sentCount, lateCount } = await sender.stop();
  await wait(300);
  const { received } = await receiver.read();
  await receiver.stop();
  return { cores, lost: sentCount - received, late: lateCount };
}

function tell(name: string, count: number, { cores, lost, late, kibPerCall }: Measured, floor: number): void {
  const cells = [
    name.padEnd(12),
    String(count).padStart(5),
    cores.toFixed(3).padStart(10),
    (count / cores).toFixed(0).padStart(14),
    `${((floor / cores) * 100).toFixed(0)} %`.padStart(13),
    String(lost).padStart(6),
    String(late).padStart(11),
    (kibPerCall?.toFixed(0) ?? '–').padStart(12),
  ];
  console.log(cells.join(' | '));
}

console.log('receiver     | calls | cores used | calls per core | of bare epoll |   lost | sender late | KiB per call');
for (const count of sizes) {
  const epoll = await ofBare('epoll', count);
  tell('bare C epoll', count, epoll, epoll.cores);
  tell('bare C sweep', count, await ofBare('sweep', count), epoll.cores);
  for (const kind of kinds) tell(kind, count, await ofServer(kind, count), epoll.cores);
}
