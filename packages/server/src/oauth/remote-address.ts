/** Who is at the other end of a connection, as a key that one attacker cannot vary cheaply. */
import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';

/**
 * The address of the connection itself. Headers that proxies add (`Forwarded`, `X-Forwarded-For`) are not read: anybody
 * may write them.
 */
export function remoteAddress(request: IncomingMessage): string {
  // Rule: Headers that proxies add do not change which address counts.
  return request.socket.remoteAddress ?? '';
}

/** IPv6 addresses count by their /64, which is what one subscriber has; IPv4 in IPv6 counts as IPv4. */
export function throttleKey(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const bare = address.replace(/%.*$/, '');
  if (!isIPv6(bare)) return address;
  const [head = '', tail] = bare.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const rightCount = right.length + (tail?.includes('.') === true ? 1 : 0);
  const zeros: string[] = tail === undefined ? [] : new Array(Math.max(0, 8 - left.length - rightCount)).fill('0');
  const network = [...left, ...zeros, ...right].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
