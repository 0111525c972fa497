/** The first line of a message: what is asked, or how it was answered (RFC 3261 §7.1, §7.2). */
import type { SipFaultCode } from './fault.ts';
import { isToken } from './grammar.ts';
import { sipLimits } from './limits.ts';
import { isUri, parseUri } from './uri.ts';

export type StartLine =
  | { readonly kind: 'request'; readonly method: string; readonly uri: string }
  | { readonly kind: 'response'; readonly status: number; readonly reason: string };

/** What could be read of a first line. A refused request line still tells its method when that much is readable. */
export interface StartLineReading {
  readonly line: StartLine | undefined;
  readonly method: string | undefined;
  readonly fault: SipFaultCode | undefined;
}

/** Reads the first line, without its line end. Exactly one space separates its parts. */
export function readStartLine(text: string): StartLineReading {
  return /^SIP\//i.test(text) ? readStatusLine(text) : readRequestLine(text);
}

function readStatusLine(text: string): StartLineReading {
  const match = /^SIP\/([0-9]+\.[0-9]+) ([1-6][0-9]{2}) (.*)$/is.exec(text);
  if (match === null) return { line: undefined, method: undefined, fault: 'startLineInvalid' };
  if (match[1] !== '2.0') return { line: undefined, method: undefined, fault: 'versionUnsupported' };
  const line: StartLine = { kind: 'response', status: Number(match[2]), reason: match[3] ?? '' };
  return { line, method: undefined, fault: undefined };
}

function readRequestLine(text: string): StartLineReading {
  const space = text.indexOf(' ');
  const method = text.slice(0, Math.max(0, space));
  if (!isToken(method) || method.length > sipLimits.methodCharsMax) {
    return { line: undefined, method: undefined, fault: 'startLineInvalid' };
  }
  const version = text.lastIndexOf(' ');
  const uri = text.slice(space + 1, Math.max(space + 1, version));
  const fault = versionFault(text.slice(version + 1)) ?? uriFault(uri);
  return { line: fault === undefined ? { kind: 'request', method, uri } : undefined, method, fault };
}

function uriFault(uri: string): SipFaultCode | undefined {
  if (uri.length > sipLimits.uriCharsMax) return 'uriTooLong';
  if (uri === '' || /\s/.test(uri)) return 'startLineInvalid';
  // A Request-URI may not carry headers (§19.1.1, table 1): they would be added to a request that is already made.
  return isUri(uri) && parseUri(uri)?.headers === undefined ? undefined : 'uriInvalid';
}

function versionFault(text: string): SipFaultCode | undefined {
  if (/^SIP\/2\.0$/i.test(text)) return undefined;
  return /^SIP\/[0-9]+\.[0-9]+$/i.test(text) ? 'versionUnsupported' : 'startLineInvalid';
}
