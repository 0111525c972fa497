/** SIP and SIPS addresses as values (RFC 3261 §19.1). Other schemes are carried as text and never looked into. */
import { isHost, portFrom } from './grammar.ts';
import { sipLimits } from './limits.ts';
import type { Parameter } from './parameters.ts';
import { formatParameters } from './parameters.ts';

export interface SipUri {
  readonly scheme: 'sip' | 'sips';
  /** The user part as written, escapes included; undefined when there is none. */
  readonly user: string | undefined;
  readonly password: string | undefined;
  /** Host name, IPv4 address, or IPv6 address in brackets. */
  readonly host: string;
  readonly port: number | undefined;
  readonly parameters: readonly Parameter[];
  /** What stands behind the question mark; it may only appear where §19.1.1 allows it, never in a Request-URI. */
  readonly headers: string | undefined;
}

// Percent signs are let through here and their two digits are looked at afterwards, which is several times faster.
const user = /^[A-Za-z0-9\-_.!~*'()&=+$,;?/%]+$/;
const password = /^[A-Za-z0-9\-_.!~*'()&=+$,%]*$/;
const parameter = /^([A-Za-z0-9\-_.!~*'()[\]/:&+$%]+)(?:=([A-Za-z0-9\-_.!~*'()[\]/:&+$%]+))?$/;
const headers = /^[A-Za-z0-9\-_.!~*'()[\]/?:+$%]+=[A-Za-z0-9\-_.!~*'()[\]/?:+$=&%]*$/;
const brokenEscape = /%(?![0-9A-Fa-f]{2})/;
const absolute = /^[A-Za-z][A-Za-z0-9+.-]*:[!#-;=?-~]+$/;

/** Whether the text is a URI we can carry: a well-formed SIP URI, or any absolute URI of another scheme. */
export function isUri(text: string): boolean {
  if (text.length > sipLimits.uriCharsMax) return false;
  return /^sips?:/i.test(text) ? parseUri(text) !== undefined : absolute.test(text);
}

/** Reads a SIP or SIPS URI. Undefined when it is malformed, too long, or of another scheme. */
export function parseUri(text: string): SipUri | undefined {
  if (text.length > sipLimits.uriCharsMax) return undefined;
  const colon = text.indexOf(':');
  const scheme = text.slice(0, Math.max(0, colon)).toLowerCase();
  if ((scheme !== 'sip' && scheme !== 'sips') || brokenEscape.test(text)) return undefined;
  // An unescaped @ can only end the user part, so there is at most one of them.
  const at = text.indexOf('@', colon);
  const userPart = at < 0 ? { user: undefined, password: undefined } : readUserPart(text.slice(colon + 1, at));
  const hostPart = readHostPart(text.slice(at < 0 ? colon + 1 : at + 1));
  return userPart === undefined || hostPart === undefined ? undefined : { scheme, ...userPart, ...hostPart };
}

function readUserPart(text: string): Pick<SipUri, 'user' | 'password'> | undefined {
  const colon = text.indexOf(':');
  const name = colon < 0 ? text : text.slice(0, colon);
  const secret = colon < 0 ? undefined : text.slice(colon + 1);
  if (!user.test(name) || (secret !== undefined && !password.test(secret))) return undefined;
  return { user: name, password: secret };
}

function readHostPart(text: string): Omit<SipUri, 'scheme' | 'user' | 'password'> | undefined {
  const question = text.indexOf('?');
  const behind = question < 0 ? undefined : text.slice(question + 1);
  if (behind !== undefined && !headers.test(behind)) return undefined;
  const [authority = '', ...pieces] = (question < 0 ? text : text.slice(0, question)).split(';');
  const where = readHostAndPort(authority);
  if (where === undefined || pieces.length > sipLimits.parametersMax) return undefined;
  const parameters: Parameter[] = [];
  for (const piece of pieces) {
    const match = parameter.exec(piece);
    if (match === null) return undefined;
    parameters.push({ name: match[1] ?? '', value: match[2] });
  }
  return { ...where, parameters, headers: behind };
}

/** Reads `host` or `host:port`; an IPv6 address stands in brackets. */
function readHostAndPort(text: string): Pick<SipUri, 'host' | 'port'> | undefined {
  const colon = text.indexOf(':', text.lastIndexOf(']') + 1);
  const host = colon < 0 ? text : text.slice(0, colon);
  if (!isHost(host)) return undefined;
  if (colon < 0) return { host, port: undefined };
  const port = portFrom(text.slice(colon + 1));
  return port === undefined ? undefined : { host, port };
}

export function formatUri(uri: SipUri): string {
  const secret = uri.password === undefined ? '' : `:${uri.password}`;
  const who = uri.user === undefined ? '' : `${uri.user}${secret}@`;
  const port = uri.port === undefined ? '' : `:${uri.port}`;
  const behind = uri.headers === undefined ? '' : `?${uri.headers}`;
  return `${uri.scheme}:${who}${uri.host}${port}${formatParameters(uri.parameters)}${behind}`;
}
