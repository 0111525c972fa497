/** One request to the sign-in pages: who asks, for which program, and where things lead. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClientId, Clock, UserId } from '@tacet/domain';
import type { Interaction, Provider } from 'oidc-provider';
import { remoteAddress } from '../../remote-address.ts';
import type { IdentityStore } from '../identity.ts';
import type { OnIdentityEvent } from '../identity-event.ts';
import { mountOf, oauthPaths } from '../oauth-paths.ts';
import type { PasswordCheck } from '../password-check.ts';
import type { SecondFactor } from '../second-factor.ts';
import type { TokenStore } from '../token-store.ts';
import { FormTokens } from './form.ts';
import { makeOutsideProvider, type OutsideProvider } from './outside-provider.ts';
import { PendingSignIns } from './pending-sign-ins.ts';
import type { SignInSettings } from './sign-in-settings.ts';

export interface SignInParts {
  readonly provider: Provider;
  readonly identity: IdentityStore;
  readonly tokens: TokenStore;
  readonly passwords: Pick<PasswordCheck, 'check'>;
  readonly secondFactor: SecondFactor;
  readonly settings: SignInSettings;
  readonly clock: Pick<Clock, 'now'>;
  readonly onEvent: OnIdentityEvent;
}

/** The parts, and what the pages remember between two requests. */
export interface SignInDesk extends SignInParts {
  readonly pending: PendingSignIns;
  readonly formTokens: FormTokens;
  readonly outside?: OutsideProvider;
}

export function makeDesk(parts: SignInParts): SignInDesk {
  const { clock, settings } = parts;
  const { outside, publicUrl } = settings;
  const desk = { ...parts, pending: new PendingSignIns(clock), formTokens: new FormTokens() };
  if (outside === undefined || publicUrl === undefined) return desk;
  const redirectUri = `${publicUrl.replace(/\/$/, '')}${oauthPaths.outside}`;
  return { ...desk, outside: makeOutsideProvider(outside, redirectUri, clock) };
}

/** A request that belongs to a sign-in under way. */
export interface Visit {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly interaction: Interaction;
  readonly uid: string;
  /** The address of the page, to which its forms are sent. */
  readonly action: string;
  readonly token: string;
  readonly client: { readonly id: ClientId; readonly name: string };
  readonly redirectUri: string;
  readonly from: string;
}

export function pagePath(mount: string, uid: string): string {
  return `${mount}${oauthPaths.signIn}/${uid}`;
}

/** @returns `undefined` when the browser does not show the cookie of the sign-in, or the sign-in has ended. */
export async function visitOf(
  desk: SignInDesk,
  uid: string,
  exchange: { readonly request: IncomingMessage; readonly response: ServerResponse },
): Promise<Visit | undefined> {
  const { request, response } = exchange;
  const interaction = await detailsOf(desk.provider, request, response);
  // Rule: A sign-in goes on only in the browser in which it was begun.
  if (interaction === undefined || interaction.uid !== uid) return undefined;
  const { client_id: clientId = '', redirect_uri: redirectUri = '' } = interaction.params;
  const client = desk.identity.client(clientId as ClientId);
  if (client === undefined) return undefined;
  return {
    request,
    response,
    interaction,
    uid,
    action: pagePath(mountOf(request), uid),
    token: desk.formTokens.tokenOf(uid),
    client: { id: client.id, name: client.name },
    redirectUri,
    from: remoteAddress(request),
  };
}

async function detailsOf(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<Interaction | undefined> {
  try {
    return await provider.interactionDetails(request, response);
  } catch (error) {
    if (error instanceof Error && error.name === 'SessionNotFound') return undefined;
    throw error;
  }
}

/** Notes a sign-in that was not granted; never what was typed. */
export function reportRefusal(
  { clock, onEvent }: Pick<SignInDesk, 'clock' | 'onEvent'>,
  { client, from }: Pick<Visit, 'client' | 'from'>,
  refusal: {
    readonly reason: string;
    readonly user?: { readonly id: UserId; readonly name: string };
    readonly facts?: { readonly [name: string]: string | number };
  },
): void {
  const { reason, user, facts } = refusal;
  onEvent({
    action: 'signInRefused',
    result: 'refused',
    at: clock.now(),
    clientId: client.id,
    ...(user === undefined ? { name: '' } : { userId: user.id, name: user.name }),
    from,
    door: `POST ${oauthPaths.signIn}`,
    facts: { reason, ...facts },
  });
}
