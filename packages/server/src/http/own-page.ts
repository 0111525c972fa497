/**
 * The page of a listing of the user's own conversations. The contract's listings of them have no pages, so whoever asks
 * for none is given as many as there may be in one.
 */
import { httpLimits } from './http-limits.ts';
import { pageNumberParameter, pageSizeParameter } from './page-parameters.ts';
import { type IntegerParameter, integerOf, type RawQuery } from './query.ts';

const ownPageSizeParameter: IntegerParameter = { ...pageSizeParameter, fallback: httpLimits.pageItemsMax };

export const ownPageParameters = [ownPageSizeParameter, pageNumberParameter] as const;

/** @throws Fault valueInvalid. */
export function ownPlaceIn(query: RawQuery) {
  const pageSize = integerOf(query, ownPageSizeParameter);
  const pageNumber = integerOf(query, pageNumberParameter);
  return { pageSize, pageNumber, limit: pageSize, offset: (pageNumber - 1) * pageSize };
}
