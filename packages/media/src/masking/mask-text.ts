/** Text without the numbers that nobody may keep. */
import type { TextMask } from '@tacet/domain';
import { accountSpans } from './account-numbers.ts';
import { cardSpans } from './card-numbers.ts';
import { codeSpans } from './security-codes.ts';
import { mergedSpans, type Span } from './span.ts';

/** What stands in place of a number. */
const maskMark = '[masked]';

/** What is found in a text, in order and without overlaps. */
export function findNumbers(text: string, masks: ReadonlySet<TextMask>): readonly Span[] {
  const cards = cardSpans(text);
  const others = [...(masks.has('card') ? cards : []), ...(masks.has('cvv') ? codeSpans(text, cards) : [])];
  if (!masks.has('iban')) return mergedSpans(others);
  return mergedSpans([...others, ...accountSpans(text, others)]);
}

/** @param spans in order, without overlaps. */
export function withoutSpans(text: string, spans: readonly Span[]): string {
  let masked = '';
  let at = 0;
  for (const { from, to } of spans) {
    masked += text.slice(at, from) + maskMark;
    at = to;
  }
  return masked + text.slice(at);
}
