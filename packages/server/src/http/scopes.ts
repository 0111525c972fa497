/** What a user's token may be limited to, and which operations need what of it (contract §1.5). */
import { type Actor, Fault, ownNameScope, type ScopeName } from '@tacet/domain';
import type { Door } from './door.ts';

/** By what the path begins with; the first that fits counts. */
const byPath: readonly (readonly [pattern: RegExp, scope: ScopeName])[] = [
  [/^\/(api\/v2|tacet\/v1)\/(recordings?|orphanrecordings)(\/|$)/, 'recordings'],
  [/^\/(api\/v2|tacet\/v1)\/conversations\/\{conversationId\}\/recording(s|metadata)(\/|$)/, 'recordings'],
  [/^\/(api\/v2|tacet\/v1)\/conversations(\/|$)/, 'conversations'],
  [/^\/api\/v2\/notifications(\/|$)/, 'notifications'],
  [/^\/api\/v2\/(authorization|users\/\{\w+\}\/roles)(\/|$)/, 'authorization'],
  [/^\/api\/v2\/(oauth|tokens)(\/|$)/, 'oauth'],
  [/^\/api\/v2\/users(\/|$)/, 'users'],
  [/^\/api\/v2\/organizations(\/|$)/, 'organization'],
  [/^\/(api\/v2\/audits|tacet\/v1\/audit)(\/|$)/, 'audits'],
  [/^\/api\/v2\/routing(\/|$)/, 'routing'],
  [/^\/api\/v2\/integrations(\/|$)/, 'integrations'],
];

/** Every token may be asked about, and given back: clients do so to learn whether it is good. */
const withoutScope = '/api/v2/tokens/me';
/** It changes nothing: its words are in the body so that they are in no proxy's log. */
const search = '/tacet/v1/recordings/search';
const ownName = '/api/v2/users/me';

/**
 * The scopes of which a limited token has to have one; `undefined` where it needs none. Empty where no scope reaches:
 * what is not in the table is closed to limited tokens.
 */
export function scopesFor({ path, method }: Pick<Door, 'path' | 'method'>): readonly string[] | undefined {
  if (path === withoutScope) return undefined;
  const scope = byPath.find(([pattern]) => pattern.test(path))?.[1];
  if (scope === undefined) return [];
  const isReading = method === 'GET' || method === 'HEAD' || path === search;
  const enough = isReading ? [scope, `${scope}:readonly`] : [scope];
  return path === ownName && isReading ? [...enough, ownNameScope] : enough;
}

const needed = new WeakMap<Door, readonly string[] | undefined>();

function neededAt(door: Door): readonly string[] | undefined {
  if (needed.has(door)) return needed.get(door);
  const scopes = scopesFor(door);
  needed.set(door, scopes);
  return scopes;
}

/**
 * Tokens without a list are limited by the rights of their holder alone.
 * @throws Fault scopeMissing.
 */
export function demandScope({ scopes: held }: Pick<Actor, 'scopes'>, door: Door): void {
  if (held === undefined) return;
  const enough = neededAt(door);
  // Rule: a token that is limited to reading cannot pause
  if (enough !== undefined && !enough.some((scope) => held.includes(scope))) {
    throw new Fault('scopeMissing', { scopes: enough });
  }
}
