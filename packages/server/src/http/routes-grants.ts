/** The doors to grants: who holds which role in which division. */
import { type DivisionId, Fault, type RoleId, type UserId, uuidAs } from '@tacet/domain';
import { Type } from 'typebox';
import type { RoleInDivision, SubjectId } from '../control/identity.ts';
import { type Answer, type Call, type GuardedCall, type GuardedDoor, ok, withBody } from './door.ts';
import type { HttpContext } from './http-context.ts';
import {
  AuthzDivisionGrantEntityListing,
  AuthzSubject,
  IdList,
  RoleDivisionGrantsBody,
  SubjectDivisionGrantsEntityListing,
  SubjectDivisionsBody,
  UserAuthorization,
  UserReferenceEntityListing,
} from './models/authorization.ts';
import { pageOf, pageParameters, shortPageOf } from './page-of.ts';
import type { TextParameter } from './query.ts';
import { roleIdOf } from './routes-roles.ts';
import { divisionModel, grantModels, userAuthorization } from './view-authorization.ts';

const subjects = '/api/v2/authorization/subjects';
const onSubject = `${subjects}/{subjectId}`;
const onGrant = `${onSubject}/divisions/{divisionId}/roles/{roleId}`;
const ofUser = '/api/v2/users/{subjectId}/roles';
const kindParameter: TextParameter = { kind: 'text', name: 'subjectType', charactersMax: 50 };

/** Clients may have ids that somebody chose, so any text can name one. */
function subjectOf({ identity }: HttpContext, text: string): SubjectId {
  const id = (uuidAs<UserId>(text) ?? text) as SubjectId;
  if (identity.subject(id) === undefined) throw new Fault('resourceUnknown');
  return id;
}

function subjectIn(http: HttpContext, { path: { subjectId = '' } }: Call): SubjectId {
  return subjectOf(http, subjectId);
}

function divisionOf({ identity }: HttpContext, text: string): DivisionId | '*' {
  const id = text === '*' ? '*' : uuidAs<DivisionId>(text);
  if (id === undefined || (id !== '*' && identity.division(id) === undefined)) throw new Fault('resourceUnknown');
  return id;
}

function roleOf({ identity }: HttpContext, text: string): RoleId {
  const id = uuidAs<RoleId>(text);
  if (id === undefined || identity.role(id) === undefined) throw new Fault('resourceUnknown');
  return id;
}

type PairsCall = Omit<GuardedCall, 'body'> & {
  readonly body: { readonly grants: readonly { readonly roleId: string; readonly divisionId: string }[] };
};

function pairsIn(http: HttpContext, { body }: PairsCall): readonly RoleInDivision[] {
  return body.grants.map(({ roleId, divisionId }) => ({
    roleId: roleOf(http, roleId),
    division: divisionOf(http, divisionId),
  }));
}

function subjectModel({ identity }: HttpContext, id: SubjectId): object {
  const grants = grantModels(identity, identity.grants({ subjectId: id }));
  const name = identity.subject(id)?.name ?? '';
  return { id, name, grants, version: grants.length, selfUri: `${subjects}/${id}` };
}

function readDoors(http: HttpContext): readonly GuardedDoor[] {
  const { identity } = http;
  return [
    {
      method: 'GET',
      path: `${subjects}/me`,
      operation: 'getAuthorizationSubjectsMe',
      summary: 'What the caller holds: the user where there is one, otherwise the client.',
      access: [],
      answers: { 200: AuthzSubject },
      answer: async ({ actor }) => ok(subjectModel(http, actor.userId ?? actor.clientId)),
    },
    {
      method: 'GET',
      path: onSubject,
      operation: 'getAuthorizationSubject',
      summary: 'What a user or a client holds.',
      access: ['authorization:grant:view'],
      answers: { 200: AuthzSubject },
      answer: async (call) => ok(subjectModel(http, subjectIn(http, call))),
    },
    {
      method: 'GET',
      path: '/api/v2/authorization/divisions/{divisionId}/grants',
      operation: 'getAuthorizationDivisionGrants',
      summary: 'The grants in a division.',
      access: ['authorization:grant:view'],
      parameters: [...pageParameters],
      answers: { 200: AuthzDivisionGrantEntityListing },
      answer: async (call) => {
        const division = divisionOf(http, call.path['divisionId'] ?? '');
        return ok(shortPageOf(call, grantModels(identity, identity.grants({ division })), (grant) => grant));
      },
    },
    {
      method: 'GET',
      path: ofUser,
      operation: 'getUserRoles',
      summary: 'The roles of a user, and all that they allow.',
      access: ['authorization:grant:view'],
      answers: { 200: UserAuthorization },
      answer: async (call) => ok(userAuthorization(identity, subjectIn(http, call))),
    },
  ];
}

