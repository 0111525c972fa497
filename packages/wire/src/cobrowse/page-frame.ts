/**
 * Frames of a page's socket. A page says `hello` once, then sends its events, numbered one by one. A full snapshot comes
 * as an `anchor` and names the mark of ours that it answers.
 *
 * Head and event are apart, so that an event that is not kept need not be read:
 *
 *     hello {"token":"…","tab":"…","page":"…","next":0}
 *     event 17 {"type":3,…}
 *     anchor 18 2 [{"type":4,…},{"type":2,…}]
 */
import { cobrowseLimits } from './limits.ts';

export interface PageHello {
  readonly kind: 'hello';
  readonly token: string;
  /** The same for every page that one tab loads. */
  readonly tab: string;
  /** One loaded page. */
  readonly page: string;
  /** Number of the event that it sends next. */
  readonly next: number;
}

export type PageFrame =
  | PageHello
  | { readonly kind: 'event'; readonly number: number; readonly bodyAt: number }
  | {
      readonly kind: 'anchor';
      readonly number: number;
      /** The mark of ours that it answers. */
      readonly mark: number;
      readonly bodyAt: number;
    };

/** What we say to a page: show everything anew, and name this mark with it. */
export interface ServerWord {
  readonly kind: 'mark';
  readonly number: number;
}

export function writeServerWord(word: ServerWord): string {
  return JSON.stringify(word);
}

const space = 0x20;
/** `anchor`, and two numbers of at most 15 digits, which are exact. */
const headBytesMax = 64;
const number = '(0|[1-9][0-9]{0,14})';
const eventHead = new RegExp(`^event ${number} $`);
const anchorHead = new RegExp(`^anchor ${number} ${number} $`);
const idForm = new RegExp(`^[A-Za-z0-9_-]{8,${cobrowseLimits.idCharactersMax}}$`);
const helloHead = 'hello ';

function readHello(bytes: Uint8Array): PageHello | undefined {
  if (bytes.length > cobrowseLimits.helloBytesMax) return undefined;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(helloHead.length));
    const given = JSON.parse(text) as Partial<Record<'token' | 'tab' | 'page' | 'next', unknown>> | null;
    const { token, tab, page, next } = given ?? {};
    if (typeof token !== 'string' || typeof tab !== 'string' || typeof page !== 'string') return undefined;
    if (!idForm.test(tab) || !idForm.test(page)) return undefined;
    if (typeof next !== 'number' || !Number.isSafeInteger(next) || next < 0) return undefined;
    return { kind: 'hello', token, tab, page, next };
  } catch {
    return undefined;
  }
}

/** Where the body begins behind so many words, or -1. */
function behindWords(bytes: Uint8Array, words: number): number {
  let left = words;
  for (let at = 0; at < Math.min(bytes.length, headBytesMax); at += 1) {
    if (bytes[at] === space) left -= 1;
    if (left === 0) return at + 1;
  }
  return -1;
}

/** @returns nothing where it is no frame. The body of an event is not looked at. */
export function readPageFrame(bytes: Uint8Array): PageFrame | undefined {
  const first = String.fromCharCode(bytes[0] ?? 0);
  if (first === 'h') {
    const isHello = Buffer.from(bytes.subarray(0, helloHead.length)).toString('latin1') === helloHead;
    return isHello ? readHello(bytes) : undefined;
  }
  const isAnchor = first === 'a';
  const bodyAt = behindWords(bytes, isAnchor ? 3 : 2);
  if (bodyAt < 0 || bodyAt === bytes.length) return undefined;
  const head = Buffer.from(bytes.subarray(0, bodyAt)).toString('latin1');
  const found = (isAnchor ? anchorHead : eventHead).exec(head);
  if (found === null) return undefined;
  const at = { number: Number(found[1]), bodyAt };
  return isAnchor ? { kind: 'anchor', mark: Number(found[2]), ...at } : { kind: 'event', ...at };
}
