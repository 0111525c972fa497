/** What is refused before anyone looks at what a request wants (RFC 3261 §8.2.1, §8.2.2). */
import { headerValues, parseUri, type SipRequest } from '@tacet/wire/sip';
import type { Refusal } from './answers.ts';

/** What an endpoint understands. */
export interface Abilities {
  /** Methods, ACK and CANCEL among them. */
  readonly methods: readonly string[];
  /** Option tags (RFC 3261 §19.2). */
  readonly optionTags: readonly string[];
}

/**
 * The refusal of a request that no element like us can serve, or undefined. Max-Forwards is not among the reasons:
 * it limits forwarding, and a request that has come to where it goes is answered even with 0 (§16.3, §11).
 */
export function refusalOf(request: SipRequest, abilities: Abilities): Refusal | undefined {
  if (!abilities.methods.includes(request.method)) {
    return { status: 405, headers: [{ name: 'Allow', value: abilities.methods.join(', ') }] };
  }
  if (parseUri(request.uri) === undefined) return { status: 416, headers: [] };
  // §8.2.2.3: Require is not looked at in a CANCEL.
  if (request.method === 'CANCEL') return undefined;
  const known = new Set(abilities.optionTags);
  const unknown = headerValues(request, 'Require').filter((tag) => tag !== '' && !known.has(tag.toLowerCase()));
  if (unknown.length === 0) return undefined;
  return { status: 420, headers: [{ name: 'Unsupported', value: unknown.join(', ') }] };
}