/** Who holds a role, with the divisions in which they do. */
function holdersOf({ identity }: HttpContext, roleId: RoleId): readonly SubjectId[] {
  return [...new Set(identity.grants({ roleId }).map(({ subjectId }) => subjectId))].filter(
    (id) => identity.subject(id) !== undefined,
  );
}

function holderDoors(http: HttpContext): readonly GuardedDoor[] {
  const { identity } = http;
  const onRole = '/api/v2/authorization/roles/{roleId}';
  const isUser = (id: SubjectId): boolean => identity.subject(id)?.kind === 'user';
  const holderModel = (roleId: RoleId) => (id: SubjectId) => {
    const divisions = identity.grants({ roleId, subjectId: id }).flatMap(({ division }) => {
      const found = division === '*' ? identity.divisions() : [identity.division(division) ?? []].flat();
      return found.map(divisionModel).map(({ id: own, name, selfUri }) => ({ id: own, name, selfUri }));
    });
    const type = isUser(id) ? 'PC_USER' : 'PC_OAUTH_CLIENT';
    return { id, name: identity.subject(id)?.name ?? '', divisions, type, selfUri: `${subjects}/${id}` };
  };
  return [
    {
      method: 'GET',
      path: `${onRole}/users`,
      operation: 'getAuthorizationRoleUsers',
      summary: 'The users who hold a role.',
      access: [],
      parameters: [...pageParameters],
      answers: { 200: UserReferenceEntityListing },
      answer: async (call) => {
        const users = holdersOf(http, roleOf(http, call.path['roleId'] ?? '')).filter(isUser);
        return ok(shortPageOf(call, users, (id) => ({ id, selfUri: `/api/v2/users/${id}` })));
      },
    },
    {
      method: 'GET',
      path: `${onRole}/subjectgrants`,
      operation: 'getAuthorizationRoleSubjectgrants',
      summary: 'Who holds a role, and in which divisions.',
      access: ['authorization:role:view'],
      parameters: [...pageParameters],
      answers: { 200: SubjectDivisionGrantsEntityListing },
      answer: async (call) => {
        const roleId = roleOf(http, call.path['roleId'] ?? '');
        return ok(pageOf(call, holdersOf(http, roleId), holderModel(roleId)));
      },
    },
  ];
}

const done: Answer = { status: 204 };

function singleDoors(http: HttpContext): readonly GuardedDoor[] {
  const { identity } = http;
  const pairIn = ({ path: { roleId = '', divisionId = '' } }: Call): RoleInDivision => ({
    roleId: roleOf(http, roleId),
    division: divisionOf(http, divisionId),
  });
  return [
    {
      method: 'POST',
      path: onGrant,
      operation: 'postAuthorizationSubjectDivisionRole',
      summary: 'Grants a role in a division; `*` as the division stands for all of them.',
      access: ['authorization:grant:add'],
      needsAll: true,
      parameters: [kindParameter],
      answers: { 204: undefined },
      answer: async (call) => {
        identity.changeGrants(call, subjectIn(http, call), { add: [pairIn(call)] });
        return done;
      },
    },
    {
      method: 'DELETE',
      path: onGrant,
      operation: 'deleteAuthorizationSubjectDivisionRole',
      summary: 'Takes a role in a division away.',
      access: ['authorization:grant:delete'],
      needsAll: true,
      answers: { 204: undefined },
      answer: async (call) => {
        identity.changeGrants(call, subjectIn(http, call), { remove: [pairIn(call)] });
        return done;
      },
    },
    withBody({
      method: 'POST',
      path: '/api/v2/authorization/roles/{roleId}',
      operation: 'postAuthorizationRole',
      summary: 'Grants a role to several subjects in several divisions.',
      access: ['authorization:grant:add'],
      needsAll: true,
      parameters: [kindParameter],
      body: SubjectDivisionsBody,
      answers: { 204: undefined },
      answer: async (call) => {
        const roleId = roleIdOf(call);
        const ids = call.body.subjectIds.map((text) => subjectOf(http, text));
        const add = call.body.divisionIds.map((text) => ({ roleId, division: divisionOf(http, text) }));
        for (const id of ids) identity.changeGrants(call, id, { add });
        return done;
      },
    }),
  ];
}

