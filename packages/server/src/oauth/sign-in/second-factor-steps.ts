/** The steps of the second factor: a code, a recovery code, and setting one up. */
import { waitText } from './fields.ts';
import { finishSignIn } from './finish.ts';
import { sendOn, sendPage } from './page.ts';
import { codePage, recoveryPage, type SecondFactorPage } from './page-second-factor.ts';
import { recoveryCodesPage, setUpPage } from './page-set-up.ts';
import { signInLimits } from './sign-in-limits.ts';
import { framed, pendingAt, startAnew, textOf } from './step-frame.ts';
import { reportRefusal, type SignInDesk, type Visit } from './visit.ts';

const wrongCode = 'This code is not right, or was used before. Wait for the next one.';
const wrongRecovery = 'This recovery code is not right, or was used before.';

export async function takeSecondFactor(
  desk: SignInDesk,
  visit: Visit,
  code: string,
  way: 'code' | 'recovery',
): Promise<void> {
  const found = pendingAt(desk, visit, 'secondFactor');
  if (found === undefined) return startAnew(desk, visit);
  const { user } = found;
  const page = way === 'code' ? codePage : recoveryPage;
  const again = (more: Partial<SecondFactorPage>): void =>
    sendPage(visit.response, page({ ...framed(visit), ...more }));
  const verdict = desk.secondFactor.check(user.id, code.slice(0, signInLimits.codeCharactersMax));
  switch (verdict.is) {
    case 'right':
      return finishSignIn(desk, visit, user.id, verdict.by === 'totp' ? 'passwordAndCode' : 'passwordAndRecoveryCode');
    case 'wrong':
      reportRefusal(desk, visit, { reason: 'second factor', user });
      return again({ error: way === 'code' ? wrongCode : wrongRecovery });
    case 'throttled': {
      const retryAfterSeconds = Math.ceil(verdict.waitMs / 1_000);
      const text = `Too many attempts. Try again in ${waitText(retryAfterSeconds)}.`;
      return again({ refusal: { text, retryAfterSeconds } });
    }
  }
}

export async function takeSetUp(desk: SignInDesk, visit: Visit, form: URLSearchParams): Promise<void> {
  const found = pendingAt(desk, visit, 'setUp');
  // Rule: A sign-in replaces no second factor that was set up meanwhile.
  if (found === undefined || desk.secondFactor.isNeededFor(found.user.id)) return startAnew(desk, visit);
  const { pending, user } = found;
  const code = textOf(form, 'code').slice(0, signInLimits.codeCharactersMax);
  const codes = desk.secondFactor.confirm(user.id, pending.draft.sealed, code);
  if (codes === undefined) {
    reportRefusal(desk, visit, { reason: 'second factor', user });
    const { draft, isOptional } = pending;
    return sendPage(visit.response, setUpPage({ ...framed(visit), ...draft, isOptional, error: wrongCode }));
  }
  const { userId, since } = pending;
  desk.pending.set(visit.uid, { userId, since, step: 'recoveryCodes', codes });
  const change = { change: 'secondFactorSet' };
  const { clock, onEvent } = desk;
  const about = { userId, name: user.name, from: visit.from, door: 'POST /oauth/sign-in' };
  onEvent({ action: 'userChanged', result: 'done', at: clock.now(), ...about, facts: change });
  sendOn(visit.response, visit.action);
}

export async function takeCodesKept(desk: SignInDesk, visit: Visit, form: URLSearchParams): Promise<void> {
  const found = pendingAt(desk, visit, 'recoveryCodes');
  if (found === undefined) return startAnew(desk, visit);
  if (form.has('kept')) return finishSignIn(desk, visit, found.user.id, 'passwordAndCode');
  const error = 'Confirm that you have kept the codes; they are not shown again.';
  sendPage(visit.response, recoveryCodesPage({ ...framed(visit), codes: found.pending.codes, error }));
}

/** Goes on without a second factor, where one may. */
export async function takeLater(desk: SignInDesk, visit: Visit): Promise<void> {
  const found = pendingAt(desk, visit, 'setUp');
  // Rule: A second factor that is required cannot be put off.
  if (found === undefined || !found.pending.isOptional) return startAnew(desk, visit);
  return finishSignIn(desk, visit, found.user.id, 'password');
}
