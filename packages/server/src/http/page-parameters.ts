/** The two parameters of every listing. */
import { httpLimits } from './http-limits.ts';
import { type IntegerParameter, integerOf, type RawQuery } from './query.ts';

export const pageSizeParameter: IntegerParameter = {
  kind: 'integer',
  name: 'pageSize',
  minimum: 1,
  maximum: httpLimits.pageItemsMax,
  fallback: httpLimits.pageItems,
};
export const pageNumberParameter: IntegerParameter = {
  kind: 'integer',
  name: 'pageNumber',
  minimum: 1,
  maximum: httpLimits.pageNumberMax,
  fallback: 1,
};

/** @throws Fault valueInvalid. */
export function placeIn(query: RawQuery): { readonly pageSize: number; readonly pageNumber: number } {
  return { pageSize: integerOf(query, pageSizeParameter), pageNumber: integerOf(query, pageNumberParameter) };
}
