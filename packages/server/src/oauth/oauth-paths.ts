/** Where the OAuth edge answers, below whatever a gateway puts in front. */
import type { IncomingMessage } from 'node:http';

export const oauthPaths = {
  token: '/oauth/token',
  revocation: '/oauth/revoke',
  authorization: '/oauth/authorize',
  signIn: '/oauth/sign-in',
  /** Where the outside provider sends browsers back to. */
  outside: '/oauth/outside',
  /** Contract: `GET /logout` of the login host. */
  signOut: '/logout',
} as const;

/** SDKs that go through a gateway put its login path in front (`path_params_login`). */
const gatewayPrefix = '/login';

const whole: ReadonlySet<string> = new Set([
  oauthPaths.token,
  oauthPaths.revocation,
  oauthPaths.authorization,
  oauthPaths.outside,
  oauthPaths.signOut,
]);
const roots = [`${oauthPaths.authorization}/`, `${oauthPaths.signIn}/`];

export interface OauthAddress {
  /** What browsers see in front of our paths: the path of the public URL, then the gateway's. */
  readonly mount: string;
  readonly path: string;
  /** With its question mark, or empty. */
  readonly search: string;
}

function split(url: string): OauthAddress {
  const at = url.indexOf('?');
  const [full, search] = at === -1 ? [url, ''] : [url.slice(0, at), url.slice(at)];
  const isPrefixed = full.startsWith(`${gatewayPrefix}/`);
  return isPrefixed
    ? { mount: gatewayPrefix, path: full.slice(gatewayPrefix.length), search }
    : { mount: '', path: full, search };
}

/** Whether a request URL (path and query) belongs to the OAuth edge. */
export function handlesPath(url: string): boolean {
  const { path } = split(url);
  return whole.has(path) || roots.some((root) => path.startsWith(root));
}

/** @param publicUrl as set by the operator; its path was taken off by whatever stands in front. */
export function addressOf(request: IncomingMessage, publicUrl: string | undefined): OauthAddress {
  const address = split(request.url ?? '/');
  const base = publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/$/, '');
  return { ...address, mount: `${base}${address.mount}` };
}

const mounts = new WeakMap<IncomingMessage, string>();

/**
 * Makes a request look as if nothing stood in front of its path. oidc-provider finds the rest in `originalUrl`, as it
 * does when it is mounted below another application.
 */
export function unmount(request: IncomingMessage, { mount, path, search }: OauthAddress): void {
  mounts.set(request, mount);
  request.url = `${path}${search}`;
  Object.assign(request, { originalUrl: `${mount}${path}${search}` });
}

/** What browsers see in front of the paths of a request that was unmounted. */
export function mountOf(request: IncomingMessage): string {
  return mounts.get(request) ?? '';
}
