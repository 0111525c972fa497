/** Who is at the other end of a request, behind the proxies that the operator trusts; the same for every edge. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

/** Proxies one behind the other that are looked through; more is nobody's network, but somebody's game. */
const hopsMax = 16;

/** A host as `Host` writes it (RFC 9110 §7.2), and nothing that could mean more in a link. */
const plainHost = /^([A-Za-z0-9_.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(:\d{1,5})?$/;

/** What a trusted proxy says of a request that it passed on. */
interface PassedOn {
  readonly address: string;
  readonly scheme: 'http' | 'https' | undefined;
  readonly host: string | undefined;
}

const passedOn = new WeakMap<IncomingMessage, PassedOn>();

/** IPv4 in IPv6, as a socket that hears both writes it, is IPv4. */
function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? address;
}

/** The network that an entry such as `10.0.0.0/8` or `2001:db8::1` names; `undefined` when it names none. */
function networkOf(
  entry: string,
): { readonly base: string; readonly bits: number; readonly family: 4 | 6 } | undefined {
  const [base = '', bits, ...rest] = entry.split('/');
  const family = isIPv4(base) ? 4 : 6;
  const bitsMax = family === 4 ? 32 : 128;
  if (isIP(base) === 0 || rest.length > 0) return undefined;
  if (bits !== undefined && !/^\d{1,3}$/.test(bits)) return undefined;
  const length = Number(bits ?? bitsMax);
  return length <= bitsMax ? { base, bits: length, family } : undefined;
}

/** Whether a text is an address or a network. */
export function isNetwork(entry: string): boolean {
  return networkOf(entry) !== undefined;
}

/** Addresses and networks that somebody may be within. */
export class Networks {
  readonly #networks = new BlockList();
  readonly isEmpty: boolean;

  /** @param entries addresses and networks, each of which `isNetwork`; what is none is left out. */
  constructor(entries: readonly string[]) {
    const networks = entries.map(networkOf).filter((network) => network !== undefined);
    this.isEmpty = networks.length === 0;
    for (const { base, bits, family } of networks) this.#networks.addSubnet(base, bits, `ipv${family}`);
  }

  has(address: string): boolean {
    if (isIPv4(address)) return this.#networks.check(address, 'ipv4');
    const bare = address.replace(/%.*$/, '');
    return isIPv6(bare) && this.#networks.check(bare, 'ipv6');
  }
}

/** The entries of a header that proxies append to, oldest first. */
function entriesOf(value: IncomingHttpHeaders[string]): readonly string[] {
  if (value === undefined) return [];
  return String(value)
    .split(',')
    .map((entry) => entry.trim());
}

/** The address in an entry of `X-Forwarded-For`; some proxies write a port behind it. */
function addressIn(entry: string): string | undefined {
  const bare =
    /^\[([0-9A-Fa-f:.]+)\](:\d+)?$/.exec(entry)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+)(:\d+)?$/.exec(entry)?.[1] ?? entry;
  return isIP(bare) === 0 ? undefined : plainAddress(bare);
}

/** Notes what a trusted proxy says of a request; to be called once, before anybody asks for the address. */
export function lookThroughProxies(request: IncomingMessage, proxies: Networks): void {
  if (proxies.isEmpty) return;
  let address = plainAddress(request.socket.remoteAddress ?? '');
  // Rule: what proxies say about a request counts only from proxies that the operator trusts
  if (!proxies.has(address)) return;
  const { headers } = request;
  // The last entry was written by the proxy next to us, the one before by the proxy before it, if that one is trusted too.
  for (const entry of entriesOf(headers['x-forwarded-for']).slice(-hopsMax).reverse()) {
    const before = addressIn(entry);
    if (before === undefined) break;
    address = before;
    if (!proxies.has(address)) break;
  }
  const scheme = entriesOf(headers['x-forwarded-proto']).at(-1)?.toLowerCase();
  const host = entriesOf(headers['x-forwarded-host']).at(-1) ?? '';
  passedOn.set(request, {
    address,
    scheme: scheme === 'http' || scheme === 'https' ? scheme : undefined,
    host: plainHost.test(host) ? host : undefined,
  });
}

/** The address that counts as that of the caller; empty when the connection is gone. */
export function remoteAddress(request: IncomingMessage): string {
  return passedOn.get(request)?.address ?? plainAddress(request.socket.remoteAddress ?? '');
}

/** Scheme, host and port under which the caller reached us, for links. */
export function callerUrl(request: IncomingMessage): string {
  const { scheme = 'http', host } = passedOn.get(request) ?? {};
  const asked = request.headers.host ?? '';
  const { localAddress = '', localPort } = request.socket;
  const own = `${isIPv6(localAddress) ? `[${localAddress}]` : localAddress}:${localPort}`;
  return `${scheme}://${host ?? (plainHost.test(asked) ? asked : own)}`;
}

/** An address as a key that one attacker cannot vary cheaply: IPv6 counts by its /64, which is what a subscriber has. */
export function throttleKey(address: string): string {
  const bare = plainAddress(address).replace(/%.*$/, '');
  if (!isIPv6(bare)) return plainAddress(address);
  const [head = '', tail] = bare.toLowerCase().split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const rightCount = right.length + (tail?.includes('.') === true ? 1 : 0);
  const zeros: string[] = tail === undefined ? [] : new Array(Math.max(0, 8 - left.length - rightCount)).fill('0');
  const network = [...left, ...zeros, ...right].slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
  return `${network.join(':')}::/64`;
}
