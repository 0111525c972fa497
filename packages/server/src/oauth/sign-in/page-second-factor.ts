/** The pages that ask for the second factor: a code of the authenticator app, or a recovery code. */
import { alarm, fieldOf, hidden } from './fields.ts';
import { html } from './html.ts';
import type { Page } from './page.ts';
import { cancelForm } from './page-password.ts';

export interface SecondFactorPage {
  readonly action: string;
  readonly token: string;
  readonly redirectUri: string;
  /** What is wrong with the code. */
  readonly error?: string;
  /** Why no code is taken now. */
  readonly refusal?: { readonly text: string; readonly retryAfterSeconds: number };
}

export function codePage(given: SecondFactorPage): Page {
  const { action, token, refusal } = given;
  const body = html`<p class="soft">Your password is right. One more step.</p>
${alarm(refusal?.text)}
<form method="post" action="${action}">${hidden('code', token)}
${fieldOf({
  name: 'code',
  label: 'Code from your authenticator app',
  type: 'text',
  autocomplete: 'one-time-code',
  hint: 'Six digits, a new code every 30 seconds.',
  isCode: 'digits',
  isFirst: refusal === undefined,
  ...errorOf(given),
})}
<button>Continue</button>
</form>
${cancelForm(given, html`<a href="${action}?recovery">Use a recovery code</a>`)}`;
  return pageOf('Confirm that it is you', body, given);
}

export function recoveryPage(given: SecondFactorPage): Page {
  const { action, token, refusal } = given;
  const body = html`<p class="soft">Without your phone, one of the recovery codes that you kept lets you in. Each
counts once.</p>
${alarm(refusal?.text)}
<form method="post" action="${action}">${hidden('recovery', token)}
${fieldOf({
  name: 'recovery',
  label: 'Recovery code',
  type: 'text',
  autocomplete: 'off',
  isCode: 'letters',
  isFirst: refusal === undefined,
  ...errorOf(given),
})}
<button>Continue</button>
</form>
${cancelForm(given, html`<a href="${action}">Use your authenticator app</a>`)}`;
  return pageOf('Use a recovery code', body, given);
}

export function errorOf({ error }: Pick<SecondFactorPage, 'error'>): { readonly error?: string } {
  return error === undefined ? {} : { error };
}

export function pageOf(title: string, body: Page['body'], given: SecondFactorPage): Page {
  const { redirectUri: leadsTo, refusal, error } = given;
  if (refusal !== undefined) {
    const { retryAfterSeconds } = refusal;
    return { title, body, leadsTo, hasError: true, status: 429, retryAfterSeconds };
  }
  return error === undefined ? { title, body, leadsTo } : { title, body, leadsTo, hasError: true, status: 400 };
}
