/** What clients write to their socket; whatever is none of it is ignored, as the contract's command line client needs. */

export type ClientFrame =
  | { readonly kind: 'ping' }
  | { readonly kind: 'subscribe'; readonly topics: readonly string[]; readonly correlationId?: string }
  /** A subscription that cannot be read. */
  | { readonly kind: 'unreadable'; readonly correlationId?: string };

/** A correlation id is echoed; nobody needs a longer one. */
const correlationCharactersMax = 128;

function correlationIn({ correlationId }: { readonly correlationId?: unknown }): { readonly correlationId?: string } {
  const isFit = typeof correlationId === 'string' && correlationId.length <= correlationCharactersMax;
  return isFit ? { correlationId } : {};
}

/** @returns nothing for a frame that is to be ignored. */
export function readFrame(text: string): ClientFrame | undefined {
  // The command line's client writes the time of day; nothing but an object is worth parsing.
  if (!text.trimStart().startsWith('{')) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const frame = value as { readonly message?: unknown; readonly topics?: unknown; readonly correlationId?: unknown };
  if (frame.message === 'ping') return { kind: 'ping' };
  if (frame.message !== 'subscribe') return undefined;
  const topics: unknown = frame.topics;
  const isReadable = Array.isArray(topics) && topics.every((topic) => typeof topic === 'string');
  return isReadable
    ? { kind: 'subscribe', topics, ...correlationIn(frame) }
    : { kind: 'unreadable', ...correlationIn(frame) };
}

/** Where a client wants to go on, as it stands behind `after=` in the address: the position of a message, or a number. */
export function readPosition(text: string): { readonly number: number; readonly topic?: string } | undefined {
  const match = /^(\d{1,15})(?:-([A-Za-z0-9.-]{1,512}))?$/.exec(text);
  if (match === null) return undefined;
  const [, number, topic] = match;
  return { number: Number(number), ...(topic === undefined ? {} : { topic }) };
}
