/** Signing in through the outside provider: the way there, the way back, and whom we find behind it. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Instant } from '@tacet/domain';
import type { User } from '../identity.ts';
import { finishSignIn } from './finish.ts';
import type { OutsideProvider, OutsideQuestion, OutsideUser } from './outside-provider.ts';
import { sendOn, sendPage } from './page.ts';
import { endedPage, outsideFailedPage, refusedPage } from './page-message.ts';
import { signInLimits } from './sign-in-limits.ts';
import { hintedEmail } from './step-frame.ts';
import { reportRefusal, type SignInDesk, type Visit } from './visit.ts';

interface Asked extends OutsideQuestion {
  readonly uid: string;
  /** The page from which the browser left, with what a gateway puts in front. */
  readonly action: string;
  readonly at: Instant;
}

/** Questions that wait for an answer, by their state; oldest first. */
export class OutsideQuestions {
  readonly #all = new Map<string, Asked>();

  put(asked: Asked): void {
    this.#all.set(asked.state, asked);
    if (this.#all.size <= signInLimits.pendingMax) return;
    const [oldest] = this.#all.keys();
    if (oldest !== undefined) this.#all.delete(oldest);
  }

  peek(state: string): Asked | undefined {
    return this.#all.get(state);
  }

  take(state: string): Asked | undefined {
    const asked = this.#all.get(state);
    // Rule: An answer of the outside provider is taken once.
    this.#all.delete(state);
    return asked;
  }
}

/** Sends the browser to the outside provider. */
export async function leaveForOutside(
  desk: SignInDesk,
  { outside, questions }: { readonly outside: OutsideProvider; readonly questions: OutsideQuestions },
  visit: Visit,
): Promise<void> {
  const { uid, action, response, interaction } = visit;
  const isFresh = (interaction.params['prompt'] ?? '').split(' ').includes('login');
  try {
    const { question, url } = await outside.ask({ email: hintedEmail(visit), isFresh });
    questions.put({ ...question, uid, action, at: desk.clock.now() });
    sendOn(response, url);
  } catch (error) {
    fail(desk, outside, { visit, error });
  }
}

/**
 * The browser comes back. Only the page of its own sign-in can see the cookie of it, so that is where the answer is
 * taken.
 */
export function returnFromOutside(
  { questions }: { readonly questions: OutsideQuestions },
  response: ServerResponse,
  search: string,
): void {
  const asked = questions.peek(new URLSearchParams(search).get('state') ?? '');
  if (asked === undefined) sendPage(response, endedPage());
  else sendOn(response, `${asked.action}/outside${search}`);
}

/** Takes the answer, and lets in whom it is about. */
export async function takeOutsideAnswer(
  desk: SignInDesk,
  { outside, questions }: { readonly outside: OutsideProvider; readonly questions: OutsideQuestions },
  visit: Visit,
  request: IncomingMessage,
): Promise<void> {
  const search = (request.url ?? '').replace(/^[^?]*/, '');
  const asked = questions.take(new URLSearchParams(search).get('state') ?? '');
  const isOurs = asked?.uid === visit.uid && desk.clock.now() - asked.at < signInLimits.pendingMs;
  if (asked === undefined || !isOurs) return sendPage(visit.response, endedPage());
  let found: OutsideUser;
  try {
    found = await outside.redeem(search, asked);
  } catch (error) {
    return fail(desk, outside, { visit, error });
  }
  const user = knownUser(desk, found);
  if (user !== undefined) return finishSignIn(desk, visit, user.id, 'outside');
  reportRefusal(desk, visit, { reason: 'outside user is not known' });
  const sentence = `${outside.name} let you in, but nobody here belongs to your account there. Ask your administrator.`;
  sendPage(visit.response, refusedPage(sentence, wayBack(visit)));
}

/** The user who came from there before or, the first time, the one with the same verified e-mail address. */
function knownUser({ identity }: SignInDesk, { issuer, subject, verifiedEmail }: OutsideUser): User | undefined {
  return identity.together(() => {
    const before = identity.userByOutside(issuer, subject);
    if (before !== undefined) return before.state === 'active' ? before : undefined;
    // Rule: An e-mail address that the outside provider has not verified leads to nobody.
    const user = verifiedEmail === undefined ? undefined : identity.userByEmail(verifiedEmail);
    if (user?.state !== 'active') return undefined;
    const credentials = identity.credentials(user.id);
    // Rule: Whoever came from the outside provider once is only that one account there.
    if (credentials.outside !== undefined) return undefined;
    identity.putCredentials(user.id, { ...credentials, outside: { issuer, subject } });
    return user;
  });
}

function fail(
  desk: SignInDesk,
  outside: OutsideProvider,
  { visit, error }: { readonly visit: Visit; readonly error: unknown },
): void {
  // What kind of failure it was, in the library's words; never what the provider or the browser wrote.
  const { code, name } = (error ?? {}) as { readonly code?: unknown; readonly name?: unknown };
  const failure = typeof code === 'string' ? code : String(name);
  reportRefusal(desk, visit, { reason: 'outside provider', facts: { failure } });
  sendPage(visit.response, outsideFailedPage(outside.name, wayBack(visit)));
}

function wayBack({ action }: Visit): { readonly text: string; readonly href: string } {
  return { text: 'Try another way', href: action };
}
