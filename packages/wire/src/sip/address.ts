/** Who a message is from or to: a URI, an optional display name, and parameters (RFC 3261 §20.10, §25.1 name-addr). */
import { isToken, patterns, quoted, unquoted } from './grammar.ts';
import type { Parameter } from './parameters.ts';
import { formatParameters, parameterValue, parseParameters, withParameter } from './parameters.ts';
import { isUri } from './uri.ts';

export interface NameAddress {
  /** What a person would read, without quotes and escapes; undefined when there is none. */
  readonly displayName: string | undefined;
  /** The URI as written. Its scheme may be any; read it with `parseUri` where it must be SIP. */
  readonly uri: string;
  /** Parameters of the header value (such as tag), not those of the URI. */
  readonly parameters: readonly Parameter[];
}

const bracketed = new RegExp(
  `^(?:(${patterns.quoted})|(${patterns.token}(?:[ \\t]+${patterns.token})*))?[ \\t]*<([^<>"\\s]+)>(.*)$`,
  's',
);
// Without angle brackets a comma, question mark or semicolon ends the URI (§20.10), so it cannot contain them.
const bare = /^([^<>"\s,;?]+)(.*)$/s;

/** Reads one address. Undefined when it is malformed. */
export function parseAddress(text: string): NameAddress | undefined {
  const match = bracketed.exec(text);
  if (match !== null) return addressOf(displayNameOf(match[1], match[2]), match[3] ?? '', match[4] ?? '');
  const plain = bare.exec(text);
  return plain === null ? undefined : addressOf(undefined, plain[1] ?? '', plain[2] ?? '');
}

function displayNameOf(inQuotes: string | undefined, asTokens: string | undefined): string | undefined {
  if (inQuotes !== undefined) return unquoted(inQuotes);
  return asTokens?.replace(/[ \t]+/g, ' ');
}

function addressOf(displayName: string | undefined, uri: string, behind: string): NameAddress | undefined {
  const parameters = parseParameters(behind);
  return parameters === undefined || !isUri(uri) ? undefined : { displayName, uri, parameters };
}

/** Writes an address, always with angle brackets, so that its URI may hold anything. */
export function formatAddress(address: NameAddress): string {
  const { displayName, uri, parameters } = address;
  return `${formatDisplayName(displayName)}<${uri}>${formatParameters(parameters)}`;
}

function formatDisplayName(displayName: string | undefined): string {
  if (displayName === undefined) return '';
  return isToken(displayName) ? `${displayName} ` : `${quoted(displayName)} `;
}

/** The dialog tag of a From or To value (§19.3), or undefined. */
export function tagOf(address: NameAddress): string | undefined {
  return parameterValue(address.parameters, 'tag');
}

export function withTag(address: NameAddress, tag: string): NameAddress {
  return { ...address, parameters: withParameter(address.parameters, 'tag', tag) };
}
