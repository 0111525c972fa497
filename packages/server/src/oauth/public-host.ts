/** The name under which browsers reach us: the one that the operator set, or else the one that a request came by. */
import type { IncomingMessage } from 'node:http';
import { callerUrl } from '../remote-address.ts';

/**
 * Tells oidc-provider, by the headers of a proxy, how browsers see us: by the public URL, or else by what the connection
 * and the proxies say that the operator trusts; whatever somebody else wrote into them.
 */
export function nameHost(request: IncomingMessage, publicUrl: string | undefined): void {
  const { headers } = request;
  // Rule: Only the operator, and the proxies that the operator trusts, say that browsers come by https.
  const seen = URL.parse(publicUrl ?? callerUrl(request));
  headers['x-forwarded-proto'] = seen?.protocol === 'https:' ? 'https' : 'http';
  // A port that there is not names nobody.
  headers['x-forwarded-host'] = seen?.host ?? 'localhost';
}

/** Whether a form was sent from one of our own pages, as far as the browser says where it came from. */
export function isFromHere(request: IncomingMessage): boolean {
  const { headers } = request;
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  if (headers.origin === undefined) return true;
  const host = URL.parse(headers.origin)?.host;
  return host !== undefined && (host === headers.host || host === headers['x-forwarded-host']);
}
