/** Loopback ports that nobody uses at the moment. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** Below what systems hand out by themselves (32768 on Linux), so that no socket bound to port 0 falls into it. */
const ofTests = { lowest: 11_000, highest: 19_000 } as const;

async function isFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4');
  try {
    socket.bind({ port, address: '0.0.0.0', exclusive: true });
    await once(socket, 'listening');
    return true;
  } catch {
    return false;
  } finally {
    socket.close();
  }
}

async function areFree(first: number, count: number): Promise<boolean> {
  for (let port = first; port < first + count; port += 1) if (!(await isFree(port))) return false;
  return true;
}

/** The first of `count` free UDP ports in a row; it is even. @param among where to look. */
export async function freePorts(
  count: number,
  { lowest, highest }: { readonly lowest: number; readonly highest: number } = ofTests,
): Promise<number> {
  for (let tries = 0; tries < 200; tries += 1) {
    const first = lowest + 2 * Math.floor((Math.random() * (highest - lowest - count)) / 2);
    if (await areFree(first, count)) return first;
  }
  throw new Error(`There are no ${count} free ports in a row.`);
}
