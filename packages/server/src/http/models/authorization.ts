/** Contract models of roles, divisions and grants. */
import { type Static, Type } from 'typebox';
import { listingOf, shortListingOf } from './page.ts';

const id = Type.String();
const uri = Type.String();
const idText = Type.String({ minLength: 1, maxLength: 100 });
const nameText = Type.String({ minLength: 1, maxLength: 200 });
const descriptionText = Type.String({ maxLength: 1_000 });

export const AuthzDivision = Type.Object(
  {
    id,
    name: Type.String(),
    description: Type.String(),
    homeDivision: Type.Boolean(),
    objectCounts: Type.Optional(Type.Record(Type.String(), Type.Integer())),
    selfUri: uri,
  },
  { $id: 'AuthzDivision' },
);
export type AuthzDivisionModel = Static<typeof AuthzDivision>;

export const AuthzDivisionBody = Type.Object(
  { name: Type.Optional(nameText), description: Type.Optional(descriptionText) },
  { $id: 'AuthzDivisionBody' },
);
export const AuthzDivisionEntityListing = listingOf(AuthzDivision, 'AuthzDivisionEntityListing');
export const AuthzDivisionCursorListing = Type.Object(
  { entities: Type.Array(AuthzDivision), selfUri: uri, nextUri: Type.Optional(uri), previousUri: Type.Optional(uri) },
  { $id: 'AuthzDivisionCursorListing' },
);
export const DivsPermittedEntityListing = Type.Object(
  { ...listingOf(AuthzDivision, '').properties, allDivsPermitted: Type.Boolean() },
  { $id: 'DivsPermittedEntityListing' },
);

const policyText = Type.String({ minLength: 1, maxLength: 100 });
const DomainPermissionPolicy = Type.Object(
  {
    domain: policyText,
    entityName: policyText,
    actionSet: Type.Array(policyText, { maxItems: 200 }),
    allowConditions: Type.Optional(Type.Boolean()),
  },
  { $id: 'DomainPermissionPolicy' },
);

export const DomainOrganizationRole = Type.Object(
  {
    id,
    name: Type.String(),
    description: Type.String(),
    permissions: Type.Array(Type.String()),
    permissionPolicies: Type.Array(DomainPermissionPolicy),
    userCount: Type.Optional(Type.Integer()),
    defaultRoleId: Type.Optional(Type.String()),
    default: Type.Boolean(),
    base: Type.Boolean(),
    selfUri: uri,
  },
  { $id: 'DomainOrganizationRole' },
);
export type RoleModel = Static<typeof DomainOrganizationRole>;

const roleText = {
  description: Type.Optional(descriptionText),
  permissions: Type.Optional(
    Type.Array(policyText, { maxItems: 1_000, description: 'Whole permissions, beside the policies.' }),
  ),
  permissionPolicies: Type.Optional(Type.Array(DomainPermissionPolicy, { maxItems: 500 })),
};
export const RoleCreateBody = Type.Object({ name: nameText, ...roleText }, { $id: 'DomainOrganizationRoleCreate' });
export const RoleUpdateBody = Type.Object({ name: nameText, ...roleText }, { $id: 'DomainOrganizationRoleUpdate' });
export const RolePatchBody = Type.Object(
  { name: Type.Optional(nameText), ...roleText },
  { $id: 'DomainOrganizationRolePatch' },
);
export const OrganizationRoleEntityListing = listingOf(DomainOrganizationRole, 'OrganizationRoleEntityListing');

export const AuthzGrant = Type.Object(
  {
    subjectId: id,
    division: AuthzDivision,
    role: Type.Object({
      id,
      name: Type.String(),
      description: Type.String(),
      policies: Type.Array(
        Type.Object({ domain: Type.String(), entityName: Type.String(), actions: Type.Array(Type.String()) }),
      ),
      default: Type.Boolean(),
      selfUri: uri,
    }),
    grantMadeAt: Type.String({ format: 'date-time' }),
  },
  { $id: 'AuthzGrant' },
);
export type AuthzGrantModel = Static<typeof AuthzGrant>;
export const AuthzDivisionGrantEntityListing = shortListingOf(AuthzGrant, 'AuthzDivisionGrantEntityListing');
export const AuthzSubject = Type.Object(
  { id, name: Type.String(), grants: Type.Array(AuthzGrant), version: Type.Integer(), selfUri: uri },
  { $id: 'AuthzSubject' },
);

export const SubjectDivisionsBody = Type.Object(
  {
    subjectIds: Type.Array(idText, { minItems: 1, maxItems: 1_000 }),
    divisionIds: Type.Array(idText, { minItems: 1, maxItems: 1_000 }),
  },
  { $id: 'SubjectDivisions' },
);
export const RoleDivisionGrantsBody = Type.Object(
  { grants: Type.Array(Type.Object({ roleId: idText, divisionId: idText }), { maxItems: 1_000 }) },
  { $id: 'RoleDivisionGrants' },
);
export const IdList = Type.Array(idText, { maxItems: 1_000 });

const entity = Type.Object({ id, name: Type.String(), selfUri: uri });
export const UserReferenceEntityListing = shortListingOf(
  Type.Object({ id, selfUri: uri }),
  'UserReferenceEntityListing',
);
export const SubjectDivisionGrantsEntityListing = listingOf(
  Type.Object({ id, name: Type.String(), divisions: Type.Array(entity), type: Type.String(), selfUri: uri }),
  'SubjectDivisionGrantsEntityListing',
);
export const UserAuthorization = Type.Object(
  {
    roles: Type.Array(Type.Object({ id, name: Type.String() })),
    permissions: Type.Array(Type.String()),
    permissionPolicies: Type.Array(
      Type.Object({ domain: Type.String(), entityName: Type.String(), actionSet: Type.Array(Type.String()) }),
    ),
  },
  { $id: 'UserAuthorization' },
);
export const PermissionCollectionEntityListing = listingOf(
  Type.Object({
    domain: Type.String(),
    permissionMap: Type.Record(
      Type.String(),
      Type.Array(
        Type.Object({
          domain: Type.String(),
          entityType: Type.String(),
          action: Type.String(),
          label: Type.String(),
          allowsConditions: Type.Boolean(),
          divisionAware: Type.Boolean(),
        }),
      ),
    ),
  }),
  'PermissionCollectionEntityListing',
);
