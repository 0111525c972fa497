/** The doors to divisions. */
import { type DivisionId, Fault, may, type Permission, permissions, type UserId, uuidAs } from '@tacet/domain';
import { Type } from 'typebox';
import type { Division } from '../control/identity.ts';
import { type Answer, type Call, type GuardedCall, type GuardedDoor, ok, withBody } from './door.ts';
import type { HttpContext } from './http-context.ts';
import {
  AuthzDivision,
  AuthzDivisionBody,
  AuthzDivisionCursorListing,
  AuthzDivisionEntityListing,
  DivsPermittedEntityListing,
  IdList,
} from './models/authorization.ts';
import { idsParameter, listIn, nameFits, nameParameter, pageOf, pageParameters } from './page-of.ts';
import { pageSizeParameter } from './page-parameters.ts';
import { type ChoiceParameter, integerOf, type TextParameter, textOf } from './query.ts';
import { divisionModel } from './view-authorization.ts';
import { withParameters } from './view-page.ts';

const path = '/api/v2/authorization/divisions';
const onePath = `${path}/{divisionId}`;

/** Far more than a contact centre has departments. */
const divisionsMax = 1_000;

const permissionParameter: ChoiceParameter<Permission> = { kind: 'choice', name: 'permission', values: permissions };
const afterParameter: TextParameter = { kind: 'text', name: 'after', charactersMax: 36 };
const objectCountParameter: ChoiceParameter = { kind: 'choice', name: 'objectCount', values: ['true', 'false'] };
const forceParameter: ChoiceParameter = { kind: 'choice', name: 'force', values: ['true', 'false'] };

function divisionIdOf({ path: { divisionId = '' } }: Call): DivisionId {
  const id = uuidAs<DivisionId>(divisionId);
  if (id === undefined) throw new Fault('resourceUnknown');
  return id;
}

function wantedDivisions({ identity }: HttpContext, call: GuardedCall): readonly Division[] {
  const name = textOf(call.query, nameParameter);
  const ids = listIn(call, 'id');
  return identity.divisions().filter((one) => (ids.length === 0 || ids.includes(one.id)) && nameFits(one.name, name));
}

function readDoors(http: HttpContext): readonly GuardedDoor[] {
  const { identity } = http;
  const shared = { method: 'GET', access: [] } as const;
  return [
    {
      ...shared,
      path,
      operation: 'getAuthorizationDivisions',
      summary: 'Divisions by name.',
      parameters: [...pageParameters, idsParameter, nameParameter, objectCountParameter],
      answers: { 200: AuthzDivisionEntityListing },
      answer: async (call) => ok(pageOf(call, wantedDivisions(http, call), divisionModel)),
    },
    {
      ...shared,
      path: `${path}/home`,
      operation: 'getAuthorizationDivisionsHome',
      summary: 'The division that everything belongs to unless it says otherwise.',
      answers: { 200: AuthzDivision },
      answer: async () => ok(divisionModel(identity.homeDivision())),
    },
    {
      ...shared,
      path: `${path}/limit`,
      operation: 'getAuthorizationDivisionsLimit',
      summary: 'How many divisions there can be.',
      answers: { 200: Type.Integer() },
      answer: async () => ok(divisionsMax),
    },
    {
      ...shared,
      path: `${path}/query`,
      operation: 'getAuthorizationDivisionsQuery',
      summary: 'Divisions by name, from one on.',
      parameters: [afterParameter, pageSizeParameter, idsParameter, nameParameter],
      answers: { 200: AuthzDivisionCursorListing },
      answer: async (call) => answerQuery(http, call),
    },
    {
      ...shared,
      path: onePath,
      operation: 'getAuthorizationDivision',
      summary: 'A division.',
      parameters: [objectCountParameter],
      answers: { 200: AuthzDivision },
      answer: async (call) => {
        const found = identity.division(divisionIdOf(call));
        if (found === undefined) throw new Fault('resourceUnknown');
        return ok(divisionModel(found));
      },
    },
  ];
}

function answerQuery(http: HttpContext, call: GuardedCall): Answer {
  const all = wantedDivisions(http, call);
  const pageSize = integerOf(call.query, pageSizeParameter);
  const after = textOf(call.query, afterParameter);
  const from = after === undefined ? 0 : all.findIndex(({ id }) => id === after) + 1;
  const entities = all.slice(from, from + pageSize).map(divisionModel);
  const last = entities.at(-1);
  const hasMore = last !== undefined && from + pageSize < all.length;
  return ok({
    entities,
    selfUri: withParameters(call.url, { pageSize }),
    ...(hasMore ? { nextUri: withParameters(call.url, { pageSize, after: last.id }) } : {}),
  });
}

