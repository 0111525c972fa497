/** A dialog: what two sides remember of each other from INVITE to BYE (RFC 3261 §12), seen from ours. */
import type { NameAddress } from './address.ts';
import { parseAddress, tagOf } from './address.ts';
import type { SipMessage, SipRequest, SipResponse } from './message.ts';
import { headerValues } from './message.ts';

export interface Dialog {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** Ourselves, with our tag, as From of our requests. */
  readonly local: NameAddress;
  /** The peer, with its tag, as To of our requests. */
  readonly remote: NameAddress;
  /** The number of our last request; 0 when we sent none. */
  readonly localSequence: number;
  /** The number of the peer's last request; undefined when it sent none. */
  readonly remoteSequence: number | undefined;
  /** The number of the peer's last INVITE, which its ACK repeats; undefined when it sent none. */
  readonly remoteInvite: number | undefined;
  /** The URI where the peer takes requests. */
  readonly remoteTarget: string;
  /** Route values for our requests, nearest first. */
  readonly routeSet: readonly string[];
}

/** What to do with a request inside a dialog. */
export type InDialogVerdict =
  | { readonly kind: 'accept'; readonly next: Dialog }
  /** The request is older than one already seen: answer 500 (§12.2.2). */
  | { readonly kind: 'outOfOrder' }
  /** An ACK for no INVITE we know; an ACK is never answered. */
  | { readonly kind: 'ignore' };

/** A text that is equal for equal dialog identifiers (§12): Call-ID, our tag, the peer's tag. */
export function dialogKey(callId: string, localTag: string, remoteTag: string): string {
  return `${callId}\n${localTag}\n${remoteTag}`;
}

/** The key of the dialog that a request from the peer belongs to; undefined when it belongs to none (no To tag). */
export function dialogKeyOf(request: SipRequest): string | undefined {
  const localTag = tagOf(request.to);
  return localTag === undefined ? undefined : dialogKey(request.callId, localTag, tagOf(request.from) ?? '');
}

/**
 * The dialog that our response to an INVITE makes (§12.1.1). Undefined when the request names no single Contact, or
 * one that is no SIP address: answer 400. The response carries our tag.
 */
export function dialogAsServer(request: SipRequest, response: SipResponse): Dialog | undefined {
  const target = contactOf(request);
  const localTag = tagOf(response.to);
  if (target === undefined || localTag === undefined) return undefined;
  return {
    callId: request.callId,
    localTag,
    // A sender that only knows RFC 2543 may have no tag; the dialog then has an empty one (§12.1.1).
    remoteTag: tagOf(request.from) ?? '',
    local: response.to,
    remote: request.from,
    localSequence: 0,
    remoteSequence: request.cseq.number,
    remoteInvite: request.cseq.number,
    remoteTarget: target,
    routeSet: headerValues(request, 'Record-Route'),
  };
}

/**
 * The dialog that a response to our INVITE makes (§12.1.2); call it again with the 2xx, whose routes count, when an
 * earlier response already made one. Undefined when the response names no single SIP Contact or has no tag.
 */
export function dialogAsClient(request: SipRequest, response: SipResponse): Dialog | undefined {
  const target = contactOf(response);
  const localTag = tagOf(request.from);
  if (target === undefined || localTag === undefined) return undefined;
  return {
    callId: request.callId,
    localTag,
    remoteTag: tagOf(response.to) ?? '',
    local: request.from,
    remote: response.to,
    localSequence: request.cseq.number,
    remoteSequence: undefined,
    remoteInvite: undefined,
    remoteTarget: target,
    // The peer listed the proxies from its own end, so they are taken the other way round.
    routeSet: headerValues(response, 'Record-Route').toReversed(),
  };
}

/**
 * Takes a request from the peer into the dialog: checks its order, and follows the peer to a new Contact when it is
 * an INVITE or UPDATE (§12.2.2). Ask only once per transaction; a repeated request belongs to the transaction layer.
 */
export function takeInDialog(dialog: Dialog, request: SipRequest): InDialogVerdict {
  const { number } = request.cseq;
  // ACK and CANCEL repeat the number of their INVITE instead of taking one of their own (§12.2.1.1).
  if (request.method === 'ACK') return number === dialog.remoteInvite ? accepted(dialog) : { kind: 'ignore' };
  if (request.method === 'CANCEL') return accepted(dialog);
  if (dialog.remoteSequence !== undefined && number <= dialog.remoteSequence) return { kind: 'outOfOrder' };
  const ordered = { ...dialog, remoteSequence: number };
  if (request.method === 'INVITE') return accepted(withTarget({ ...ordered, remoteInvite: number }, request));
  return accepted(request.method === 'UPDATE' ? withTarget(ordered, request) : ordered);
}

/** The dialog after a 2xx to our INVITE or UPDATE inside it, which may move the peer's target (§12.2.1.2). */
export function withTarget(dialog: Dialog, message: SipMessage): Dialog {
  const target = contactOf(message);
  return target === undefined ? dialog : { ...dialog, remoteTarget: target };
}

function accepted(next: Dialog): InDialogVerdict {
  return { kind: 'accept', next };
}

/** The one SIP or SIPS URI where the sender takes requests (§8.1.1.8), or undefined. */
function contactOf(message: SipMessage): string | undefined {
  const [contact, ...more] = headerValues(message, 'Contact');
  const uri = contact === undefined || more.length > 0 ? undefined : parseAddress(contact)?.uri;
  return uri !== undefined && /^sips?:/i.test(uri) ? uri : undefined;
}
