/** Contract models of tokens and of the organisation they belong to. */
import { type Static, Type } from 'typebox';

const named = Type.Object({ id: Type.String(), name: Type.String() });

export const TokenInfo = Type.Object(
  {
    organization: named,
    homeOrganization: named,
    authorizedScope: Type.Array(Type.String()),
    OAuthClient: Type.Object({
      id: Type.String(),
      name: Type.String(),
      authorizedGrantType: Type.Enum(['CODE', 'TOKEN', 'CLIENT-CREDENTIALS']),
      scope: Type.Array(Type.String()),
      state: Type.Enum(['active', 'disabled', 'inactive']),
      organization: named,
    }),
  },
  { $id: 'TokenInfo' },
);
export type TokenInfoModel = Static<typeof TokenInfo>;

const seconds = Type.Integer({ minimum: 300, maximum: 28_800, description: 'Whole minutes, from 5 to 480.' });

export const IdleTokenTimeout = Type.Object(
  { enableIdleTokenTimeout: Type.Boolean(), idleTokenTimeoutSeconds: Type.Optional(seconds) },
  { $id: 'IdleTokenTimeout' },
);

export const Organization = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    version: Type.Integer(),
    state: Type.Enum(['active']),
    features: Type.Record(Type.String(), Type.Boolean()),
    selfUri: Type.String(),
  },
  { $id: 'Organization' },
);
export type OrganizationModel = Static<typeof Organization>;
