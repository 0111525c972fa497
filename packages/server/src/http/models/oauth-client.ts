/** Contract models of OAuth clients and scopes. */
import { type Static, Type } from 'typebox';
import { listingOf } from './page.ts';

const kinds = Type.Enum(['CODE', 'TOKEN', 'CLIENT-CREDENTIALS']);
const states = Type.Enum(['active', 'disabled', 'inactive']);
const date = Type.String({ format: 'date-time' });
const uri = Type.String();
const roleDivision = Type.Object({ roleId: Type.String(), divisionId: Type.String() });

export const OAuthClient = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    description: Type.String(),
    accessTokenValiditySeconds: Type.Integer(),
    registeredRedirectUri: Type.Array(Type.String()),
    secret: Type.Optional(Type.String({ description: 'Shown once, when it is made.' })),
    dateCreated: date,
    dateModified: date,
    createdBy: Type.Optional(Type.Object({ id: Type.String(), selfUri: uri })),
    authorizedGrantType: kinds,
    scope: Type.Array(Type.String()),
    roleDivisions: Type.Array(roleDivision),
    state: states,
    selfUri: uri,
  },
  { $id: 'OAuthClient' },
);
export type OAuthClientModel = Static<typeof OAuthClient>;
export const OAuthClientEntityListing = listingOf(OAuthClient, 'OAuthClientEntityListing');

export const OAuthClientRequest = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    description: Type.Optional(Type.String({ maxLength: 1_000 })),
    authorizedGrantType: Type.Enum(['CODE', 'TOKEN', 'CLIENT-CREDENTIALS', 'SAML2-BEARER', 'PASSWORD']),
    accessTokenValiditySeconds: Type.Optional(Type.Integer({ minimum: 300, maximum: 172_800 })),
    registeredRedirectUri: Type.Optional(Type.Array(Type.String({ maxLength: 2_000 }), { maxItems: 125 })),
    scope: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 200 })),
    roleIds: Type.Optional(Type.Array(Type.String({ maxLength: 100 }), { maxItems: 200 })),
    roleDivisions: Type.Optional(Type.Array(roleDivision, { maxItems: 1_000 })),
    state: Type.Optional(states),
  },
  { $id: 'OAuthClientRequest' },
);

export const OAuthScope = Type.Object(
  { id: Type.String(), description: Type.String(), selfUri: uri },
  { $id: 'OAuthScope' },
);
export const OAuthScopeListing = Type.Object(
  { entities: Type.Array(OAuthScope), total: Type.Integer(), selfUri: uri },
  { $id: 'OAuthScopeListing' },
);
