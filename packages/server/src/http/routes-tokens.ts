/** The doors to one's own token. */
import type { GuardedCall, GuardedDoor } from './door.ts';
import { ok } from './door.ts';
import type { HttpContext } from './http-context.ts';

const path = '/api/v2/tokens/me';

/** Contract model `TokenInfo`, as far as there is something to say: no scopes, and one organisation. */
function tokenInfo({ actor }: GuardedCall): unknown {
  const client = actor.userId === undefined ? { name: actor.name } : {};
  return { organization: { name: 'Tacet' }, authorizedScope: [], OAuthClient: { id: actor.clientId, ...client } };
}

export function tokenDoors({ tokens }: HttpContext): readonly GuardedDoor[] {
  return [
    {
      method: 'GET',
      path,
      operation: 'getTokensMe',
      summary: 'Whose token this is.',
      access: [],
      answers: { 200: 'TokenInfo' },
      answer: async (call) => ok(tokenInfo(call)),
    },
    {
      method: 'HEAD',
      path,
      operation: 'headTokensMe',
      summary: 'Whether the token is valid.',
      access: [],
      answers: { 200: '' },
      answer: async () => ({ status: 200 }),
    },
    {
      method: 'DELETE',
      path,
      operation: 'deleteTokensMe',
      summary: 'Makes the token worthless from now on.',
      access: [],
      answers: { 200: '' },
      answer: async ({ bearer, asked }) => {
        await tokens.revoke(bearer, asked.from);
        return { status: 200 };
      },
    },
  ];
}
