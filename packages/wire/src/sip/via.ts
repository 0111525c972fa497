/** One hop of the way a request took, and so of the way its responses go back (RFC 3261 §20.42, RFC 3581). */
import { isHost, numberFrom, patterns, portFrom } from './grammar.ts';
import type { Parameter } from './parameters.ts';
import { findParameter, formatParameters, parameterValue, parseParameters } from './parameters.ts';

export interface Via {
  /** Transport as written, such as `UDP`, `TCP` or `TLS`; any token is allowed. */
  readonly transport: string;
  /** The sent-by host: name, IPv4 address, or IPv6 address in brackets. */
  readonly host: string;
  /** The sent-by port; undefined means the transport's default. */
  readonly port: number | undefined;
  readonly parameters: readonly Parameter[];
}

/** What starts a branch that is unique over all transactions (RFC 3261 §8.1.1.7); anything else is from RFC 2543. */
export const branchCookie: string = 'z9hG4bK';

const shape = new RegExp(
  `^SIP[ \\t]*/[ \\t]*2\\.0[ \\t]*/[ \\t]*(${patterns.token})[ \\t]+(${patterns.host})` +
    '(?:[ \\t]*:[ \\t]*([0-9]{1,5}))?[ \\t]*(|;.*)$',
  'is',
);

/** Reads one Via value. Undefined when it is malformed, or a parameter it is routed by is. */
export function parseVia(text: string): Via | undefined {
  const match = shape.exec(text);
  if (match === null) return undefined;
  const port = match[3] === undefined ? undefined : portFrom(match[3]);
  if (match[3] !== undefined && port === undefined) return undefined;
  const parameters = parseParameters(match[4] ?? '');
  if (parameters === undefined || !parameters.every(isSound)) return undefined;
  return { transport: match[1] ?? '', host: match[2] ?? '', port, parameters };
}

/** The parameters that decide where a response goes have shapes of their own (RFC 3261 §25.1, RFC 3581 §3). */
function isSound({ name, value }: Parameter): boolean {
  switch (name.toLowerCase()) {
    case 'branch':
      return value !== undefined && !value.startsWith('"');
    case 'received':
      return value !== undefined && (/^[0-9A-Fa-f:.]+$/.test(value) || isHost(value));
    case 'rport':
      return value === undefined || portFrom(value) !== undefined;
    case 'ttl':
      return value !== undefined && numberFrom(value, 255) !== undefined;
    case 'maddr':
      return value !== undefined && isHost(value);
    default:
      return true;
  }
}

export function formatVia(via: Via): string {
  const port = via.port === undefined ? '' : `:${via.port}`;
  return `SIP/2.0/${via.transport} ${via.host}${port}${formatParameters(via.parameters)}`;
}

export function branchOf(via: Via): string | undefined {
  return parameterValue(via.parameters, 'branch');
}

/** Whether the sender asks for the answer at the port it sent from (RFC 3581 §3). */
export function asksForSourcePort(via: Via): boolean {
  return findParameter(via.parameters, 'rport') !== undefined;
}

/** Whether the transport delivers by itself, so that transactions need not repeat messages (RFC 3261 §17). */
export function isReliable(via: Via): boolean {
  return via.transport.toUpperCase() !== 'UDP';
}
