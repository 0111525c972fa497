/** Pages that say one thing and offer one way on. */
import { waitText } from './fields.ts';
import { html } from './html.ts';
import type { Page } from './page.ts';

export interface Way {
  readonly text: string;
  readonly href: string;
}

function messagePage(status: number, title: string, sentences: readonly string[], way?: Way): Page {
  const body = html`${sentences.map((sentence) => html`<p class="soft">${sentence}</p>`)}
${way !== undefined && html`<a class="button" href="${way.href}">${way.text}</a>`}`;
  return { title, body, status };
}

/** The sign-in is not under way any more: too late, finished in another tab, or begun in another browser. */
export function endedPage(way?: Way): Page {
  const then = way === undefined ? 'Go back to the application that you came from, and sign in there again.' : '';
  const sentences = ['It took too long, or was finished before.', ...(then === '' ? [] : [then])];
  return messagePage(410, 'This sign-in has ended', sentences, way);
}

/** The outside provider let somebody in whom we do not know, or did not let anybody in. */
export function refusedPage(sentence: string, way: Way): Page {
  return messagePage(403, 'You cannot sign in this way', [sentence], way);
}

export function outsideFailedPage(name: string, way: Way): Page {
  const sentence = `${name} could not be reached, or its answer could not be used. Try again in a moment.`;
  return messagePage(502, 'Signing in did not work', [sentence], way);
}

/** The program that asked for the sign-in asked in a way that cannot be answered. */
export function requestFaultPage(status: number, error: string, description: string): Page {
  const title = 'This request cannot be answered';
  const sentences = [
    'The application that led you here asked for something that it may not have.',
    `${error}: ${description}`,
  ];
  return messagePage(status, title, sentences);
}

export function ourFaultPage(): Page {
  return messagePage(500, 'Something went wrong here', ['It was not your doing. Try again in a moment.']);
}

export function tooManyPage(seconds: number): Page {
  const sentences = [`Too many requests come from your network. Try again in ${waitText(seconds)}.`];
  return { ...messagePage(429, 'Please wait', sentences), retryAfterSeconds: seconds };
}

export function signedOutPage(way?: Way): Page {
  return messagePage(200, 'You are signed out', ['It is safe to close this window.'], way);
}
