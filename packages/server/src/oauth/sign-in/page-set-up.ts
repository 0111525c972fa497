/** The pages that set a second factor up: the QR code, and the recovery codes afterwards. */
import { renderSVG } from 'uqr';
import { alarm, fieldOf, hidden } from './fields.ts';
import { html, trustedHtml } from './html.ts';
import type { Page } from './page.ts';
import { cancelForm } from './page-password.ts';
import { errorOf, pageOf, type SecondFactorPage } from './page-second-factor.ts';

export interface SetUpPage extends SecondFactorPage {
  /** What the QR code says: the `otpauth:` address that authenticator apps read. */
  readonly uri: string;
  /** The same secret for typing, in base 32. */
  readonly secret: string;
  /** The user may go on without. */
  readonly isOptional: boolean;
}

export function setUpPage(given: SetUpPage): Page {
  const { action, token, uri, secret, refusal, isOptional } = given;
  // The quiet zone is four modules (ISO/IEC 18004 §5.3.8); the white comes from the style, in the dark as well.
  const code = renderSVG(uri, { border: 4, ecc: 'M' });
  const later = html`<form method="post" action="${action}">${hidden('later', token)}<button>Not now</button></form>`;
  const body = html`<p class="soft">Scan this with an authenticator app on your phone, then enter the code that it
shows.</p>
${alarm(refusal?.text)}
<div class="qr" role="img" aria-label="QR code with the key below">${trustedHtml(code)}</div>
<p class="soft">Cannot scan it? Enter this key in the app: <strong class="key">${grouped(secret)}</strong></p>
<form method="post" action="${action}">${hidden('setUp', token)}
${fieldOf({
  name: 'code',
  label: 'Code from your authenticator app',
  type: 'text',
  autocomplete: 'one-time-code',
  isCode: 'digits',
  isFirst: given.error !== undefined,
  ...errorOf(given),
})}
<button>Continue</button>
</form>
${cancelForm(given, isOptional ? later : undefined)}`;
  return pageOf('Set up your authenticator app', body, given);
}

export interface RecoveryCodesPage {
  readonly action: string;
  readonly token: string;
  readonly redirectUri: string;
  readonly codes: readonly string[];
  readonly error?: string;
}

export function recoveryCodesPage({ action, token, redirectUri, codes, error }: RecoveryCodesPage): Page {
  const title = 'Keep your recovery codes';
  const body = html`<p class="soft">If your phone is lost, each of these codes lets you in once. They are shown only
now: print this page, or keep them where you keep passwords.</p>
<ul class="codes">${codes.map((code) => html`<li>${code}</li>`)}</ul>
<form method="post" action="${action}">${hidden('codesKept', token)}
<div class="tick"><input type="checkbox" id="kept" name="kept" value="yes" required${
    error !== undefined && html` aria-invalid="true" aria-describedby="kept-error" autofocus`
  }>
<label for="kept">I have kept these codes</label></div>
${error !== undefined && html`<p class="wrong" id="kept-error">${error}</p>`}
<button>Continue</button>
</form>`;
  const wrong = error === undefined ? {} : { hasError: true, status: 400 };
  return { title, body, leadsTo: redirectUri, ...wrong };
}

function grouped(secret: string): string {
  return secret.replace(/(.{4})(?=.)/g, '$1 ');
}
