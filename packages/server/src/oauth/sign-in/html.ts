/** HTML from templates in which everything that is put in is escaped, unless it is HTML from here. */

const made = new WeakSet<object>();

/** Markup that only `html` makes. */
export interface Html {
  readonly markup: string;
}

/** What a template takes; `undefined` and `false` leave nothing. */
export type Piece = string | number | Html | undefined | false | readonly Html[];

const entities: { readonly [character: string]: string } = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

function isHtml(value: object): value is Html {
  return made.has(value);
}

function markupOf(piece: Piece): string {
  if (piece === undefined || piece === false) return '';
  if (typeof piece !== 'object') return escaped(String(piece));
  if (Array.isArray(piece)) return piece.map(markupOf).join('');
  // Rule: Only markup that a template made goes into a page as it is.
  return isHtml(piece) ? piece.markup : '';
}

function asHtml(markup: string): Html {
  const value = Object.freeze({ markup });
  made.add(value);
  return value;
}

/** A template whose attributes are all in double quotes; values are escaped for text and attributes alike. */
export function html(texts: TemplateStringsArray, ...pieces: readonly Piece[]): Html {
  return asHtml(texts.reduce((markup, text, at) => `${markup}${markupOf(pieces[at - 1])}${text}`));
}

/** Takes markup of a library or of this program as it is; never what came with a request. */
export function trustedHtml(markup: string): Html {
  return asHtml(markup);
}
