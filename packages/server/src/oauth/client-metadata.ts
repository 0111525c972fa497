/** A client of ours in the words of oidc-provider (RFC 7591 §2). */
import { allScopes } from '@tacet/domain';
import type { OauthClient } from './identity.ts';

/** How a browser gets its token when it may have one without a code; only our own authorize request asks for it. */
export const implicitMode = 'tacet.implicit';
/** The scope of tokens that are not limited further than their client is. */
export const everyScope = 'all';

export interface MetadataWishes {
  /** The request came without a secret and may do without. */
  readonly isPublic: boolean;
  readonly isImplicitOn: boolean;
  /** Stands where oidc-provider expects a secret. */
  readonly placeholder: string;
}

type Metadata = Record<string, unknown>;

const closed: Metadata = { grant_types: [], response_types: [], redirect_uris: [] };

export function metadataOf(client: OauthClient, wishes: MetadataWishes): Metadata {
  const { id, secretHash } = client;
  const isPublic = secretHash === undefined || client.kind === 'TOKEN' || wishes.isPublic;
  const authentication = isPublic
    ? { token_endpoint_auth_method: 'none' }
    : { token_endpoint_auth_method: 'client_secret_basic', client_secret: wishes.placeholder };
  return { client_id: id, ...flowsOf(client, wishes, isPublic), ...authentication };
}

function flowsOf(client: OauthClient, { isImplicitOn }: MetadataWishes, isPublic: boolean): Metadata {
  const { kind, redirectUris, scopes } = client;
  // Whoever has no secret cannot prove to be a client of this kind.
  if (kind === 'CLIENT-CREDENTIALS') return isPublic ? closed : { ...closed, grant_types: ['client_credentials'] };
  if (redirectUris.length === 0) return closed;
  // The program learns that there is no such thing here, at the address where it waits.
  if (kind === 'TOKEN' && !isImplicitOn) return { ...closed, redirect_uris: redirectUris };
  return {
    redirect_uris: redirectUris,
    response_types: ['code'],
    // Refresh tokens are for those who can keep a secret.
    grant_types: isPublic ? ['authorization_code'] : ['authorization_code', 'refresh_token'],
    response_modes: [kind === 'TOKEN' ? implicitMode : 'query'],
    ...(scopes.length === 0 ? {} : { scope: [everyScope, ...knownScopes(scopes)].join(' ') }),
  };
}

/** What a client may ask for: what it has, or less of it. oidc-provider takes names that it was told of and no others. */
function knownScopes(held: readonly string[]): readonly string[] {
  return allScopes.filter((name) => held.includes(name) || held.includes(name.replace(/:readonly$/, '')));
}
