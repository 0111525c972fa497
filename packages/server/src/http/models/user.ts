/** Contract models of users. */
import { type Static, Type } from 'typebox';
import { UserAuthorization } from './authorization.ts';
import { listingOf } from './page.ts';
import { Organization, TokenInfo } from './token.ts';

const uri = Type.String();

const Contact = Type.Object(
  {
    address: Type.Optional(Type.String({ maxLength: 320 })),
    mediaType: Type.Optional(Type.Enum(['PHONE', 'EMAIL', 'SMS'])),
    type: Type.Optional(Type.String({ maxLength: 50 })),
  },
  { $id: 'Contact' },
);

const members = {
  id: Type.String(),
  name: Type.String(),
  division: Type.Object({ id: Type.String(), name: Type.String(), selfUri: uri }),
  email: Type.String(),
  username: Type.String(),
  state: Type.Enum(['active', 'inactive', 'deleted']),
  title: Type.Optional(Type.String()),
  department: Type.Optional(Type.String()),
  addresses: Type.Array(Contact),
  version: Type.Integer({ minimum: 1 }),
  authorization: Type.Optional(UserAuthorization),
  selfUri: uri,
};

export const User = Type.Object(members, { $id: 'User' });
export type UserModel = Static<typeof User>;
export const UserEntityListing = listingOf(User, 'UserEntityListing');

/** What one learns of oneself; the last two on request. */
export const UserMe = Type.Object(
  { ...members, organization: Type.Optional(Organization), token: Type.Optional(TokenInfo) },
  { $id: 'UserMe' },
);

const nameText = Type.String({ minLength: 1, maxLength: 200 });
const shared = {
  department: Type.Optional(Type.String({ maxLength: 200 })),
  title: Type.Optional(Type.String({ maxLength: 200 })),
  addresses: Type.Optional(
    Type.Array(Contact, { maxItems: 50, description: 'Of mediaType PHONE: SIP addresses of record.' }),
  ),
};
export const CreateUserBody = Type.Object(
  {
    name: nameText,
    email: Type.String({ minLength: 3, maxLength: 320 }),
    divisionId: Type.Optional(Type.String()),
    password: Type.Optional(Type.String({ maxLength: 1_024, writeOnly: true })),
    state: Type.Optional(Type.Enum(['active', 'inactive'])),
    ...shared,
  },
  { $id: 'CreateUser' },
);
export const UpdateUserBody = Type.Object(
  {
    version: Type.Integer({ minimum: 1, description: 'The version that was read before the change.' }),
    name: Type.Optional(nameText),
    email: Type.Optional(Type.String({ minLength: 3, maxLength: 320 })),
    state: Type.Optional(Type.Enum(['active', 'inactive'])),
    ...shared,
  },
  { $id: 'UpdateUser' },
);
