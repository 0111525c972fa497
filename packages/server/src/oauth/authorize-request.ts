/** Brings a request for a sign-in (RFC 6749 §4.1.1) to the form that oidc-provider answers. */
import { allScopes, type ClientId } from '@tacet/domain';
import { type Context, errors } from 'oidc-provider';
import { everyScope, implicitMode } from './client-metadata.ts';
import type { IdentityStore } from './identity.ts';

const scopeNames: ReadonlySet<string> = new Set([everyScope, ...allScopes]);
/** Asked for by programs that sign in everywhere alike; they get no identity token here, and lose nothing. */
const passedOver: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'offline_access']);
/** Prompts that mean something here; consent and account selection are not needed. */
const prompts: ReadonlySet<string> = new Set(['login', 'none']);

/** @returns the query, as oidc-provider is to see it; parameters given twice stay so, and are refused there. */
export function preparedQuery(
  search: string,
  { identity, isImplicitOn }: { readonly identity: IdentityStore; readonly isImplicitOn: boolean },
): string {
  const query = new URLSearchParams(search);
  // Belongs to identity tokens.
  query.delete('nonce');
  rewrite(query, 'prompt', (text) => text.split(' ').filter((prompt) => prompts.has(prompt)));
  rewrite(query, 'scope', (text) => knownScopes(text));
  if (!query.has('scope')) query.set('scope', everyScope);
  const client = identity.client((query.get('client_id') ?? '') as ClientId);
  const isImplicit = isImplicitOn && client?.kind === 'TOKEN' && query.get('response_type') === 'token';
  if (isImplicit && query.getAll('response_type').length === 1) {
    // The code of this request never leaves the server: it becomes a token on the way (implicit-answer.ts).
    query.set('response_type', 'code');
    query.set('response_mode', implicitMode);
  }
  return `?${query}`;
}

/** What is left of the names in one parameter; the parameter goes when nothing is. */
function rewrite(query: URLSearchParams, name: string, keep: (text: string) => readonly string[]): void {
  const [text, ...others] = query.getAll(name);
  if (text === undefined || others.length > 0) return;
  const kept = keep(text);
  if (kept.length === 0) query.delete(name);
  else query.set(name, kept.join(' '));
}

function knownScopes(text: string): readonly string[] {
  const asked = text.split(' ').filter((name) => name !== '' && !passedOver.has(name));
  const known = asked.filter((name) => scopeNames.has(name));
  // A request for nothing that there is must not become one for everything: `refuseUnknownScopes` sees to it.
  return known.length === 0 ? asked : known;
}

/** @throws InvalidScope for a request that asks for nothing that there is. */
export function refuseUnknownScopes(_ctx: Context, text: string | undefined): void {
  const isKnown = text === undefined || text.split(' ').some((name) => scopeNames.has(name));
  if (!isKnown) throw new errors.InvalidScope('there are no such scopes', text);
}
