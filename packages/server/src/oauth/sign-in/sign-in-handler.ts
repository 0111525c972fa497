/** The sign-in pages as a request handler: which page, which step, and who is turned away at the door. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ClientId } from '@tacet/domain';
import { remoteAddress } from '../../remote-address.ts';
import { mountOf, oauthPaths } from '../oauth-paths.ts';
import { isFromHere } from '../public-host.ts';
import { browserSignIn, endSignIn } from './browser-sign-in.ts';
import { readForm } from './form.ts';
import { leaveForOutside, OutsideQuestions, returnFromOutside, takeOutsideAnswer } from './outside-steps.ts';
import { sendOn, sendPage, setPageHeaders } from './page.ts';
import { endedPage, signedOutPage, tooManyPage, type Way } from './page-message.ts';
import { RequestPace } from './request-pace.ts';
import { signInLimits } from './sign-in-limits.ts';
import { hintedEmail, showPassword } from './step-frame.ts';
import { showStep, steps } from './steps.ts';
import { makeDesk, type SignInDesk, type SignInParts, type Visit, visitOf } from './visit.ts';

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

export interface SignInHandler {
  /** Answers a request below `/oauth/sign-in/`, `/oauth/outside` or `/logout`; its URL has nothing in front any more. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

export function makeSignInHandler(parts: SignInParts): SignInHandler {
  const desk = makeDesk(parts);
  const questions = new OutsideQuestions();
  const pace = new RequestPace(parts.clock, signInLimits.pageRequestsPerMinute);
  return {
    handle: async (request, response) => {
      const seconds = pace.count(remoteAddress(request));
      // Rule: An address that asks for more sign-in pages than people can is told to wait.
      if (seconds > 0) return sendPage(response, tooManyPage(seconds));
      const { path, search } = parsed(request);
      const exchange = { request, response };
      if (path === oauthPaths.signOut) return onlyGet(exchange, () => signOut(desk, exchange, search));
      if (path === oauthPaths.outside)
        return onlyGet(exchange, () => returnFromOutside({ questions }, response, search));
      return answerPage(desk, questions, exchange);
    },
  };
}

async function answerPage(desk: SignInDesk, questions: OutsideQuestions, exchange: Exchange): Promise<void> {
  const { request, response } = exchange;
  const { path, search } = parsed(request);
  const [uid = '', more] = path.slice(oauthPaths.signIn.length + 1).split('/');
  const isAnswer = more === 'outside';
  const isForm = request.method === 'POST' && more === undefined;
  if (request.method !== 'GET' && !isForm) return refuseMethod(response, 'GET, POST');
  const visit = more === undefined || isAnswer ? await visitOf(desk, uid, exchange) : undefined;
  if (visit === undefined) return sendPage(response, endedPage(await wayBackTo(desk, uid, request)));
  const { outside } = desk;
  if (isForm) return takeForm(desk, visit);
  if (isAnswer && outside !== undefined) return takeOutsideAnswer(desk, { outside, questions }, visit, request);
  const query = new URLSearchParams(search);
  if (query.has('outside') && outside !== undefined) return leaveForOutside(desk, { outside, questions }, visit);
  return showStep(desk, visit, query);
}

async function takeForm(desk: SignInDesk, visit: Visit): Promise<void> {
  const { request, response, uid } = visit;
  const form = await readForm(request);
  if (form === undefined) {
    response.setHeader('Connection', 'close');
    return showPassword(desk, visit, '', { at: 'form', text: 'This form could not be read.', status: 400 });
  }
  // Rule: A form counts only when it comes from our own page, in the browser to which we showed it.
  if (!isFromHere(request) || !desk.formTokens.isRight(uid, form.get('token'))) {
    const text = 'This page was open for too long. Please try again.';
    return showPassword(desk, visit, hintedEmail(visit), { at: 'form', text, status: 403 });
  }
  const step = form.get('step') ?? '';
  const take = Object.hasOwn(steps, step) ? steps[step] : undefined;
  if (take === undefined) return sendOn(response, visit.action);
  return take(desk, visit, form);
}

/** A sign-in that took too long can be begun again with what the program asked for. */
async function wayBackTo({ provider }: SignInDesk, uid: string, request: IncomingMessage): Promise<Way | undefined> {
  const ended = await provider.Interaction.find(uid, { ignoreExpiration: true });
  if (ended === undefined) return undefined;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(ended.params)) if (value !== undefined) query.set(name, value);
  return { text: 'Sign in again', href: `${mountOf(request)}${oauthPaths.authorization}?${query}` };
}

/** Contract: `GET /logout?client_id[&redirect_uri]`. */
async function signOut(desk: SignInDesk, { request, response }: Exchange, search: string): Promise<void> {
  const query = new URLSearchParams(search);
  const client = desk.identity.client((query.get('client_id') ?? '') as ClientId);
  const held = await browserSignIn(desk, request, response);
  await endSignIn(desk, held, request, client?.id);
  const { cookies } = desk.provider.createContext(request, response);
  cookies.set(desk.provider.cookieName('session'), null, { httpOnly: true, sameSite: 'lax' });
  const redirectUri = query.get('redirect_uri');
  // Rule: Signing out leads nowhere but to addresses that the client has registered.
  const isRegistered = redirectUri !== null && client?.state === 'active' && client.redirectUris.includes(redirectUri);
  if (isRegistered) sendOn(response, redirectUri);
  else sendPage(response, signedOutPage());
}

async function onlyGet({ request, response }: Exchange, answer: () => Promise<void> | void): Promise<void> {
  if (request.method !== 'GET') return refuseMethod(response, 'GET');
  return answer();
}

function refuseMethod(response: ServerResponse, allowed: string): void {
  setPageHeaders(response);
  response.writeHead(405, { Allow: allowed });
  response.end();
}

function parsed(request: IncomingMessage): { readonly path: string; readonly search: string } {
  const url = request.url ?? '/';
  const at = url.indexOf('?');
  return at === -1 ? { path: url, search: '' } : { path: url.slice(0, at), search: url.slice(at) };
}
