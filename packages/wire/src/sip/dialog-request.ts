/** Requests of ours inside a dialog (RFC 3261 §12.2.1.1), such as the BYE that ends it and the ACK of a 2xx. */
import { parseAddress } from './address.ts';
import type { Dialog } from './dialog.ts';
import type { MessageBody, SipHeader, SipRequest } from './message.ts';
import { findParameter } from './parameters.ts';
import { buildRequest } from './request.ts';
import { parseUri } from './uri.ts';
import type { Via } from './via.ts';

export interface InDialogParts {
  /** Not ACK and not CANCEL, which have functions of their own. */
  readonly method: string;
  readonly via: Via;
  readonly headers?: readonly SipHeader[];
  readonly body?: MessageBody;
}

/** The request, and the dialog that remembers that its number is used. */
export function buildInDialog(
  dialog: Dialog,
  parts: InDialogParts,
): { readonly request: SipRequest; readonly next: Dialog } {
  const sequence = dialog.localSequence + 1;
  return { request: inDialog(dialog, sequence, parts), next: { ...dialog, localSequence: sequence } };
}

/** The ACK of a 2xx to our INVITE (§13.2.2.4). It has the INVITE's number, and a branch of its own. */
export function buildAckOfSuccess(
  dialog: Dialog,
  inviteSequence: number,
  parts: Omit<InDialogParts, 'method'>,
): SipRequest {
  return inDialog(dialog, inviteSequence, { ...parts, method: 'ACK' });
}

function inDialog(dialog: Dialog, sequence: number, parts: InDialogParts): SipRequest {
  const { uri, routes } = pathOf(dialog);
  return buildRequest({
    ...parts,
    uri,
    from: dialog.local,
    to: dialog.remote,
    callId: dialog.callId,
    sequence,
    headers: [...routes.map((value) => ({ name: 'Route', value })), ...(parts.headers ?? [])],
  });
}

/** Where a request is addressed, and by which proxies it goes. */
function pathOf(dialog: Dialog): { readonly uri: string; readonly routes: readonly string[] } {
  const [first, ...rest] = dialog.routeSet;
  const firstUri = first === undefined ? undefined : parseUri(parseAddress(first)?.uri ?? '');
  if (firstUri === undefined || findParameter(firstUri.parameters, 'lr') !== undefined) {
    return { uri: dialog.remoteTarget, routes: dialog.routeSet };
  }
  // A proxy of the old kind takes the Request-URI for itself and the last Route for the target (strict routing).
  const uri = parseAddress(first ?? '')?.uri ?? dialog.remoteTarget;
  return { uri, routes: [...rest, `<${dialog.remoteTarget}>`] };
}
