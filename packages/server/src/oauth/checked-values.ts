/** Values of clients, users, roles and divisions, checked and brought to one form. */
import { Fault, type PermissionPolicy } from '@tacet/domain';
import { identityLimits } from './identity-limits.ts';
import { sipAddressKey } from './sip-address.ts';

function broken(field: string, problem: string): Fault {
  return new Fault('constraintBroken', { field, problem });
}

/** One line that shows something. */
export function checkedName(name: string, field = 'name'): string {
  const trimmed = name.trim();
  const max = identityLimits.nameCharactersMax;
  if (trimmed === '' || trimmed.length > max || /\p{Cc}/u.test(trimmed)) {
    throw broken(field, `must be one line of 1 to ${max} characters`);
  }
  return trimmed;
}

export function checkedDescription(text: string): string {
  const max = identityLimits.descriptionCharactersMax;
  if (text.length > max) throw broken('description', `must have at most ${max} characters`);
  return text;
}

export function checkedEmail(email: string): string {
  if (email.length > identityLimits.nameCharactersMax || !/^[^\s@]+@[^\s@]+$/.test(email)) {
    throw broken('email', 'must be an e-mail address');
  }
  return email;
}

export function checkedValidity(seconds: number | undefined): number {
  const { tokenValiditySecondsMin: min, tokenValiditySecondsMax: max } = identityLimits;
  if (seconds === undefined) return identityLimits.tokenValiditySecondsDefault;
  if (!Number.isInteger(seconds) || seconds < min || seconds > max) {
    throw broken('accessTokenValiditySeconds', `must be a whole number from ${min} to ${max}`);
  }
  return seconds;
}

/** Each in the form in which it is looked up, once. */
export function checkedAddresses(addresses: readonly string[]): readonly string[] {
  const max = identityLimits.sipAddressesPerUserMax;
  if (addresses.length > max) throw broken('addresses', `must be at most ${max}`);
  const keys = addresses.map((address) => {
    const key = sipAddressKey(address);
    if (key === undefined) throw broken('addresses', 'must be SIP addresses of record');
    return key;
  });
  return [...new Set(keys)];
}

/** Where a sign-in may lead back to: nothing that a stranger on the network could read (RFC 6749 §3.1.2, RFC 8252 §7). */
export function checkedRedirectUris(uris: readonly string[]): readonly string[] {
  const { redirectUrisPerClientMax: max, redirectUriCharactersMax: charactersMax } = identityLimits;
  if (uris.length > max) throw broken('registeredRedirectUri', `must be at most ${max}`);
  for (const uri of uris) {
    if (uri.length > charactersMax || !isRedirectUri(uri)) {
      throw broken('registeredRedirectUri', 'must be https, http on this machine, or of a private scheme; no fragment');
    }
  }
  return [...new Set(uris)];
}

const loopbacks: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

function isRedirectUri(uri: string): boolean {
  const url = URL.parse(uri);
  if (url === null || uri.includes('#') || /\s/.test(uri) || url.username !== '' || url.password !== '') return false;
  if (url.protocol === 'https:') return true;
  if (url.protocol === 'http:') return loopbacks.has(url.hostname);
  // RFC 8252 §7.1: a private scheme is a domain name written backwards, so that it has a dot.
  return /^[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+:$/.test(url.protocol);
}

/** Names of scopes (RFC 6749 §3.3), each once. */
export function checkedScopes(scopes: readonly string[]): readonly string[] {
  const max = identityLimits.scopesPerClientMax;
  if (scopes.length > max) throw broken('scope', `must be at most ${max}`);
  if (!scopes.every((scope) => /^[a-z][a-z0-9-]{0,60}(:[a-z]{1,20})?$/.test(scope))) {
    throw broken('scope', 'must be names of scopes');
  }
  return [...new Set(scopes)];
}

const wordPattern = /^(\*|[A-Za-z][A-Za-z0-9_-]{0,99})$/;

/** Permissions that this server does not know are kept, so that roles of other programs survive here; they give nothing. */
export function checkedPolicies(policies: readonly PermissionPolicy[]): readonly PermissionPolicy[] {
  const { policiesPerRoleMax: max, actionsPerPolicyMax: actionsMax } = identityLimits;
  if (policies.length > max) throw broken('permissionPolicies', `must be at most ${max}`);
  return policies.map(({ domain, entity, actions }) => {
    const words = [domain, entity, ...actions];
    if (actions.length === 0 || actions.length > actionsMax || !words.every((word) => wordPattern.test(word))) {
      throw broken('permissionPolicies', 'must each name a domain, an entity and its actions, or * for all');
    }
    return { domain, entity, actions: [...new Set(actions)] };
  });
}
