/** A page's event read and judged: it is one of rrweb's, and no card number is left in it. */
import { maskCardNumbers } from '@tacet/wire/cobrowse';

/** rrweb's types of events. */
const fullSnapshot = 2;
const meta = 4;
/** Everything that a page sends one by one: a snapshot and its meta come together, as an anchor. */
const loneTypes: ReadonlySet<number> = new Set([0, 1, 3, 5, 6]);

function typeOf(value: unknown): number | undefined {
  const event = value as { readonly type?: unknown; readonly timestamp?: unknown; readonly data?: unknown } | null;
  if (typeof event !== 'object' || typeof event?.timestamp !== 'number') return undefined;
  return typeof event.type === 'number' && typeof event.data === 'object' ? event.type : undefined;
}

function isAnchor(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== 2) return false;
  return typeOf(value[0]) === meta && typeOf(value[1]) === fullSnapshot;
}

/**
 * @param body of the frame; it is what is kept where nothing in it has to be masked.
 * @returns the bytes to keep; nothing where it is no event of rrweb's.
 */
export function readEvent(body: Uint8Array, kind: 'event' | 'anchor'): Uint8Array | undefined {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    const type = typeOf(value);
    const isKnown = kind === 'anchor' ? isAnchor(value) : type !== undefined && loneTypes.has(type);
    if (!isKnown) return undefined;
    // Rule: a card number that a page did not mask is masked before anything of the event is kept
    return maskCardNumbers(value) ? new TextEncoder().encode(JSON.stringify(value)) : body;
  } catch {
    return undefined;
  }
}
