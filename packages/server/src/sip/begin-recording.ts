/** An INVITE that begins a recording session (RFC 7866 §7.1): recorded first, answered after. */
import { Fault, type RequestId, type Trunk } from '@tacet/domain';
import { type SessionDescription as SdpDescription, writeDescription } from '@tacet/wire/sdp';

import {
  buildResponse,
  type Dialog,
  dialogAsServer,
  dialogKey,
  hasToken,
  headerValues,
  negotiateSessionTimer,
  type SessionTimerVerdict,
  type SipRequest,
  tagOf,
} from '@tacet/wire/sip';
import { externalIdsOfHeaders } from '@tacet/wire/siprec';
import { endRecordingSession, type SessionStarted, startRecordingSession } from '../control/index.ts';
import { answer, type Refusal, retryAfter, warning } from './answers.ts';
import { accept, allow, supported } from './capabilities.ts';
import { firstAnswer, renewAnswer } from './compose-answer.ts';
import { type DescribedOffer, describeSession } from './describe-session.ts';
import { abandon } from './end-recording.ts';
import type { IncomingRequest } from './endpoint-user.ts';
import { refusalFor } from './faults.ts';
import { keepDialog } from './keep-dialog.ts';
import { judgeKeys } from './keys-in-clear.ts';
import { sipEdgeLimits } from './limits.ts';
import { contactOf, wantsSips } from './own-contact.ts';
import { type RecordingOffer, readOffer, unreadableBody } from './read-offer.ts';
import type { RecordedDialog } from './recorded-dialog.ts';
import { noteFailure, type PendingInvite, type RecordingEdge, sourceAsks } from './recording-edge.ts';
import { armExpiry } from './session-expiry.ts';
import { sendSuccess } from './success-repeat.ts';
import { TimerSet } from './timer-set.ts';
import { uniqueText } from './unique-text.ts';

/** Everything that has to be known before anything is started. */
interface Prepared {
  readonly dialog: Dialog;
  readonly localHost: string;
  readonly offer: RecordingOffer & { readonly description: SdpDescription };
  readonly described: DescribedOffer;
}

/** RFC 3261 §8.2.2.2: the same request that came by two paths has equal values here. */
function mergeKeyOf(request: SipRequest): string {
  return [request.callId, tagOf(request.from) ?? '', request.cseq.number].join('\n');
}

/** Why no further recording session is taken now, by what is dearest to find out last. */
function busyAtTheDoor(edge: RecordingEdge): string | undefined {
  if (edge.dialogs.size + edge.pending.size >= sipEdgeLimits.dialogsMax) return 'dialogs';
  return edge.rate.take() ? edge.admission() : 'rate';
}

/** Told once in a while for each reason: an overload must not make work of its own. */
function noteBusy(edge: RecordingEdge, because: string): void {
  edge.endpoint.counts.refusedBusy += 1;
  if (because === 'ports') edge.control.raise({ what: 'portsExhausted', facts: { door: 'SIP' } });
  else if (edge.notes.isDue('', because)) edge.control.raise({ what: 'overloaded', facts: { because } });
}

function refusedAtOnce(edge: RecordingEdge, request: SipRequest, timer: SessionTimerVerdict): Refusal | undefined {
  if (edge.isStopping) return refusalFor(new Fault('stopping'));
  const because = busyAtTheDoor(edge);
  if (because !== undefined) {
    noteBusy(edge, because);
    return { status: 503, headers: [retryAfter(sipEdgeLimits.retryAfterSeconds)] };
  }
  if (timer.kind === 'refused') return timer;
  return unreadableBody(request);
}

/** @throws Fault metadataMissing or offerUnacceptable. */
function demandOffer(offer: RecordingOffer): Prepared['offer'] {
  const hasMetadata = offer.metadata !== undefined || offer.metadataFault !== undefined;
  if (!hasMetadata) throw new Fault('metadataMissing');
  const { description } = offer;
  // An SRC offers (RFC 7866 §7.1.1); without an offer there is nothing that could be recorded.
  if (description === undefined) throw new Fault('offerUnacceptable');
  return { ...offer, description };
}