function bulkDoors(http: HttpContext): readonly GuardedDoor[] {
  const { identity } = http;
  const shared = {
    method: 'POST',
    needsAll: true,
    parameters: [kindParameter],
    body: RoleDivisionGrantsBody,
    answers: { 204: undefined },
  } as const;
  return [
    withBody({
      ...shared,
      path: `${onSubject}/bulkadd`,
      operation: 'postAuthorizationSubjectBulkadd',
      summary: 'Grants several roles, all of them or none.',
      access: ['authorization:grant:add'],
      answer: async (call) => {
        identity.changeGrants(call, subjectIn(http, call), { add: pairsIn(http, call) });
        return done;
      },
    }),
    withBody({
      ...shared,
      path: `${onSubject}/bulkremove`,
      operation: 'postAuthorizationSubjectBulkremove',
      summary: 'Takes several roles away, all of them or none.',
      access: ['authorization:grant:delete'],
      answer: async (call) => {
        identity.changeGrants(call, subjectIn(http, call), { remove: pairsIn(http, call) });
        return done;
      },
    }),
    withBody({
      ...shared,
      path: `${onSubject}/bulkreplace`,
      operation: 'postAuthorizationSubjectBulkreplace',
      summary: 'Makes these the only roles of a subject.',
      access: ['authorization:grant:add', 'authorization:grant:delete'],
      answer: async (call) => {
        identity.replaceGrants(call, subjectIn(http, call), { grants: pairsIn(http, call) });
        return done;
      },
    }),
  ];
}

/** Doors of the time before divisions: what they grant counts in the home division. */
function homeDoors(http: HttpContext): readonly GuardedDoor[] {
  const { identity } = http;
  const inHome = (roleId: RoleId): RoleInDivision => ({ roleId, division: identity.homeDivision().id });
  const onUsers = (deed: 'add' | 'remove'): GuardedDoor =>
    withBody({
      method: 'PUT',
      path: `/api/v2/authorization/roles/{roleId}/users/${deed}`,
      operation: deed === 'add' ? 'putAuthorizationRoleUsersAdd' : 'putAuthorizationRoleUsersRemove',
      summary: deed === 'add' ? 'Grants a role to users in the home division.' : 'Takes it away from them there.',
      access: [deed === 'add' ? 'authorization:grant:add' : 'authorization:grant:delete'],
      body: IdList,
      answers: { 200: Type.Array(Type.String()) },
      answer: async (call) => {
        const roleId = roleOf(http, call.path['roleId'] ?? '');
        const ids = call.body.map((text) => subjectOf(http, text));
        for (const id of ids) identity.changeGrants(call, id, { [deed]: [inHome(roleId)] });
        return ok(ids);
      },
    });
  return [
    onUsers('add'),
    onUsers('remove'),
    withBody({
      method: 'PUT',
      path: ofUser,
      operation: 'putUserRoles',
      summary: 'Makes these, in the home division, the only roles of a user.',
      access: ['authorization:grant:add'],
      body: IdList,
      answers: { 200: UserAuthorization },
      answer: async (call) => {
        const id = subjectIn(http, call);
        const roles = call.body.map((text) => inHome(roleOf(http, text)));
        identity.replaceGrants(call, id, { grants: roles, isAddEnough: true });
        return ok(userAuthorization(identity, id));
      },
    }),
  ];
}

export function grantDoors(http: HttpContext): readonly GuardedDoor[] {
  return [...readDoors(http), ...holderDoors(http), ...singleDoors(http), ...bulkDoors(http), ...homeDoors(http)];
}
