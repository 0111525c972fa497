/** What the steps of a sign-in share: what was proved before them, and how their pages are framed. */
import type { User } from '../identity.ts';
import { pendingUser } from './finish.ts';
import { sendPage } from './page.ts';
import { type PasswordError, passwordPage } from './page-password.ts';
import type { SecondFactorPage } from './page-second-factor.ts';
import type { PendingSignIn } from './pending-sign-ins.ts';
import { signInLimits } from './sign-in-limits.ts';
import type { SignInDesk, Visit } from './visit.ts';

export type Pending<S extends PendingSignIn['step']> = Extract<PendingSignIn, { readonly step: S }>;

/** Shows the first page, with what went wrong. */
export function showPassword(desk: SignInDesk, visit: Visit, email: string, error?: PasswordError): void {
  const { settings, outside } = desk;
  const page = passwordPage({
    ...framed(visit),
    clientName: visit.client.name,
    email,
    hasPassword: settings.isPasswordOn,
    offersSecondFactor: !settings.isSecondFactorRequired,
    ...(outside === undefined ? {} : { outsideName: outside.name }),
    ...(error === undefined ? {} : { error }),
  });
  sendPage(visit.response, page);
}

/** What was proved before a step, when it is this step's turn and the user is who they were. */
export function pendingAt<S extends PendingSignIn['step']>(
  desk: SignInDesk,
  { uid }: Visit,
  step: S,
): { readonly pending: Pending<S>; readonly user: User } | undefined {
  const pending = desk.pending.get(uid);
  // Rule: No step of a sign-in can be left out or taken before its turn.
  if (pending?.step !== step) return undefined;
  const user = pendingUser(desk, pending);
  return user === undefined ? undefined : { pending: pending as Pending<S>, user };
}

export function startAnew(desk: SignInDesk, visit: Visit): void {
  desk.pending.remove(visit.uid);
  const text = 'It took too long, or something has changed. Please sign in again.';
  showPassword(desk, visit, hintedEmail(visit), { at: 'form', text, status: 400 });
}

export function framed({
  action,
  token,
  redirectUri,
}: Visit): Pick<SecondFactorPage, 'action' | 'token' | 'redirectUri'> {
  return { action, token, redirectUri };
}

/** Contract: `login_hint` is an e-mail address, an organisation, or both with a colon between. */
export function hintedEmail({ interaction }: Pick<Visit, 'interaction'>): string {
  const [email = ''] = (interaction.params['login_hint'] ?? '').split(':');
  return email.includes('@') ? email.slice(0, signInLimits.emailCharactersMax) : '';
}

export function textOf(form: URLSearchParams, name: string): string {
  return form.get(name) ?? '';
}