async function prepare(
  edge: RecordingEdge,
  { request, way }: IncomingRequest,
  trunk: Trunk,
): Promise<Prepared | Refusal> {
  const offer = demandOffer(readOffer(request));
  const described = describeSession(offer.description, {
    metadata: offer.metadata,
    headerIds: externalIdsOfHeaders(request.headers),
    dtmf: trunk.dtmf,
    isUser: (address) => edge.control.userBySipAddress(address) !== undefined,
    srtp: trunk.srtp,
  });
  if (described.described.streams.length === 0) {
    throw new Fault('offerUnacceptable', { what: described.obstacle ?? 'codec' });
  }
  judgeKeys(edge, described.described, way, trunk);
  const dialog = dialogAsServer(request, buildResponse(request, 200, { toTag: uniqueText() }));
  if (dialog === undefined) return { status: 400, headers: [warning(399, 'One Contact with a SIP address is needed')] };
  const localHost = edge.publicAddress ?? (await edge.endpoint.localHostOf(way));
  return { dialog, localHost, offer, described };
}

function keep(
  edge: RecordingEdge,
  { way, request }: IncomingRequest,
  { dialog, localHost, offer, described, trunk }: Prepared & { readonly trunk: Trunk },
  started: SessionStarted,
): RecordedDialog {
  const basis = {
    offer: offer.description,
    labels: described.labels,
    streams: started.streams,
    address: localHost,
    srtp: trunk.srtp,
  };
  const methods = headerValues(request, 'Allow').map((method) => method.toUpperCase());
  const recorded: RecordedDialog = {
    key: dialogKey(dialog.callId, dialog.localTag, dialog.remoteTag),
    mergeKey: mergeKeyOf(request),
    recordingId: started.recordingId,
    conversationId: started.conversationId,
    trunk,
    isSips: wantsSips(request, way.protocol),
    localHost,
    timers: new TimerSet(edge.control.clock),
    dialog,
    way,
    offer: offer.description,
    labels: described.labels,
    streams: started.streams,
    answer: firstAnswer(basis, String(Number.parseInt(uniqueText().slice(0, 12), 16))),
    metadata: offer.metadata,
    exchange: 'none',
    agreedTimer: undefined,
    isRecordAware: hasToken(request, 'Supported', 'record-aware') || hasToken(request, 'Require', 'record-aware'),
    isSilenced: false,
    toldAt: undefined,
    tellAttempts: 0,
    untold: undefined,
    success: undefined,
    takesUpdate: methods.length === 0 || methods.includes('UPDATE'),
    // A request may have ended it before it was even answered.
    isUnwanted: edge.control.live.ofRecording(started.recordingId) === undefined,
    isOver: false,
    isTakenUp: false,
  };
  renewAnswer(edge, recorded);
  edge.dialogs.set(recorded.key, recorded);
  edge.byRecording.set(recorded.recordingId, recorded);
  edge.merges.add(recorded.mergeKey);
  return recorded;
}

async function succeed(
  edge: RecordingEdge,
  recorded: RecordedDialog,
  incoming: IncomingRequest,
  timer: SessionTimerVerdict,
): Promise<void> {
  const contact = contactOf(edge, recorded);
  const timerHeaders = timer.kind === 'agreed' ? timer.headers : [];
  const bytes = new TextEncoder().encode(writeDescription(recorded.answer));
  const response = buildResponse(incoming.request, 200, {
    toTag: recorded.dialog.localTag,
    headers: [contact, allow, supported, accept, ...timerHeaders],
    body: { type: 'application/sdp', bytes },
  });
  const at = edge.control.clock.now();
  recorded.agreedTimer = timer.kind === 'agreed' ? { timer: timer.timer, role: 'uas', at } : undefined;
  // Rule: a dialog is durable before the peer hears that it stands
  await keepDialog(edge, recorded, response);
  if (recorded.isOver) return;
  sendSuccess(edge, recorded, incoming, response);
  armExpiry(edge, recorded);
}

