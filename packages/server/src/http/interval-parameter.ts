/** A stretch of time in a query: two instants of ISO 8601 with a slash between them (contract: `interval`). */
import { Fault, type Interval, instant } from '@tacet/domain';
import { type RawQuery, type TextParameter, textOf } from './query.ts';

export const intervalParameter: TextParameter = { kind: 'text', name: 'interval', charactersMax: 100 };

const dateTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** @throws Fault valueInvalid. */
export function intervalIn(query: RawQuery): Interval | undefined {
  const text = textOf(query, intervalParameter);
  if (text === undefined) return undefined;
  const times = text.split('/').map((part) => (dateTime.test(part) ? Date.parse(part) : Number.NaN));
  const [from = Number.NaN, to = Number.NaN] = times;
  if (times.length !== 2 || !(from <= to)) throw new Fault('valueInvalid', { date: intervalParameter.name });
  return { from: instant(from), to: instant(to) };
}
