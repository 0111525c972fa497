/** The contract's envelope around a page of a listing. */

export interface Listing<T> {
  readonly entities: readonly T[];
  readonly pageSize: number;
  readonly pageNumber: number;
  readonly total: number;
  readonly pageCount: number;
  readonly firstUri: string;
  readonly selfUri: string;
  readonly lastUri: string;
  readonly nextUri?: string;
  readonly previousUri?: string;
}

export interface PagePlace {
  /** Path and query of the request. */
  readonly url: string;
  readonly pageSize: number;
  /** From 1. */
  readonly pageNumber: number;
  readonly total: number;
}

/** The same address with other query parameters. */
export function withParameters(url: string, parameters: { readonly [name: string]: number | string }): string {
  const [path = '', search = ''] = url.split('?', 2);
  const query = new URLSearchParams(search);
  for (const [name, value] of Object.entries(parameters)) query.set(name, String(value));
  return `${path}?${query}`;
}

export function listing<T>(entities: readonly T[], place: PagePlace): Listing<T> {
  const { url, pageSize, pageNumber, total } = place;
  const pageCount = Math.ceil(total / pageSize);
  const page = (number: number): string => withParameters(url, { pageSize, pageNumber: number });
  return {
    entities,
    pageSize,
    pageNumber,
    total,
    pageCount,
    firstUri: page(1),
    selfUri: page(pageNumber),
    lastUri: page(Math.max(1, pageCount)),
    ...(pageNumber < pageCount ? { nextUri: page(pageNumber + 1) } : {}),
    ...(pageNumber > 1 ? { previousUri: page(pageNumber - 1) } : {}),
  };
}
