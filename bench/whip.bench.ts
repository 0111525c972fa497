/** What screens that are published by WHIP cost the server: CPU of its process, media threads included, and bytes kept. */
import { setTimeout as pass } from 'node:timers/promises';
import { Api } from '../e2e/harness/api.ts';
import { freePorts } from '../e2e/harness/free-ports.ts';
import { cpuSecondsOf } from '../e2e/harness/process-costs.ts';
import { admin, TacetServer } from '../e2e/harness/tacet-server.ts';
import { TempFolder } from '../e2e/harness/temp-folder.ts';
import { WhipClient } from '../e2e/harness/whip-client.ts';

const seconds = Number(process.argv[2] ?? 10);
/** About a megabit a second, in packets as a browser sends them: a screen on which something moves. */
const packetsPerSecond = 110;
const packetBytes = 1_130;

await using folder = new TempFolder();
const first = await freePorts(40);
const settings = { TACET_WHIP_PORTS: `${first}-${first + 39}` };
await using server = await TacetServer.start({ dataDir: folder.at('data'), logPath: folder.at('log'), settings });
const api = await Api.signIn(server.httpUrl, admin);
const participants = [{ purpose: 'customer', address: 'someone@example.test' }];

async function publish(): Promise<WhipClient> {
  const mediaType = 'screenshare';
  const made = await api.ask('POST', '/tacet/v1/conversations', { mediaType, participants });
  const { id } = JSON.parse(made.text) as { readonly id: string };
  const path = `/tacet/v1/conversations/${id}/publishing-tokens`;
  const { token } = JSON.parse((await api.ask('POST', path, { mediaType })).text) as { readonly token: string };
  const client = new WhipClient();
  await client.publish({ url: `${server.httpUrl}/tacet/whip`, token });
  for (let left = 100; !client.isConnected && left > 0; left -= 1) await pass(50);
  return client;
}

console.log(`${packetsPerSecond} packets a second of ${packetBytes} bytes each, ${seconds} s`);
console.log('screens | Mbit/s | cores | ms of CPU a Mbit');
for (const count of [1, 4]) {
  const clients = await Promise.all(Array.from({ length: count }, publish));
  const rest = new Uint8Array(packetBytes);
  let sent = 0;
  const before = cpuSecondsOf(server.pid);
  const startedAt = performance.now();
  while (performance.now() - startedAt < seconds * 1_000) {
    const due = Math.floor(((performance.now() - startedAt) / 1_000) * packetsPerSecond);
    for (; sent < due; sent += 1) for (const client of clients) client.send(sent * 800, sent % 200 === 0, rest);
    await pass(5);
  }
  const took = (performance.now() - startedAt) / 1_000;
  const cpu = cpuSecondsOf(server.pid) - before;
  const megabits = (sent * count * packetBytes * 8) / 1_000_000;
  const cells = [count, (megabits / took).toFixed(1), (cpu / took).toFixed(3), ((cpu * 1_000) / megabits).toFixed(1)];
  console.log(cells.map((cell, n) => String(cell).padStart([7, 6, 5, 16][n] ?? 0)).join(' | '));
  for (const client of clients) await client.close();
}
console.log(
  `a screen at this rate sends ${((packetsPerSecond * packetBytes * 3_600) / 1_000_000).toFixed(0)} MB an hour`,
);
process.exit(0);
