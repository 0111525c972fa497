/** The doors to users. */
import { type DivisionId, Fault, type UserId, uuidAs } from '@tacet/domain';
import { Type } from 'typebox';
import type { User as KnownUser } from '../control/identity.ts';
import { type Call, type GuardedDoor, ok, withBody } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { CreateUserBody, UpdateUserBody, User, UserEntityListing, UserMe } from './models/user.ts';
import { idsParameter, listIn, pageOf, pageParameters } from './page-of.ts';
import { type ChoiceParameter, choiceOf, type TextParameter } from './query.ts';
import { organizationModel, tokenInfoModel } from './view-token.ts';
import { userModel } from './view-user.ts';

const path = '/api/v2/users';
const onePath = `${path}/{userId}`;

/** What is not expanded here is left out, as the contract leaves out what there is nothing of. */
const expandParameter: TextParameter = { kind: 'text', name: 'expand', charactersMax: 1_000 };
const stateParameter: ChoiceParameter<'active' | 'inactive' | 'any'> = {
  kind: 'choice',
  name: 'state',
  values: ['active', 'inactive', 'any'],
};

function userIdOf({ path: { userId = '' } }: Call): UserId {
  const id = uuidAs<UserId>(userId);
  if (id === undefined) throw new Fault('resourceUnknown');
  return id;
}

type Contacts = readonly { readonly address?: string; readonly mediaType?: string }[];

/** The SIP addresses among contacts: those of phones. */
function sipAddressesIn(addresses: Contacts): readonly string[] {
  return addresses.flatMap(({ address, mediaType = 'PHONE' }) =>
    address !== undefined && mediaType === 'PHONE' ? [address] : [],
  );
}

/** Members that adding and changing a user share. */
function sharedWish(body: {
  readonly title?: string;
  readonly department?: string;
  readonly state?: 'active' | 'inactive';
  readonly addresses?: Contacts;
}): object {
  const { title, department, state, addresses } = body;
  return {
    ...(title === undefined ? {} : { title }),
    ...(department === undefined ? {} : { department }),
    ...(state === undefined ? {} : { state }),
    ...(addresses === undefined ? {} : { sipAddresses: sipAddressesIn(addresses) }),
  };
}

function knownUser({ identity }: HttpContext, id: UserId): KnownUser {
  const user = identity.user(id);
  if (user === undefined || user.state === 'deleted') throw new Fault('resourceUnknown');
  return user;
}

function readDoors(http: HttpContext): readonly GuardedDoor[] {
  const { identity } = http;
  return [
    {
      method: 'GET',
      path,
      operation: 'getUsers',
      summary: 'Users, oldest first.',
      access: [],
      parameters: [...pageParameters, idsParameter, expandParameter, stateParameter],
      answers: { 200: UserEntityListing },
      answer: async (call) => {
        const ids = listIn(call, 'id');
        const state = choiceOf(call.query, stateParameter) ?? 'active';
        const isWanted = (user: KnownUser): boolean =>
          (state === 'any' || user.state === state) && (ids.length === 0 || ids.includes(user.id));
        const found = identity.users().filter(isWanted);
        return ok(pageOf(call, found, (user) => userModel(identity, user, listIn(call, 'expand'))));
      },
    },
    {
      method: 'GET',
      path: `${path}/me`,
      operation: 'getUsersMe',
      summary: 'The user whose token this is.',
      access: [],
      needsUser: true,
      parameters: [expandParameter],
      answers: { 200: UserMe },
      answer: async (call) => {
        const { actor } = call;
        const expand = listIn(call, 'expand');
        const me = userModel(identity, knownUser(http, actor.userId as UserId), expand);
        const facts = identity.tokenFacts(actor);
        return ok({
          ...me,
          ...(expand.includes('organization') ? { organization: organizationModel(facts) } : {}),
          ...(expand.includes('token') ? { token: tokenInfoModel(facts) } : {}),
        });
      },
    },
    {
      method: 'GET',
      path: onePath,
      operation: 'getUser',
      summary: 'A user.',
      access: [],
      parameters: [expandParameter, stateParameter],
      answers: { 200: User },
      answer: async (call) => ok(userModel(identity, knownUser(http, userIdOf(call)), listIn(call, 'expand'))),
    },
  ];
}

function changeDoors(http: HttpContext): readonly GuardedDoor[] {
  const { identity } = http;
  const answers = { 200: User };
  return [
    withBody({
      method: 'POST',
      path,
      operation: 'postUsers',
      summary: 'Adds a user; without a password they sign in through the outside identity provider.',
      access: ['directory:user:add'],
      body: CreateUserBody,
      answers,
      answer: async (call) => {
        const { name, email, password, divisionId } = call.body;
        const division = divisionId === undefined ? undefined : uuidAs<DivisionId>(divisionId);
        if (divisionId !== undefined && division === undefined) {
          throw new Fault('constraintBroken', { field: 'divisionId', problem: 'names no division' });
        }
        const wanted = {
          name,
          email,
          ...(division === undefined ? {} : { divisionId: division }),
          ...(password === undefined ? {} : { password }),
          ...sharedWish(call.body),
        };
        return ok(userModel(identity, await identity.addUser(call, wanted)));
      },
    }),
    withBody({
      method: 'PATCH',
      path: onePath,
      operation: 'patchUser',
      summary: 'Changes what is given of a user, if nobody else was faster.',
      access: ['directory:user:edit', 'directory:organization:admin'],
      body: UpdateUserBody,
      answers,
      answer: async (call) => {
        const { name, email, version } = call.body;
        const change = {
          version,
          ...(name === undefined ? {} : { name }),
          ...(email === undefined ? {} : { email }),
          ...sharedWish(call.body),
        };
        return ok(userModel(identity, identity.changeUser(call, userIdOf(call), change)));
      },
    }),
    {
      method: 'DELETE',
      path: onePath,
      operation: 'deleteUser',
      summary: 'Deletes a user and ends their tokens and sign-ins; what they did stays on record.',
      access: ['directory:user:delete', 'directory:organization:admin'],
      answers: { 200: Type.Object({}, { $id: 'Empty' }) },
      answer: async (call) => {
        identity.removeUser(call, userIdOf(call));
        return ok({});
      },
    },
  ];
}

export function userDoors(http: HttpContext): readonly GuardedDoor[] {
  return [...readDoors(http), ...changeDoors(http)];
}
