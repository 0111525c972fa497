/** Loopback ports that nobody uses at the moment, and that no other test takes while their server is down. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below what systems hand out by themselves (32768 on Linux), so that no socket bound to port 0 falls into it. */
const ofTests = { lowest: 11_000, highest: 19_000 } as const;
/** What a test process has for itself: a dozen servers, before the first of its ports are given again. */
const stretchPorts = 500;

interface Range {
  readonly lowest: number;
  readonly highest: number;
}

async function isBound(binding: Promise<unknown>): Promise<boolean> {
  return binding.then(
    () => true,
    () => false,
  );
}

async function isFree(port: number): Promise<boolean> {
  const datagrams = createSocket('udp4');
  datagrams.bind({ port, address: '0.0.0.0', exclusive: true });
  const hasDatagrams = await isBound(once(datagrams, 'listening'));
  datagrams.close();
  if (!hasDatagrams) return false;
  const connections = createServer().listen(port, '0.0.0.0');
  const hasConnections = await isBound(once(connections, 'listening'));
  connections.close();
  return hasConnections;
}

async function areFree(first: number, count: number): Promise<boolean> {
  for (let port = first; port < first + count; port += 1) if (!(await isFree(port))) return false;
  return true;
}

async function claim(port: number): Promise<boolean> {
  const socket = createSocket('udp4').unref();
  socket.bind({ port, address: '0.0.0.0', exclusive: true });
  if (await isBound(once(socket, 'listening'))) return true;
  socket.close();
  return false;
}

/** A stretch of ports that this process holds by its last one until it ends; all of them where every stretch is held. */
async function claimStretch(): Promise<Range> {
  const places = Math.floor((ofTests.highest - ofTests.lowest) / stretchPorts);
  const start = Math.floor(Math.random() * places);
  for (let place = 0; place < places; place += 1) {
    const lowest = ofTests.lowest + ((start + place) % places) * stretchPorts;
    const highest = lowest + stretchPorts - 1;
    if (await claim(highest)) return { lowest, highest };
  }
  return ofTests;
}

let own: Promise<Range> | undefined;
/** Behind the ports that were given last: those of a server that is down are not given to another one. */
let next = 0;

/** The first of `count` free ports in a row, for UDP and TCP; it is even. @param among where to look. */
export async function freePorts(count: number, among?: Range): Promise<number> {
  own ??= claimStretch();
  const { lowest, highest } = among ?? (await own);
  for (let tries = 0; tries < 200; tries += 1) {
    const random = lowest + 2 * Math.floor((Math.random() * (highest - lowest - count)) / 2);
    const inRow = next >= lowest && next + count <= highest ? next : lowest;
    const first = among === undefined && tries < 20 ? inRow : random;
    if (among === undefined) next = first + count + (count % 2);
    if (await areFree(first, count)) return first;
  }
  throw new Error(`There are no ${count} free ports in a row.`);
}
