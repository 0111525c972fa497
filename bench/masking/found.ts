/** Whether the masking finds what a case of the corpus holds: for a number, all of it that could still be masked. */
import { maskItem, TextTrail } from '@tacet/media';
import type { Case } from './corpus.ts';

const masks = new Set(['card', 'cvv', 'iban'] as const);
const noBody = new Uint8Array();

/** Writes the texts of a case one after another; the first of several may be kept, the last may not. */
export function foundIn({ texts, secret }: Case): boolean {
  const trail = new TextTrail();
  const kept = texts.map((text, place) => {
    const head = { id: String(place), kind: 'message', direction: 'inbound', text } as const;
    return maskItem({ head, body: noBody }, masks, trail).item.head;
  });
  if (secret === undefined) return kept.some(({ maskedCount }) => maskedCount !== undefined);
  const last = kept.at(-1);
  return last?.maskedCount !== undefined && last.text?.includes(secret) === false;
}
