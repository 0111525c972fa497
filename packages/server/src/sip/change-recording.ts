/** What an SRC changes while it records: re-INVITE and UPDATE (RFC 3261 §14, RFC 3311), and INFO with metadata. */
import { Fault } from '@tacet/domain';
import { writeDescription } from '@tacet/wire/sdp';
import {
  buildResponse,
  negotiateSessionTimer,
  type SessionTimerVerdict,
  type SipHeader,
  type SipRequest,
} from '@tacet/wire/sip';
import { answer, type Refusal, retryAfter } from './answers.ts';
import { applyChange, type Said } from './apply-change.ts';
import { accept, allow, supported } from './capabilities.ts';
import type { IncomingRequest } from './endpoint-user.ts';

import { refusalFor } from './faults.ts';
import { keepIfPossible } from './keep-dialog.ts';
import { sipEdgeLimits } from './limits.ts';
import { contactOf } from './own-contact.ts';
import { isMetadataAlone, type RecordingOffer, readOffer, unreadableBody } from './read-offer.ts';
import type { RecordedDialog } from './recorded-dialog.ts';
import { noteFailure, type RecordingEdge, sourceAsks } from './recording-edge.ts';
import { armExpiry } from './session-expiry.ts';
import { sendSuccess } from './success-repeat.ts';

/** A change of the peer's, and where it wants to be reached once we agree to it. */
export interface ProposedChange {
  readonly incoming: IncomingRequest;
  readonly target: string;
}

/** One change at a time: 500 while we carry one out, 491 while an offer of ours is open (RFC 3261 §14.2). */
function overlap(recorded: RecordedDialog): Refusal | undefined {
  if (recorded.exchange === 'none') return undefined;
  if (recorded.exchange !== 'answering') return { status: 491 };
  return { status: 500, headers: [retryAfter(sipEdgeLimits.overlapRetrySeconds)] };
}

function headersOfSuccess(
  edge: RecordingEdge,
  recorded: RecordedDialog,
  timer: SessionTimerVerdict,
): readonly SipHeader[] {
  return [contactOf(edge, recorded), allow, supported, ...(timer.kind === 'agreed' ? timer.headers : [])];
}

/**
 * Answers a change that was carried out. An INVITE without an offer gets our description as one (RFC 3261 §14.2),
 * to be answered in the ACK; an UPDATE without one was about metadata or a refresh and gets none.
 */
async function succeed(
  edge: RecordingEdge,
  recorded: RecordedDialog,
  change: ProposedChange & { readonly hasOffer: boolean },
  timer: SessionTimerVerdict,
): Promise<void> {
  const { incoming, hasOffer } = change;
  const isInvite = incoming.request.method === 'INVITE';
  recorded.dialog = { ...recorded.dialog, remoteTarget: change.target };
  const bytes = new TextEncoder().encode(writeDescription(recorded.answer));
  const response = buildResponse(incoming.request, 200, {
    toTag: recorded.dialog.localTag,
    headers: headersOfSuccess(edge, recorded, timer),
    ...(isInvite || hasOffer ? { body: { type: 'application/sdp', bytes } } : {}),
  });
  const at = edge.control.clock.now();
  recorded.agreedTimer = timer.kind === 'agreed' ? { timer: timer.timer, role: 'uas', at } : undefined;
  if (isInvite && !hasOffer) recorded.exchange = 'offering';
  await keepIfPossible(edge, recorded, isInvite ? response : undefined);
  if (recorded.isOver) return answer(incoming, 487);
  if (isInvite) {
    sendSuccess(edge, recorded, incoming, response);
  } else {
    incoming.respond(response);
  }
  armExpiry(edge, recorded);
}

function refuse(edge: RecordingEdge, incoming: IncomingRequest, error: unknown): void {
  noteFailure(edge, error);
  const refusal = refusalFor(error);
  answer(incoming, refusal.status, refusal);
}

function saidIn(edge: RecordingEdge, incoming: IncomingRequest): Said {
  return { asked: sourceAsks(edge, incoming), headers: incoming.request.headers };
}

async function carryOut(
  edge: RecordingEdge,
  recorded: RecordedDialog,
  offered: RecordingOffer,
  incoming: IncomingRequest,
): Promise<boolean> {
  recorded.exchange = 'answering';
  try {
    await applyChange(edge, recorded, offered, saidIn(edge, incoming));
  } finally {
    recorded.exchange = 'none';
  }
  if (!recorded.isOver) return true;
  // RFC 3261 §15.1.2: what is still open when a BYE comes is answered 487.
  answer(incoming, 487);
  return false;
}

/** Re-INVITE and UPDATE; never throws. */
export async function changeRecording(
  edge: RecordingEdge,
  recorded: RecordedDialog,
  change: ProposedChange,
): Promise<void> {
  const { incoming } = change;
  const { request } = incoming;
  if (request.method === 'INVITE') answer(incoming, 100);
  const timer = negotiateSessionTimer(request);
  const refusal = overlap(recorded) ?? (timer.kind === 'refused' ? timer : undefined) ?? unreadableBody(request);
  if (refusal !== undefined) return answer(incoming, refusal.status, refusal);
  try {
    const offered = readOffer(request);
    const isDone = await carryOut(edge, recorded, offered, incoming);
    if (isDone) await succeed(edge, recorded, { ...change, hasOffer: offered.description !== undefined }, timer);
  } catch (error) {
    refuse(edge, incoming, error);
  }
}

/** INFO (RFC 6086 and before): metadata is applied, an empty one is only a sign of life; never throws. */
export async function takeInfo(
  edge: RecordingEdge,
  recorded: RecordedDialog,
  incoming: IncomingRequest,
): Promise<void> {
  const { request } = incoming;
  if (request.body.length === 0) return answer(incoming, 200);
  if (!isMetadataAlone(request)) return answer(incoming, 415, { headers: [accept] });
  const refusal = unreadableBody(request) ?? overlap(recorded);
  if (refusal !== undefined) return answer(incoming, refusal.status, refusal);
  try {
    const offered = readOffer(request);
    if (offered.metadata === undefined) throw new Fault('bodyMalformed', { part: 'metadata' });
    if (!(await carryOut(edge, recorded, offered, incoming))) return;
    await keepIfPossible(edge, recorded);
    answer(incoming, 200);
  } catch (error) {
    refuse(edge, incoming, error);
  }
}

/**
 * The answer to an offer of ours, in the ACK of an INVITE that had none. We offered what we have, so all that it can
 * change is to give lines up; never throws.
 */
export async function takeAnswer(edge: RecordingEdge, recorded: RecordedDialog, ack: SipRequest): Promise<void> {
  if (recorded.exchange !== 'offering') return;
  recorded.exchange = 'none';
  try {
    const { description } = readOffer(ack);
    if (description === undefined) throw new Fault('bodyMalformed', { part: 'description' });
    const media = recorded.offer.media.map((line, place) =>
      description.media[place]?.port === 0 ? { ...line, port: 0 } : line,
    );
    recorded.exchange = 'answering';
    const offered = { description: { ...recorded.offer, media }, metadata: undefined, metadataFault: undefined };
    const incoming: IncomingRequest = { key: '', request: ack, way: recorded.way, respond: () => undefined };
    await applyChange(edge, recorded, offered, saidIn(edge, incoming));
    await keepIfPossible(edge, recorded);
  } catch (error) {
    noteFailure(edge, error);
  } finally {
    recorded.exchange = 'none';
  }
}
