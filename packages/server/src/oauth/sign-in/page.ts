/** The frame of every sign-in page, and its answer with headers that keep others out of it. */
import type { ServerResponse } from 'node:http';
import { type Html, html, trustedHtml } from './html.ts';
import { styles, stylesHash } from './styles.ts';

export interface Page {
  /** Heading of the page, and name of its tab. */
  readonly title: string;
  readonly body: Html;
  /** 200 unless it says otherwise. */
  readonly status?: number;
  /** Something on the page is to be put right; the tab says so first, which screen readers read out. */
  readonly hasError?: boolean;
  /** Where forms of the page may lead in the end, besides here: the program that asked for the sign-in. */
  readonly leadsTo?: string;
  readonly retryAfterSeconds?: number;
}

/** A whole rest hanging from its line: what a musician sees who is to be silent. */
const mark =
  '<svg viewBox="0 0 36 20" aria-hidden="true"><path d="M2 6h32" stroke="currentColor" stroke-width="3"/>' +
  '<path d="M10 6h16v9H10z" fill="currentColor"/></svg>';
const icon = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 28 28"><rect width="28" height="28" rx="6" fill="#0a6262"/>' +
    '<path d="M4 11h20v2H4z" fill="#fff"/><path d="M8 12h12v7H8z" fill="#fff"/></svg>',
)}`;

function frame({ title, body, hasError }: Page): Html {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>${hasError === true && 'Error: '}${title} · Tacet</title>
<link rel="icon" href="${icon}">
<style>${trustedHtml(styles)}</style>
</head>
<body>
<main>
<div class="brand">${trustedHtml(mark)}Tacet</div>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`;
}

/**
 * Origins to which a form may be redirected. Browsers that follow CSP apply `form-action` to redirects after a form,
 * too, so the way back to the program has to be named.
 */
function formTargets(leadsTo: string | undefined): string {
  const url = leadsTo === undefined ? null : URL.parse(leadsTo);
  if (url === null) return `'self'`;
  // A private scheme has no origin, and stands for itself.
  return url.origin === 'null' ? `'self' ${url.protocol}` : `'self' ${url.origin}`;
}

/** What holds for every answer of the sign-in, pages and redirects alike. */
export function setPageHeaders(response: ServerResponse, leadsTo?: string): void {
  // Rule: Sign-in pages run no script, load nothing, and are shown in no frame.
  const policy = [
    `default-src 'none'`,
    `style-src ${stylesHash}`,
    'img-src data:',
    `form-action ${formTargets(leadsTo)}`,
    `frame-ancestors 'none'`,
    `base-uri 'none'`,
  ];
  response.setHeader('Content-Security-Policy', policy.join('; '));
  response.setHeader('X-Frame-Options', 'DENY');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  // Addresses of sign-in pages are nobody else's business. With `no-referrer` forms would not tell where they come from.
  response.setHeader('Referrer-Policy', 'same-origin');
  // Rule: Nothing of a sign-in is kept in a cache.
  response.setHeader('Cache-Control', 'no-store');
}

export function sendPage(response: ServerResponse, page: Page): void {
  const { status = 200, leadsTo, retryAfterSeconds } = page;
  setPageHeaders(response, leadsTo);
  if (retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(retryAfterSeconds));
  response.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8' });
  response.end(frame(page).markup);
}

/** Sends the browser on with GET (RFC 9110 §15.4.4), so that a reload sends nothing again. */
export function sendOn(response: ServerResponse, location: string): void {
  setPageHeaders(response);
  response.writeHead(303, { Location: location });
  response.end();
}

/** The text of a page for oidc-provider, which sends its own answers. */
export function pageText(page: Page): string {
  return frame(page).markup;
}
