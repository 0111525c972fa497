/**
 * Which headers are checked line by line, and what counts as well formed. From, To and CSeq are not among them, since
 * they are read for the message itself; all other headers are carried as they are.
 */
import { parseAddress } from './address.ts';
import { numberFrom, patterns, splitAtCommas } from './grammar.ts';
import { sipLimits } from './limits.ts';
import { parseParameters } from './parameters.ts';
import { parseVia } from './via.ts';

type Check = (value: string) => boolean;

const callId = /^[A-Za-z0-9\-.!%*_+`'~()<>:\\"/[\]?{}]+(?:@[A-Za-z0-9\-.!%*_+`'~()<>:\\"/[\]?{}]+)?$/;
const mediaType = new RegExp(`^${patterns.token}[ \\t]*/[ \\t]*${patterns.token}[ \\t]*(|;.*)$`, 's');

const checks: ReadonlyMap<string, Check> = new Map<string, Check>([
  ['Call-ID', (value) => callId.test(value)],
  ['Contact', (value) => value === '*' || isListOf(value, (one) => parseAddress(one) !== undefined)],
  ['Content-Length', (value) => contentLengthFrom(value) !== undefined],
  ['Content-Type', isMediaType],
  ['Max-Forwards', (value) => numberFrom(value, 255) !== undefined],
  ['Record-Route', isRoute],
  ['Route', isRoute],
  ['Via', (value) => isListOf(value, (one) => parseVia(one) !== undefined)],
]);

/** Whether a header value is well formed, as far as we read that header. Takes the usual spelling of its name. */
export function isWellFormed(name: string, value: string): boolean {
  return checks.get(name)?.(value) ?? true;
}

/** The number of body bytes that a Content-Length value announces. Undefined when it is no number. */
export function contentLengthFrom(value: string): number | undefined {
  return numberFrom(value, Number.MAX_SAFE_INTEGER);
}

function isListOf(value: string, check: Check): boolean {
  const values = splitAtCommas(value);
  return values !== undefined && values.length > 0 && values.length <= sipLimits.listValuesMax && values.every(check);
}

/** Routes are always name-addr: their parameters belong to the URI, which is why brackets are required (§20.34). */
function isRoute(value: string): boolean {
  return isListOf(value, (one) => one.includes('<') && parseAddress(one) !== undefined);
}

function isMediaType(value: string): boolean {
  const match = mediaType.exec(value);
  return match !== null && parseParameters(match[1] ?? '') !== undefined;
}
