/** Requests of ours inside a recording session: BYE, and the refresh where the peer leaves that to us. */
import {
  buildAckOfSuccess,
  buildInDialog,
  type InDialogParts,
  ownVia,
  type SipRequest,
  type SipResponse,
  type Via,
} from '@tacet/wire/sip';
import { hostInUri } from './host-text.ts';
import { keepIfPossible } from './keep-dialog.ts';
import type { RecordedDialog } from './recorded-dialog.ts';
import type { RecordingEdge } from './recording-edge.ts';
import { uniqueText } from './unique-text.ts';
import type { Protocol, Way } from './way.ts';

/** A request that is ready to be sent, and the way it takes. */
export interface ReadyRequest {
  readonly request: SipRequest;
  readonly way: Way;
}

function viaOf(edge: RecordingEdge, recorded: RecordedDialog, transport: Protocol): Via {
  const port = edge.endpoint.portOf(transport);
  return ownVia({ transport, host: hostInUri(recorded.localHost), port, unique: uniqueText() });
}

/** Makes a request and uses up a sequence number of the dialog; undefined when there is no way to the peer. */
export async function readyInDialog(
  edge: RecordingEdge,
  recorded: RecordedDialog,
  parts: Omit<InDialogParts, 'via'>,
): Promise<ReadyRequest | undefined> {
  // Where a request goes shows only in the finished one, and its Via has to name the protocol of that way.
  const draft = buildInDialog(recorded.dialog, { ...parts, via: viaOf(edge, recorded, recorded.way.protocol) });
  const way = await edge.endpoint.wayOf(draft.request, recorded.way);
  if (way === undefined) return undefined;
  const { request, next } = buildInDialog(recorded.dialog, { ...parts, via: viaOf(edge, recorded, way.protocol) });
  recorded.dialog = next;
  // A number that was used must not be used again by the next process; after a BYE there is none.
  if (parts.method !== 'BYE') await keepIfPossible(edge, recorded);
  return { request, way };
}

/** Acknowledges a 2xx to an INVITE of ours. */
function acknowledgeSuccess(edge: RecordingEdge, recorded: RecordedDialog, invite: ReadyRequest): void {
  const via = viaOf(edge, recorded, invite.way.protocol);
  edge.endpoint.sendAck(buildAckOfSuccess(recorded.dialog, invite.request.cseq.number, { via }), invite.way);
}

/** The final response to a re-INVITE of ours, whose 2xx is acknowledged; undefined when none came. */
export function askInvite(
  edge: RecordingEdge,
  recorded: RecordedDialog,
  ready: ReadyRequest,
): Promise<SipResponse | undefined> {
  return new Promise((resolve) => {
    edge.endpoint.request(ready.request, ready.way, {
      onResponse: (response) => {
        if (response.status < 200) return;
        if (response.status < 300) acknowledgeSuccess(edge, recorded, ready);
        resolve(response);
      },
      onFailure: () => resolve(undefined),
    });
  });
}
