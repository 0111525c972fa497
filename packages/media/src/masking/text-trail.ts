/** What was written last in a conversation, as far as it takes to know a number that is split over messages. */
import type { TextMask } from '@tacet/domain';
import { openDigits } from './card-numbers.ts';
import { findNumbers } from './mask-text.ts';
import { answeredCodes, hasCue } from './security-codes.ts';
import { mergedSpans, type Span } from './span.ts';

/** Writers whose last digits are remembered; beyond, the one who is silent for the longest is forgotten. */
const writersMax = 64;
/** Texts after a cue that are looked at for its answer. */
const answersMax = 2;

export class TextTrail {
  readonly #digits = new Map<string, string>();
  #answersDue = 0;

  /** What is to be masked of a text, in the light of what came before it; and remembers how it ends. */
  find(writer: string, text: string, masks: ReadonlySet<TextMask>): readonly Span[] {
    // Marks at the beginning, such as dots, say that a number goes on.
    const lead = /^[^\p{L}\p{N}]*/u.exec(text)?.[0].length ?? 0;
    const known = this.#digits.get(writer) ?? '';
    const joined = known === '' ? text : `${known} ${text.slice(lead)}`;
    const shift = joined.length - text.length;
    const across = known === '' ? [] : this.#within(findNumbers(joined, masks), shift, lead);
    const answers = this.#answersDue > 0 && masks.has('cvv') ? answeredCodes(text) : [];
    const spans = mergedSpans([...findNumbers(text, masks), ...across, ...answers]);
    const hasCard = spans.some(({ mask }) => mask === 'card');
    this.#answersDue = hasCard || hasCue(text) ? answersMax : Math.max(0, this.#answersDue - 1);
    this.#remember(writer, hasCard ? '' : openDigits(joined));
    return spans;
  }

  /** What was said is not kept: nothing of it is remembered. */
  forget(): void {
    this.#digits.clear();
  }

  /** The parts that lie in the text itself: what came before it is durable, and cannot be taken back. */
  #within(spans: readonly Span[], shift: number, lead: number): readonly Span[] {
    return spans
      .filter(({ to, mask }) => mask === 'card' && to - shift > lead)
      .map(({ from, to, mask }) => ({ from: Math.max(from - shift, lead), to: to - shift, mask }));
  }

  #remember(writer: string, digits: string): void {
    this.#digits.delete(writer);
    if (digits === '') return;
    this.#digits.set(writer, digits);
    const [oldest] = this.#digits.keys();
    if (this.#digits.size > writersMax && oldest !== undefined) this.#digits.delete(oldest);
  }
}
