/** The doors to tokens: one's own, those of a user, and the organisation they belong to. */
import { Fault, type UserId, uuidAs } from '@tacet/domain';
import { type GuardedDoor, ok, withBody } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { IdleTokenTimeout, Organization, TokenInfo } from './models/token.ts';
import { organizationModel, tokenInfoModel } from './view-token.ts';

const path = '/api/v2/tokens/me';

function ownDoors({ tokens, identity }: HttpContext): readonly GuardedDoor[] {
  return [
    {
      method: 'GET',
      path,
      operation: 'getTokensMe',
      summary: 'Whose token this is.',
      access: [],
      answers: { 200: TokenInfo },
      answer: async ({ actor }) => ok(tokenInfoModel(identity.tokenFacts(actor))),
    },
    {
      method: 'HEAD',
      path,
      operation: 'headTokensMe',
      summary: 'Whether the token is valid.',
      access: [],
      answers: { 200: undefined },
      answer: async () => ({ status: 200 }),
    },
    {
      method: 'DELETE',
      path,
      operation: 'deleteTokensMe',
      summary: 'Makes the token worthless from now on.',
      access: [],
      answers: { 200: undefined },
      answer: async ({ bearer, asked }) => {
        await tokens.revoke(bearer, asked.from);
        return { status: 200 };
      },
    },
  ];
}

function timeoutModel({ identity }: HttpContext): object {
  const minutes = identity.idleTimeoutMinutes();
  if (minutes === undefined) return { enableIdleTokenTimeout: false };
  return { enableIdleTokenTimeout: true, idleTokenTimeoutSeconds: minutes * 60 };
}

function timeoutDoors(http: HttpContext): readonly GuardedDoor[] {
  const path = '/api/v2/tokens/timeout';
  return [
    {
      method: 'GET',
      path,
      operation: 'getTokensTimeout',
      summary: 'After what time without use tokens of users end.',
      access: [],
      answers: { 200: IdleTokenTimeout },
      answer: async () => ok(timeoutModel(http)),
    },
    withBody({
      method: 'PUT',
      path,
      operation: 'putTokensTimeout',
      summary: 'Sets the time without use after which tokens of users end, or switches it off.',
      access: ['directory:organization:admin'],
      body: IdleTokenTimeout,
      answers: { 200: IdleTokenTimeout },
      answer: async (call) => {
        const { enableIdleTokenTimeout, idleTokenTimeoutSeconds } = call.body;
        if (enableIdleTokenTimeout && idleTokenTimeoutSeconds === undefined) {
          throw new Fault('constraintBroken', { field: 'idleTokenTimeoutSeconds', problem: 'is missing' });
        }
        const minutes = idleTokenTimeoutSeconds === undefined ? undefined : idleTokenTimeoutSeconds / 60;
        http.identity.setIdleTimeout(call, enableIdleTokenTimeout ? minutes : undefined);
        return ok(timeoutModel(http));
      },
    }),
  ];
}

export function tokenDoors(http: HttpContext): readonly GuardedDoor[] {
  const { identity } = http;
  return [
    ...ownDoors(http),
    ...timeoutDoors(http),
    {
      method: 'DELETE',
      path: '/api/v2/tokens/{userId}',
      operation: 'deleteToken',
      summary: 'Ends every token and sign-in of a user.',
      access: ['oauth:token:delete'],
      answers: { 204: undefined },
      answer: async (call) => {
        const id = uuidAs<UserId>(call.path['userId'] ?? '');
        if (id === undefined) throw new Fault('resourceUnknown');
        identity.revokeTokensOf(call, id);
        return { status: 204 };
      },
    },
    {
      method: 'GET',
      path: '/api/v2/organizations/me',
      operation: 'getOrganizationsMe',
      summary: 'Whose server this is.',
      access: [],
      answers: { 200: Organization },
      answer: async ({ actor }) => ok(organizationModel(identity.tokenFacts(actor))),
    },
  ];
}
