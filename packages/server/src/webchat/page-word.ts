/** What a chat page says over its socket: JSON of a few forms, and nothing else. */
import { webChatLimits } from './limits.ts';

const { textCharactersMax, refCharactersMax } = webChatLimits;

export type PageWord =
  | { readonly kind: 'hello'; readonly token: string }
  /** `ref` is the page's own name for it. */
  | { readonly kind: 'message'; readonly ref: string; readonly text: string };

function isText(value: unknown, charactersMax: number): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= charactersMax;
}

/** @returns nothing where it is no word of ours; never throws. */
export function readPageWord(data: Uint8Array): PageWord | undefined {
  let said: unknown;
  try {
    said = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data));
  } catch {
    return undefined;
  }
  if (typeof said !== 'object' || said === null) return undefined;
  const { kind, token, ref, text } = said as { readonly [name: string]: unknown };
  if (kind === 'hello' && typeof token === 'string') return { kind, token };
  const isMessage = kind === 'message' && isText(ref, refCharactersMax) && isText(text, textCharactersMax);
  return isMessage ? { kind, ref, text } : undefined;
}
