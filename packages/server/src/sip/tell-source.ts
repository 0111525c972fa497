/**
 * A source is told what becomes of its recording: what `a=record` says where it is aware of recording (RFC 7866 §6.3),
 * and to send nothing during a secure pause where its trunk is set so. Nothing that is promised rests on it.
 */
import { randomInt } from 'node:crypto';
import type { ConversationId } from '@tacet/domain';
import { parseDescription, type SessionDescription as SdpDescription, writeDescription } from '@tacet/wire/sdp';
import { agreedSessionTimer, offerSessionTimer, type SipHeader, type SipResponse } from '@tacet/wire/sip';
import { takeWord } from './apply-change.ts';
import { type AnswerBasis, isSilencing, nextAnswer, ownBasis } from './compose-answer.ts';
import { keepIfPossible } from './keep-dialog.ts';
import { sipEdgeLimits } from './limits.ts';
import { contactOf } from './own-contact.ts';
import { askInvite, readyInDialog } from './own-request.ts';
import type { RecordedDialog } from './recorded-dialog.ts';
import type { RecordingEdge } from './recording-edge.ts';
import { armExpiry } from './session-expiry.ts';

/** One who keeps refusing is not asked for ever: the next change of state is the next occasion. */
const attemptsMax = 5;

function later(edge: RecordingEdge, recorded: RecordedDialog, ms: number): void {
  recorded.timers.start('tell', ms, () => edge.tasks.add(tellSource(edge, recorded)));
}

function headersOf(edge: RecordingEdge, recorded: RecordedDialog): readonly SipHeader[] {
  const { agreedTimer } = recorded;
  const contact = contactOf(edge, recorded);
  if (agreedTimer === undefined) return [contact];
  // Every request with an offer is a refresh as well (RFC 4028 §7.4); who refreshes stays who it was.
  const refresher = agreedTimer.timer.refresher === agreedTimer.role ? 'uac' : 'uas';
  return [contact, ...offerSessionTimer({ seconds: agreedTimer.timer.seconds, refresher })];
}

async function offer(
  edge: RecordingEdge,
  recorded: RecordedDialog,
  description: SdpDescription,
): Promise<SipResponse | undefined> {
  const bytes = new TextEncoder().encode(writeDescription(description));
  const body = { type: 'application/sdp', bytes };
  const method = recorded.takesUpdate ? 'UPDATE' : 'INVITE';
  const ready = await readyInDialog(edge, recorded, { method, headers: headersOf(edge, recorded), body });
  if (ready === undefined) return undefined;
  return method === 'UPDATE' ? edge.endpoint.ask(ready.request, ready.way) : askInvite(edge, recorded, ready);
}

/** Milliseconds after which it is tried again; undefined when it is not. */
function retryMs(recorded: RecordedDialog, response: SipResponse | undefined): number | undefined {
  if (recorded.tellAttempts >= attemptsMax) return undefined;
  // RFC 3261 §14.1: who does not own the Call-ID waits up to 2 s, in steps of 10 ms.
  if (response?.status === 491) return randomInt(200) * 10;
  if (!recorded.takesUpdate || (response?.status !== 405 && response?.status !== 501)) return undefined;
  recorded.takesUpdate = false;
  return 0;
}