/** The divisions in which the caller holds a permission. */
function permittedDivisions({ identity }: HttpContext, { actor, query }: GuardedCall): readonly Division[] {
  const wanted = query['permission'];
  const permission = permissions.find((one) => one === wanted);
  // A permission that this server does not know is held by nobody.
  if (permission === undefined) return [];
  return identity.divisions().filter(({ id }) => may(actor, permission, id));
}

function permittedDoors(http: HttpContext): readonly GuardedDoor[] {
  const base = '/api/v2/authorization/divisionspermitted';
  const shared = { method: 'GET', access: [] } as const;
  return [
    {
      ...shared,
      path: `${base}/me`,
      operation: 'getAuthorizationDivisionspermittedMe',
      summary: 'The divisions in which the caller holds a permission.',
      isDeprecated: true,
      parameters: [permissionParameter, nameParameter],
      answers: { 200: Type.Array(AuthzDivision) },
      answer: async (call) => {
        const name = textOf(call.query, nameParameter);
        return ok(
          permittedDivisions(http, call)
            .filter((one) => nameFits(one.name, name))
            .map(divisionModel),
        );
      },
    },
    {
      ...shared,
      path: `${base}/paged/me`,
      operation: 'getAuthorizationDivisionspermittedPagedMe',
      summary: 'The divisions in which the caller holds a permission, page by page.',
      parameters: [permissionParameter, ...pageParameters],
      answers: { 200: DivsPermittedEntityListing },
      answer: async (call) => {
        const found = permittedDivisions(http, call);
        const allDivsPermitted = found.length === http.identity.divisions().length;
        return ok({ ...pageOf(call, found, divisionModel), allDivsPermitted });
      },
    },
  ];
}

function changeDoors({ identity }: HttpContext): readonly GuardedDoor[] {
  return [
    withBody({
      method: 'POST',
      path,
      operation: 'postAuthorizationDivisions',
      summary: 'Adds a division.',
      access: ['authorization:division:add', 'authorization:grant:add'],
      needsAll: true,
      body: AuthzDivisionBody,
      answers: { 200: AuthzDivision },
      answer: async (call) => {
        const { name = '', description = '' } = call.body;
        return ok(divisionModel(identity.addDivision(call, { name, description })));
      },
    }),
    withBody({
      method: 'PUT',
      path: onePath,
      operation: 'putAuthorizationDivision',
      summary: 'Changes name and description of a division.',
      access: ['authorization:division:edit'],
      body: AuthzDivisionBody,
      answers: { 200: AuthzDivision },
      answer: async (call) => {
        const { name, description } = call.body;
        const change = {
          ...(name === undefined ? {} : { name }),
          ...(description === undefined ? {} : { description }),
        };
        return ok(divisionModel(identity.changeDivision(call, divisionIdOf(call), change)));
      },
    }),
    {
      method: 'DELETE',
      path: onePath,
      operation: 'deleteAuthorizationDivision',
      summary: 'Removes a division that has no users, with the grants in it.',
      access: ['authorization:division:delete'],
      parameters: [forceParameter],
      answers: { 204: undefined },
      answer: async (call) => {
        identity.removeDivision(call, divisionIdOf(call));
        return { status: 204 };
      },
    },
    withBody({
      method: 'POST',
      path: `${onePath}/objects/{objectType}`,
      operation: 'postAuthorizationDivisionObject',
      summary: 'Moves users into a division; other kinds of object have none of their own.',
      access: [],
      body: IdList,
      answers: { 200: undefined },
      answer: async (call) => {
        if (call.path['objectType']?.toUpperCase() !== 'USER') {
          throw new Fault('valueInvalid', { parameter: 'objectType', allowed: ['USER'] });
        }
        const id = divisionIdOf(call);
        if (identity.division(id) === undefined) throw new Fault('resourceUnknown');
        const users = call.body.map((text) => uuidAs<UserId>(text));
        if (users.includes(undefined)) throw new Fault('resourceUnknown');
        identity.moveUsers(
          call,
          id,
          users.filter((id) => id !== undefined),
        );
        return { status: 200 };
      },
    }),
  ];
}

export function divisionDoors(http: HttpContext): readonly GuardedDoor[] {
  return [...readDoors(http), ...permittedDoors(http), ...changeDoors(http)];
}