/** @returns whether the recording session goes on. */
async function begin(
  edge: RecordingEdge,
  incoming: IncomingRequest,
  pending: PendingInvite,
  timer: SessionTimerVerdict,
): Promise<boolean> {
  const prepared = await prepare(edge, incoming, pending.trunk);
  if ('status' in prepared) {
    answer(incoming, prepared.status, prepared);
    return false;
  }
  const asked = sourceAsks(edge, incoming);
  const sourceId = incoming.request.callId;
  const { described } = prepared.described;
  const started = await startRecordingSession(edge.control, { sourceId, described, asked });
  const { conversationId, recordingId } = started;
  if (pending.isCancelled || edge.isStopping) {
    await endRecordingSession(edge.control, recordingId, asked);
    edge.log.info('recordingSessionCancelled', { conversationId, recordingId });
    const refusal = refusalFor(new Fault('stopping'));
    // Where it was cancelled it has its 487 already, and this is passed over.
    answer(incoming, refusal.status, refusal);
    return false;
  }
  const { metadataFault } = prepared.offer;
  if (metadataFault !== undefined) edge.log.warn('metadataUnreadable', { conversationId, recordingId, metadataFault });
  const { trunk } = pending;
  const recorded = keep(edge, incoming, { ...prepared, trunk }, started);
  try {
    await succeed(edge, recorded, incoming, timer);
  } catch (error) {
    abandon(edge, recorded);
    await endRecordingSession(edge.control, recordingId, asked);
    throw error;
  }
  const [protocol, trunkName] = [incoming.way.protocol, trunk.name];
  edge.log.info('recordingSessionStarted', {
    conversationId,
    recordingId,
    streams: started.streams.length,
    protocol,
    trunk: trunkName,
  });
  return true;
}

/** The same INVITE again: by another path, or of somebody to whom a process that is gone owes the answer. */
function answerMerged(edge: RecordingEdge, incoming: IncomingRequest): void {
  const mergeKey = mergeKeyOf(incoming.request);
  const owed = [...edge.dialogs.values()].find((one) => one.isTakenUp && one.mergeKey === mergeKey)?.success;
  if (owed?.phase === 'waiting') incoming.respond(owed.response);
  else answer(incoming, 482);
}

/** Starts the recording session, and answers when it is durable that it has begun; never throws. */
export async function beginRecording(edge: RecordingEdge, incoming: IncomingRequest, trunk: Trunk): Promise<void> {
  const { observe, ids } = edge.control;
  if (observe === undefined) return beginUnwatched(edge, incoming, trunk);
  const { method } = incoming.request;
  const arrival = { protocol: 'sip', method, door: method, requestId: ids.next<RequestId>() } as const;
  return observe.arrived(arrival, () => beginUnwatched(edge, incoming, trunk));
}

async function beginUnwatched(edge: RecordingEdge, incoming: IncomingRequest, trunk: Trunk): Promise<void> {
  const { request, key } = incoming;
  const timer = negotiateSessionTimer(request);
  const refusal = refusedAtOnce(edge, request, timer);
  // Without a 100 before it: in a flood it would be half of what we send, and peers would lose the other half.
  if (refusal !== undefined) return answer(incoming, refusal.status, refusal);
  if (edge.merges.has(mergeKeyOf(request))) return answerMerged(edge, incoming);
  answer(incoming, 100);
  const pending: PendingInvite = { mergeKey: mergeKeyOf(request), trunk, isCancelled: false };
  edge.pending.set(key, pending);
  edge.merges.add(pending.mergeKey);
  let goesOn = false;
  try {
    goesOn = await begin(edge, incoming, pending, timer);
  } catch (error) {
    noteFailure(edge, error);
    const found = refusalFor(error);
    answer(incoming, found.status, found);
  } finally {
    edge.pending.delete(key);
    if (!goesOn) edge.merges.delete(pending.mergeKey);
  }
}

/** The peer gave up while its recording session was being started: it ends as soon as it has begun. */
export function cancelBeginning(edge: RecordingEdge, invite: IncomingRequest): void {
  const pending = edge.pending.get(invite.key);
  if (pending === undefined) return;
  pending.isCancelled = true;
  answer(invite, 487);
}
