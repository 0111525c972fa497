/** Names of scopes: what a user's token may be limited to (RFC 6749 §3.3, contract §1.5). */

/** Each also with `:readonly` behind it, which is enough where nothing is changed. */
export const scopeNames = [
  'conversations',
  'recordings',
  'notifications',
  'authorization',
  'oauth',
  'users',
  'organization',
  'audits',
  'routing',
  'integrations',
] as const;
export type ScopeName = (typeof scopeNames)[number];

/** Enough to learn who one is, and nothing else. */
export const ownNameScope = 'user-basic-info';

/** Every scope that a token can be asked for with. */
export const allScopes: readonly string[] = [...scopeNames.flatMap((name) => [name, `${name}:readonly`]), ownNameScope];
