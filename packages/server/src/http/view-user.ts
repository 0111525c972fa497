/** Contract models `User` and `UserMe`. */
import type { User } from '../control/identity.ts';
import type { IdentityReads } from './identity-port.ts';
import type { UserModel } from './models/user.ts';
import { userAuthorization } from './view-authorization.ts';

/** SIP addresses of record stand among the contract's contacts as phones. */
export function userModel(identity: IdentityReads, user: User, expand: readonly string[] = []): UserModel {
  const { id, name, email, state, title, department, sipAddresses, version, divisionId } = user;
  const division = identity.division(divisionId);
  const authorization = expand.includes('authorization') ? userAuthorization(identity, id) : undefined;
  return {
    id,
    name,
    division: {
      id: divisionId,
      name: division?.name ?? '',
      selfUri: `/api/v2/authorization/divisions/${divisionId}`,
    },
    email,
    username: email,
    state,
    ...(title === undefined ? {} : { title }),
    ...(department === undefined ? {} : { department }),
    addresses: sipAddresses.map((address) => ({ address, mediaType: 'PHONE', type: 'WORK' })),
    version,
    ...(authorization === undefined
      ? {}
      : {
          authorization: {
            roles: [...authorization.roles],
            permissions: [...authorization.permissions],
            permissionPolicies: authorization.permissionPolicies.map(({ actionSet, ...rest }) => ({
              ...rest,
              actionSet: [...actionSet],
            })),
          },
        }),
    selfUri: `/api/v2/users/${id}`,
  };
}
