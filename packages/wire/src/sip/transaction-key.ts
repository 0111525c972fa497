/** Which transaction a message belongs to, as text that is equal exactly when RFC 3261 says it matches. */
import { tagOf } from './address.ts';
import type { SipRequest, SipResponse } from './message.ts';
import { branchCookie, branchOf, formatVia } from './via.ts';

/**
 * The key of the server transaction that a request belongs to or begins (§17.2.3). A repeated request has the key of
 * the first one, and the ACK of a refusal has the key of its INVITE. The ACK of a 2xx has a branch of its own: it
 * matches nothing, or in the accepted phase of an RFC 2543 INVITE that INVITE, and goes to its dialog.
 */
export function serverTransactionKey(request: SipRequest): string {
  return keyWithMethod(request, request.method === 'ACK' ? 'INVITE' : request.method);
}

/**
 * The key of the INVITE transaction that a CANCEL asks to end (§9.2). CANCEL has no effect on other requests, so no
 * other method is looked for.
 */
export function cancelledTransactionKey(cancel: SipRequest): string {
  return keyWithMethod(cancel, 'INVITE');
}

/** The key of the client transaction of a request that we send, or that a response answers (§17.1.3). */
export function clientTransactionKey(message: SipRequest | SipResponse): string {
  // The ACK of a refusal has no responses, so that its method is never needed as a key of its own.
  return `${branchOf(message.via) ?? ''}\n${message.cseq.method}`;
}

function keyWithMethod(request: SipRequest, method: string): string {
  const branch = (branchOf(request.via) ?? '').toLowerCase();
  // The cookie with nothing behind it identifies nothing (RFC 4475 §3.2.1), so it counts as no branch.
  return branch.startsWith(branchCookie.toLowerCase()) && branch.length > branchCookie.length
    ? `${branch}\n${sentBy(request)}\n${method}`
    : oldKey(request, method);
}

function sentBy({ via }: SipRequest): string {
  return `${via.host.toLowerCase()}:${via.port ?? ''}`;
}

/**
 * Senders that only know RFC 2543 give no unique branch, so the request itself must tell (§17.2.3). The To tag is left
 * out: an ACK has the one that our response added, which its INVITE could not have. Call-ID and sequence number
 * already keep requests apart.
 */
function oldKey(request: SipRequest, method: string): string {
  const { uri, from, callId, cseq, via } = request;
  return ['RFC2543', uri, tagOf(from) ?? '', callId, String(cseq.number), formatVia(via), method].join('\n');
}
