/** The steps of a sign-in: what each form brings, and which page comes next. */
import type { User } from '../identity.ts';
import { waitText } from './fields.ts';
import { cancelSignIn, finishSignIn, pendingUser } from './finish.ts';
import { sendOn, sendPage } from './page.ts';
import type { PasswordError } from './page-password.ts';
import { codePage, recoveryPage } from './page-second-factor.ts';
import { recoveryCodesPage, setUpPage } from './page-set-up.ts';
import { takeCodesKept, takeLater, takeSecondFactor, takeSetUp } from './second-factor-steps.ts';
import { signInLimits } from './sign-in-limits.ts';
import { framed, hintedEmail, type Pending, showPassword, startAnew, textOf } from './step-frame.ts';
import { reportRefusal, type SignInDesk, type Visit } from './visit.ts';

/** Takes what a form brings. */
type Step = (desk: SignInDesk, visit: Visit, form: URLSearchParams) => Promise<void>;

export const steps: { readonly [step: string]: Step } = {
  password: takePassword,
  code: (desk, visit, form) => takeSecondFactor(desk, visit, textOf(form, 'code'), 'code'),
  recovery: (desk, visit, form) => takeSecondFactor(desk, visit, textOf(form, 'recovery'), 'recovery'),
  setUp: takeSetUp,
  codesKept: takeCodesKept,
  later: takeLater,
  cancel: (desk, visit) => cancelSignIn(desk, visit),
};

/** Shows where the sign-in stands. */
export async function showStep(desk: SignInDesk, visit: Visit, query: URLSearchParams): Promise<void> {
  const pending = desk.pending.get(visit.uid);
  switch (pending?.step) {
    case undefined:
      return showPassword(desk, visit, hintedEmail(visit));
    case 'secondFactor':
      return sendPage(visit.response, (query.has('recovery') ? recoveryPage : codePage)(framed(visit)));
    case 'setUp':
      return sendPage(
        visit.response,
        setUpPage({ ...framed(visit), ...pending.draft, isOptional: pending.isOptional }),
      );
    case 'recoveryCodes':
      return sendPage(visit.response, recoveryCodesPage({ ...framed(visit), codes: pending.codes }));
    case 'proved':
      return finishIfStill(desk, visit, pending, pending.by);
  }
}

async function takePassword(desk: SignInDesk, visit: Visit, form: URLSearchParams): Promise<void> {
  const email = textOf(form, 'email').trim().slice(0, signInLimits.emailCharactersMax);
  const password = textOf(form, 'password');
  const again = (error: PasswordError): void => showPassword(desk, visit, email, error);
  // Rule: Where passwords are switched off, none is looked at.
  if (!desk.settings.isPasswordOn) return again({ at: 'form', text: 'Passwords are not used here.', status: 403 });
  if (email === '') return again({ at: 'email', text: 'Enter your e-mail address.' });
  if (password === '') return again({ at: 'password', text: 'Enter your password.' });
  const verdict = await desk.passwords.check(email, password, visit.from);
  switch (verdict.is) {
    case 'right':
      return afterPassword(desk, visit, verdict.user, form.has('secondFactor'));
    case 'wrong': {
      const { user, turnedAwayCount } = verdict;
      const facts = { turnedAwayCount };
      reportRefusal(desk, visit, { reason: 'password', facts, ...(user === undefined ? {} : { user }) });
      // Rule: A refusal does not tell whether there is such a user.
      return again({ at: 'password', text: 'The e-mail address or the password is not right.' });
    }
    case 'throttled': {
      const seconds = Math.ceil(verdict.waitMs / 1_000);
      const text = `Too many attempts. Try again in ${waitText(seconds)}.`;
      return again({ at: 'form', text, status: 429, retryAfterSeconds: seconds });
    }
    case 'busy':
      return again({
        at: 'form',
        text: 'Many people sign in right now. Try again.',
        status: 503,
        retryAfterSeconds: 2,
      });
  }
}

async function afterPassword(desk: SignInDesk, visit: Visit, user: User, wantsSecondFactor: boolean): Promise<void> {
  const { secondFactor, settings, pending, clock } = desk;
  const known = { userId: user.id, since: clock.now() };
  if (secondFactor.isNeededFor(user.id)) {
    pending.set(visit.uid, { ...known, step: 'secondFactor' });
  } else if (settings.isSecondFactorRequired || wantsSecondFactor) {
    const isOptional = !settings.isSecondFactorRequired;
    pending.set(visit.uid, { ...known, step: 'setUp', draft: secondFactor.begin(user), isOptional });
  } else {
    return finishSignIn(desk, visit, user.id, 'password');
  }
  sendOn(visit.response, visit.action);
}

async function finishIfStill(
  desk: SignInDesk,
  visit: Visit,
  pending: Pending<'proved'>,
  by: Pending<'proved'>['by'],
): Promise<void> {
  const user = pendingUser(desk, pending);
  return user === undefined ? startAnew(desk, visit) : finishSignIn(desk, visit, user.id, by);
}
