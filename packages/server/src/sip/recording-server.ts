/** The recording server's edge (RFC 7866 §6.2): which request goes where. */
import type { Trunk } from '@tacet/domain';
import { dialogKeyOf, type SipRequest, tagOf, takeInDialog } from '@tacet/wire/sip';
import { noteRefusedSource } from '../control/index.ts';
import { answer, retryAfter } from './answers.ts';
import { beginRecording, cancelBeginning } from './begin-recording.ts';
import { accept, acceptEncoding, allow, supported } from './capabilities.ts';
import { changeRecording, takeAnswer, takeInfo } from './change-recording.ts';
import { endByPeer, endByUs } from './end-recording.ts';
import type { EndpointUser, IncomingRequest } from './endpoint-user.ts';
import { keepIfPossible } from './keep-dialog.ts';
import { sipEdgeLimits } from './limits.ts';
import type { RecordedDialog } from './recorded-dialog.ts';
import { type RecordingEdge, sourceAsks } from './recording-edge.ts';
import { acknowledge } from './success-repeat.ts';
import type { DoorVerdict } from './trunk-door.ts';
import type { Way } from './way.ts';

/** Takes what the endpoint hands up, until the edge is there drops it: peers ask again. */
export class RecordingServer implements EndpointUser {
  #edge: RecordingEdge | undefined;

  attach(edge: RecordingEdge): void {
    this.#edge = edge;
  }

  takeRequest(incoming: IncomingRequest): void {
    if (this.#edge === undefined) return;
    const key = dialogKeyOf(incoming.request);
    const recorded = key === undefined ? undefined : this.#edge.dialogs.get(key);
    const verdict = this.#edge.door.judge(incoming, recorded?.trunk);
    if (verdict.kind === 'refuse') refuseSource(this.#edge, incoming, verdict);
    else if (recorded !== undefined) takeInside(this.#edge, recorded, incoming);
    else takeOutside(this.#edge, incoming, verdict.trunk);
  }

  takeAck(request: SipRequest, way: Way): void {
    const edge = this.#edge;
    if (edge === undefined) return;
    const recorded = edge.dialogs.get(dialogKeyOf(request) ?? '');
    if (recorded === undefined || !edge.door.isOn(recorded.trunk, way) || !acknowledge(recorded, request))
      edge.endpoint.counts.strayAcks += 1;
    else if (recorded.isUnwanted) edge.tasks.add(endByUs(edge, recorded, 'disconnected'));
    else edge.tasks.add(takeAnswer(edge, recorded, request).then(() => keepIfPossible(edge, recorded)));
  }

  takeCancel(invite: IncomingRequest): void {
    if (this.#edge !== undefined) cancelBeginning(this.#edge, invite);
  }
}

/** Answered at once, and written down once in a while for each source: a flood costs us an answer each and no more. */
function refuseSource(
  edge: RecordingEdge,
  incoming: IncomingRequest,
  { refusal, because }: Extract<DoorVerdict, { readonly kind: 'refuse' }>,
): void {
  answer(incoming, refusal.status, refusal);
  if (because === undefined) return;
  edge.endpoint.counts.refusedSources += 1;
  edge.control.observe?.sourceRefused('SIP', because);
  const { host } = incoming.way.remote;
  if (!edge.notes.isDue(host, because)) return;
  edge.log.warn('sourceRefused', { from: host, because });
  edge.tasks.add(noteRefusedSource(edge.control, sourceAsks(edge, incoming), because));
}

/** What we can do, without a dialog or within one (RFC 3261 §11.2); a server that stops says so. */
function answerOptions(edge: RecordingEdge, incoming: IncomingRequest): void {
  if (edge.isStopping) answer(incoming, 503, { headers: [retryAfter(sipEdgeLimits.retryAfterSeconds)] });
  else answer(incoming, 200, { headers: [allow, supported, accept, acceptEncoding] });
}

function takeOutside(edge: RecordingEdge, incoming: IncomingRequest, trunk: Trunk): void {
  const { method, to } = incoming.request;
  if (method === 'OPTIONS') answerOptions(edge, incoming);
  // A tag of ours that we do not know: the dialog is over, or was never here (RFC 3261 §12.2.2).
  else if (method === 'INVITE' && tagOf(to) === undefined) {
    edge.tasks.add(beginRecording(edge, incoming, trunk));
  } else answer(incoming, 481);
}

function takeInside(edge: RecordingEdge, recorded: RecordedDialog, incoming: IncomingRequest): void {
  const { request, way } = incoming;
  const verdict = takeInDialog(recorded.dialog, request);
  if (verdict.kind !== 'accept') {
    // RFC 3261 §12.2.2: a number that is not higher than the last.
    answer(incoming, 500);
    return;
  }
  // The peer's new address counts only once its change is agreed to.
  const target = verdict.next.remoteTarget;
  recorded.dialog = { ...verdict.next, remoteTarget: recorded.dialog.remoteTarget };
  recorded.way = way;
  switch (request.method) {
    case 'BYE':
      edge.tasks.add(endByPeer(edge, recorded, incoming));
      return;
    case 'INVITE':
    case 'UPDATE':
      edge.tasks.add(changeRecording(edge, recorded, { incoming, target }));
      return;
    case 'INFO':
      edge.tasks.add(takeInfo(edge, recorded, incoming));
      return;
    default:
      answerOptions(edge, incoming);
  }
}
