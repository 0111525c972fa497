/** Looks at the shape of JSON before anything is made of it: how deep it goes, and how many values it has. */
import { httpLimits } from './http-limits.ts';

const [quote, backslash, comma, openSquare, closeSquare, openCurly, closeCurly] = Buffer.from('"\\,[]{}');

/** The place behind the string that begins at `start`. */
function behindString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at + 1;
}

/**
 * Whether a text of JSON keeps within the limits; for what is no JSON the answer means nothing. Values are judged one by
 * one on the thread that answers pauses, and some by functions that call themselves: neither may be drawn out at will.
 */
export function isWithinShape(bytes: Uint8Array): boolean {
  let depth = 0;
  let values = 1;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === quote) at = behindString(bytes, at) - 1;
    else if (byte === comma) values += 1;
    else if (byte === openSquare || byte === openCurly) depth += 1;
    else if (byte === closeSquare || byte === closeCurly) depth -= 1;
    // Rule: a body goes no deeper and has no more values than the limits allow
    if (depth > httpLimits.nestingMax || values > httpLimits.bodyValuesMax) return false;
  }
  return true;
}
