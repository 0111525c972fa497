/** Form fields with their labels, hints and errors, tied together for those who listen to a page. */
import { type Html, html } from './html.ts';

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly type: 'email' | 'password' | 'text';
  /** WCAG 2.2 §1.3.5: what the browser or a password manager may fill in. */
  readonly autocomplete: 'username' | 'current-password' | 'one-time-code' | 'off';
  readonly value?: string;
  readonly hint?: string;
  /** What is wrong with it. */
  readonly error?: string;
  /** The caret stands here when the page opens. */
  readonly isFirst?: boolean;
  readonly isCode?: 'digits' | 'letters';
}

export function fieldOf(field: Field): Html {
  const { name, label, type, autocomplete, value, hint, error, isFirst, isCode } = field;
  const described = [
    ...(error === undefined ? [] : [`${name}-error`]),
    ...(hint === undefined ? [] : [`${name}-hint`]),
  ];
  return html`<label for="${name}">${label}</label>
<input id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" required autocapitalize="none"
 spellcheck="false"${isCode !== undefined && html` class="code"`}${isCode === 'digits' && html` inputmode="numeric"`}${
   value !== undefined && html` value="${value}"`
 }${error !== undefined && html` aria-invalid="true"`}${
   described.length > 0 && html` aria-describedby="${described.join(' ')}"`
 }${isFirst === true && html` autofocus`}>
${error !== undefined && html`<p class="wrong" id="${name}-error">${error}</p>`}
${hint !== undefined && html`<p class="soft" id="${name}-hint">${hint}</p>`}`;
}

/** What every form carries besides its fields: the step it is about, and the proof that it came from our page. */
export function hidden(step: string, token: string): Html {
  return html`<input type="hidden" name="step" value="${step}"><input type="hidden" name="token" value="${token}">`;
}

/** A problem of the whole form; the page opens with the focus on it. */
export function alarm(text: string | undefined): Html | undefined {
  return text === undefined ? undefined : html`<p class="alarm" role="alert" tabindex="-1" autofocus>${text}</p>`;
}

/** How long to wait, in words. */
export function waitText(seconds: number): string {
  if (seconds < 120) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  return `${Math.ceil(seconds / 60)} minutes`;
}
