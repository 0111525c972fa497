/** Bearer token → actor, and the actor's request as the use-cases know it. */
import type { IncomingMessage } from 'node:http';
import { type Actor, type Asked, Fault, type RequestId } from '@tacet/domain';
import { remoteAddress } from '../remote-address.ts';
import { type Door, doorName } from './door.ts';
import { httpLimits } from './http-limits.ts';
import type { TokenChecker } from './ports.ts';

export interface Authorised {
  readonly actor: Actor;
  readonly bearer: string;
}

/** Whoever shows no valid token is nobody that we know. */
const nobody = { clientId: 'unknown', name: '' } as const;

/** The value of a bearer token (RFC 6750 §2.1); other schemes count as none. */
function bearerOf(authorization: string | undefined): string {
  const value = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  if (value === undefined) throw new Fault('tokenMissing');
  if (value.length > httpLimits.bearerCharactersMax) throw new Fault('tokenInvalid');
  return value;
}

/** @throws Fault tokenMissing, tokenInvalid, tokenExpired or storageUnavailable. */
export async function authorise(tokens: TokenChecker, request: IncomingMessage): Promise<Authorised> {
  const bearer = bearerOf(request.headers.authorization);
  return { bearer, actor: await tokens.check(bearer) };
}

/** Who asks, from where and how. */
export function askedBy(
  actor: Actor | undefined,
  request: { readonly door: Door; readonly requestId: RequestId; readonly raw: IncomingMessage },
): Asked {
  const { clientId, name } = actor ?? nobody;
  const user = actor?.userId === undefined ? {} : { userId: actor.userId };
  const from = remoteAddress(request.raw);
  return { clientId, ...user, name, from, door: doorName(request.door), requestId: request.requestId };
}
