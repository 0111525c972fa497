/** What an administrator may set about recording. */
import type { Purpose } from './conversation.ts';

/** A participant whose address matches gets the purpose; the first match wins. */
export interface PurposeRule {
  /** Matched against the whole address of record; `*` stands for any run of characters. */
  readonly pattern: string;
  readonly purpose: Purpose;
}

/** Numbers that are found in written text: card numbers, security codes of cards, account numbers. */
export const textMasks = ['card', 'cvv', 'iban'] as const;
export type TextMask = (typeof textMasks)[number];

export interface RecordingPolicy {
  /** Time a gate stays shut after a resume was asked for: speech already spoken may still be on its way. 0 to 5,000 ms. */
  readonly resumeGuardMs: number;
  /**
   * How long a conversation outlives its last recording session, in ms: a transfer may end one and begin another,
   * and a pause must survive it. 0 to 600,000.
   */
  readonly lingerMs: number;
  readonly purposeRules: readonly PurposeRule[];
  /** Recording is withheld while somebody in a call is on hold: a cause of its own beside the secure pause (P6). */
  readonly suppressesOnHold: boolean;
  /** What is masked in what is written, before it is kept. */
  readonly maskedText: readonly TextMask[];
  /** A conversation in which somebody writes a card number is paused by the policy itself. */
  readonly pausesOnCard: boolean;
  /** A call to the number of a callback that waits belongs to the callback's conversation. */
  readonly joinsCallbacksByNumber: boolean;
}

function matches(pattern: string, address: string): boolean {
  const parts = pattern.toLowerCase().split('*');
  const text = address.toLowerCase();
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return text === first;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
  let from = first.length;
  for (const part of parts.slice(1, -1)) {
    const found = text.indexOf(part, from);
    if (found < 0 || found + part.length > text.length - last.length) return false;
    from = found + part.length;
  }
  return true;
}

/** The purpose that the first matching rule gives; `undefined` when none matches. */
export function purposeByRules(rules: readonly PurposeRule[], address: string): Purpose | undefined {
  return rules.find((rule) => matches(rule.pattern, address))?.purpose;
}
