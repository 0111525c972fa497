/** Addresses as sockets tell them, and as SIP writes them. */

/** An IPv4 address that came in through an IPv6 socket is written as the IPv4 address it is; zones are left out. */
export function plainHost(address: string): string {
  const [withoutZone = ''] = address.split('%');
  return withoutZone.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}

/** As it stands in a URI or Via: IPv6 in brackets (RFC 3261 §25.1 host). */
export function hostInUri(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/** As it stands in a URI without its brackets, for sockets. */
export function hostFromUri(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/** Whether a socket bound to this address hears on every address of the machine. */
export function isAnyHost(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}
