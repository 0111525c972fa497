/** One page of a list that is at hand as a whole. */
import type { Call } from './door.ts';
import { pageNumberParameter, pageSizeParameter, placeIn } from './page-parameters.ts';
import type { TextParameter } from './query.ts';
import { type Listing, listing } from './view-page.ts';

export const pageParameters = [pageSizeParameter, pageNumberParameter] as const;

export function pageOf<T, U>(call: Call, all: readonly T[], model: (one: T) => U): Listing<U> {
  const { pageSize, pageNumber } = placeIn(call.query);
  const page = all.slice((pageNumber - 1) * pageSize, pageNumber * pageSize);
  return listing(page.map(model), { url: call.url, pageSize, pageNumber, total: all.length });
}

/** The page in the envelope that has no addresses of other pages. */
export function shortPageOf<T, U>(
  call: Call,
  all: readonly T[],
  model: (one: T) => U,
): Pick<Listing<U>, 'entities' | 'pageSize' | 'pageNumber' | 'total' | 'pageCount'> {
  const { entities, pageSize, pageNumber, total, pageCount } = pageOf(call, all, model);
  return { entities, pageSize, pageNumber, total, pageCount };
}

export const nameParameter: TextParameter = { kind: 'text', name: 'name', charactersMax: 200 };
export const idsParameter: TextParameter = { kind: 'text', name: 'id', charactersMax: 10_000 };

/** The values of a list parameter, repeated or joined by commas; empty when it was not given. */
export function listIn({ query }: Call, name: string): readonly string[] {
  const given = query[name] ?? [];
  const texts = typeof given === 'string' ? [given] : given;
  return texts.flatMap((text) => text.split(',')).filter((text) => text !== '');
}

/** Whether a name fits what is searched for: part of it, in any case, `*` standing for anything. */
export function nameFits(name: string, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  const parts = wanted.toLowerCase().split('*').filter(Boolean);
  return parts.every((part) => name.toLowerCase().includes(part));
}
