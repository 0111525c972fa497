/** The page that asks for e-mail address and password, or leads to the outside provider. */
import { alarm, fieldOf, hidden } from './fields.ts';
import { type Html, html } from './html.ts';
import type { Page } from './page.ts';

export interface PasswordPage {
  readonly action: string;
  readonly token: string;
  /** The program that asked for the sign-in. */
  readonly clientName: string;
  readonly redirectUri: string;
  readonly email: string;
  readonly hasPassword: boolean;
  /** The outside provider, as the operator calls it. */
  readonly outsideName?: string;
  /** Offers to set a second factor up. */
  readonly offersSecondFactor: boolean;
  readonly error?: PasswordError;
}

export type PasswordError =
  | { readonly at: 'form'; readonly text: string; readonly status: number; readonly retryAfterSeconds?: number }
  | { readonly at: 'email' | 'password'; readonly text: string };

export function passwordPage(given: PasswordPage): Page {
  const { clientName, redirectUri, error, hasPassword, outsideName, action } = given;
  const outside = html`<a class="${hasPassword ? 'button second' : 'button'}" href="${action}?outside">
Continue with ${outsideName ?? ''}</a>`;
  const body = html`<p class="soft">to continue to <strong>${clientName}</strong></p>
${error?.at === 'form' && alarm(error.text)}
${hasPassword && passwordForm(given)}
${hasPassword && outsideName !== undefined && html`<div class="or">or</div>`}
${outsideName !== undefined && (hasPassword ? outside : html`<form>${outside}</form>`)}
${cancelForm(given)}`;
  return {
    title: 'Sign in',
    body,
    leadsTo: redirectUri,
    hasError: error !== undefined,
    ...(error === undefined ? {} : { status: error.at === 'form' ? error.status : 400 }),
    ...(error?.at === 'form' && error.retryAfterSeconds !== undefined
      ? { retryAfterSeconds: error.retryAfterSeconds }
      : {}),
  };
}

function passwordForm({ action, token, email, error, offersSecondFactor }: PasswordPage): Html {
  const at = error?.at;
  const emailError = error?.at === 'email' ? { error: error.text } : {};
  const passwordError = error?.at === 'password' ? { error: error.text } : {};
  const isAtPassword = at === 'password' || (at === undefined && email !== '');
  const tick = html`<div class="tick"><input type="checkbox" id="second-factor" name="secondFactor" value="wanted">
<label for="second-factor">Set up an authenticator app for this account</label></div>`;
  return html`<form method="post" action="${action}">${hidden('password', token)}
${fieldOf({
  name: 'email',
  label: 'E-mail address',
  type: 'email',
  autocomplete: 'username',
  value: email,
  isFirst: at === 'email' || (at === undefined && email === ''),
  ...emailError,
})}
${fieldOf({
  name: 'password',
  label: 'Password',
  type: 'password',
  autocomplete: 'current-password',
  isFirst: isAtPassword,
  ...passwordError,
})}
${offersSecondFactor && tick}
<button>Sign in</button>
</form>`;
}

/** Leads back to the program, which learns that nobody signed in. */
export function cancelForm({ action, token }: Pick<PasswordPage, 'action' | 'token'>, more?: Html): Html {
  return html`<div class="ways">${more}<form method="post" action="${action}">${hidden('cancel', token)}
<button>Cancel</button></form></div>`;
}
