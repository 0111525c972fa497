/** An item without the numbers that nobody may keep, wherever they are written in it. */
import type { TextMask } from '@tacet/domain';
import type { Item, ItemHead } from '../item-unit.ts';
import { maskBody } from './mask-body.ts';
import { findNumbers, withoutSpans } from './mask-text.ts';
import type { Span } from './span.ts';
import type { TextTrail } from './text-trail.ts';

export interface MaskedItem {
  readonly item: Item;
  readonly hasCard: boolean;
}

/** Who wrote it, as far as it takes to tell two writers of a conversation apart. */
function writerOf({ from, direction }: ItemHead): string {
  return from?.participantId ?? from?.userId ?? from?.address ?? from?.name ?? direction ?? '';
}

class Masking {
  readonly #masks: ReadonlySet<TextMask>;
  readonly #trail: TextTrail;
  count = 0;
  hasCard = false;

  constructor(masks: ReadonlySet<TextMask>, trail: TextTrail) {
    this.#masks = masks;
    this.#trail = trail;
  }

  beside(text: string): string {
    return this.#without(text, findNumbers(text, this.#masks));
  }

  written(text: string, writer: string): string {
    return this.#without(text, this.#trail.find(writer, text, this.#masks));
  }

  body(body: Uint8Array, isMail: boolean): void {
    this.#note(maskBody(body, isMail, this.#masks));
  }

  #without(text: string, spans: readonly Span[]): string {
    this.#note(spans);
    return spans.length === 0 ? text : withoutSpans(text, spans);
  }

  #note(spans: readonly Span[]): void {
    this.count += spans.length;
    this.hasCard ||= spans.some(({ mask }) => mask === 'card');
  }
}

function maskHead(head: ItemHead, masking: Masking): ItemHead {
  const { subject, text, name, attachments, metadata } = head;
  const noted = Object.entries(metadata ?? {}).map(([key, value]) => [masking.beside(key), masking.beside(value)]);
  return {
    ...head,
    ...(subject !== undefined && { subject: masking.beside(subject) }),
    ...(text !== undefined && { text: masking.written(text, writerOf(head)) }),
    ...(name !== undefined && { name: masking.beside(name) }),
    ...(attachments && {
      attachments: attachments.map((one) =>
        one.name === undefined ? one : { ...one, name: masking.beside(one.name) },
      ),
    }),
    ...(metadata && { metadata: Object.fromEntries(noted) }),
  };
}

/** Masks what is found; the bytes of the body are overwritten in place. @param trail of the conversation. */
export function maskItem(item: Item, masks: ReadonlySet<TextMask>, trail: TextTrail): MaskedItem {
  const masking = new Masking(masks, trail);
  const head = maskHead(item.head, masking);
  const isMail = head.kind === 'mail';
  if (isMail || head.contentType?.toLowerCase().startsWith('text/')) masking.body(item.body, isMail);
  const { count, hasCard } = masking;
  // Rule: an item says how many numbers were masked in it
  return { item: count === 0 ? item : { head: { ...head, maskedCount: count }, body: item.body }, hasCard };
}
