/** SIP addresses of record, brought to one spelling so that they can be looked up. */
import type { UserId } from '@tacet/domain';
import type { IdentityStore } from './identity.ts';
import { identityLimits } from './identity-limits.ts';

/**
 * The one spelling of an address of record: `user@host`, without scheme, password, port and parameters, the host in
 * lower case (RFC 3261 §10.3 and §19.1.4; `sip:` and `sips:` reach the same person here). The user part keeps its case.
 * @returns `undefined` when the text has no user or no host.
 */
export function sipAddressKey(text: string): string | undefined {
  if (text.length > identityLimits.sipAddressCharactersMax) return undefined;
  const bracketed = /<([^<>]*)>/.exec(text)?.[1];
  const bare = (bracketed ?? text).trim().replace(/^sips?:/i, '');
  const at = bare.indexOf('@');
  if (at < 1) return undefined;
  const user = unescaped(bare.slice(0, at).replace(/[;:].*$/s, ''));
  const host = hostOf(bare.slice(at + 1));
  if (user === '' || host === undefined || /[\s@<>"]/.test(user)) return undefined;
  return `${user}@${host}`;
}

/**
 * The user who is reached at an address of record, in any of its spellings: `sip:` or `sips:` or neither, any case of
 * the host, with or without port and parameters.
 */
export function userBySipAddress(identity: Pick<IdentityStore, 'userBySipKey'>, address: string): UserId | undefined {
  const key = sipAddressKey(address);
  return key === undefined ? undefined : identity.userBySipKey(key);
}

/** The host of `host[:port][;parameters][?headers]`, in lower case. */
function hostOf(text: string): string | undefined {
  const host = /^(\[[0-9a-f:.]+\]|[0-9a-z._-]+?)\.?(:\d*)?([;?].*)?$/is.exec(text)?.[1];
  return host?.toLowerCase();
}

/** Escaped and plain characters are the same (RFC 3261 §19.1.4); an escape that is none stays as it is. */
function unescaped(user: string): string {
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}