async function carryOut(edge: RecordingEdge, recorded: RecordedDialog, wanted: SdpDescription): Promise<void> {
  const { agreedTimer, recordingId } = recorded;
  const wasSilenced = recorded.isSilenced;
  const isSilenced = isSilencing(edge, recorded);
  const maySendAgain = wasSilenced && !isSilenced;
  recorded.exchange = 'refreshing';
  recorded.tellAttempts += 1;
  recorded.toldAt = edge.control.clock.now();
  // From the request on, a line that the source makes inactive may be the answer to it.
  recorded.isSilenced = wasSilenced || isSilenced;
  const response = await offer(edge, recorded, wanted).finally(() => {
    recorded.exchange = 'none';
  });
  if (recorded.isOver) return;
  if (response === undefined || response.status >= 300) {
    // The description that was refused is not in force, and its number is used up (RFC 3264 §8).
    recorded.answer = { ...recorded.answer, origin: wanted.origin };
    recorded.isSilenced = wasSilenced;
    const ms = retryMs(recorded, response);
    if (ms !== undefined) return later(edge, recorded, ms);
    // Who fell silent for us has to hear that it may go on: that is asked again and again.
    if (maySendAgain) later(edge, recorded, sipEdgeLimits.tellAgainMs);
    else recorded.untold = textOf(wanted);
    recorded.tellAttempts = 0;
    edge.log.warn('sourceNotTold', { recordingId, status: response?.status ?? 0 });
    return;
  }
  recorded.answer = wanted;
  recorded.isSilenced = isSilenced;
  recorded.tellAttempts = 0;
  if (agreedTimer !== undefined) {
    const at = edge.control.clock.now();
    recorded.agreedTimer = { timer: agreedSessionTimer(response) ?? agreedTimer.timer, role: 'uac', at };
    armExpiry(edge, recorded);
  }
  await keepIfPossible(edge, recorded);
  edge.log.info('sourceTold', { recordingId, isSilenced: String(isSilenced) });
  if (maySendAgain) recorded.offer = sending(recorded.offer);
  const answered = maySendAgain ? parseDescription(response.body) : undefined;
  if (answered?.ok === true) await takeWord(edge, recorded, answered.value);
  // What changed meanwhile is told next.
  later(edge, recorded, sipEdgeLimits.tellEveryMs);
}

/** An offer of the source that was made while we had asked for silence, as it would be without that. */
function sending(offered: SdpDescription): SdpDescription {
  const media = offered.media.map((line) => {
    const attributes = line.attributes.map((one) => (one.name === 'inactive' ? { ...one, name: 'sendonly' } : one));
    return { ...line, attributes };
  });
  return { ...offered, media };
}

/** What we offer: where the source fell silent for us and may send again, all that it ever sent. */
function basisOf(edge: RecordingEdge, recorded: RecordedDialog): AnswerBasis {
  const basis = ownBasis(edge, recorded);
  // Rule: a source that fell silent for us is asked to send again, though its latest offer is inactive
  return recorded.isSilenced && basis.isSilencing !== true ? { ...basis, offer: sending(basis.offer) } : basis;
}

/** What the description says, whatever its number. */
function textOf(description: SdpDescription): string {
  return writeDescription({ ...description, origin: { ...description.origin, sessionVersion: '0' } });
}

/**
 * Brings the source's idea of its recording up to date, if it is to have one: at most one exchange at a time and one a
 * second; what changes meanwhile is told together. Never throws.
 */
async function tellSource(edge: RecordingEdge, recorded: RecordedDialog): Promise<void> {
  if (recorded.isOver || recorded.isUnwanted || edge.isStopping) return;
  if (!recorded.isRecordAware && !recorded.trunk.pausesAtSource) return;
  const isBusy = recorded.exchange !== 'none' || recorded.success?.phase === 'waiting';
  const restMs =
    recorded.toldAt === undefined ? 0 : recorded.toldAt + sipEdgeLimits.tellEveryMs - edge.control.clock.now();
  const wanted = nextAnswer(basisOf(edge, recorded), recorded.answer);
  if (wanted === recorded.answer && !isBusy) {
    recorded.untold = undefined;
    return;
  }
  if (isBusy) return later(edge, recorded, sipEdgeLimits.tellBusyMs);
  if (recorded.untold === textOf(wanted)) return;
  if (restMs > 0 && recorded.tellAttempts === 0) return later(edge, recorded, restMs);
  await carryOut(edge, recorded, wanted);
}

/** Something changed in a conversation: the sources of its recordings are told, and nobody waits for that. */
export function tellSources(edge: RecordingEdge, conversationId: ConversationId): void {
  for (const recordingId of edge.control.live.get(conversationId)?.recordings.keys() ?? []) {
    const recorded = edge.byRecording.get(recordingId);
    if (recorded !== undefined) edge.tasks.add(tellSource(edge, recorded));
  }
}
