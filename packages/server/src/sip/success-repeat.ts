/** A 2xx to an INVITE is sent until its ACK comes; without one the recording session ends (RFC 3261 §13.3.1.4). */
import {
  beginSuccessRetransmit,
  type SipRequest,
  type SipResponse,
  type SuccessInput,
  type SuccessStep,
  stepSuccessRetransmit,
  takeInDialog,
} from '@tacet/wire/sip';
import { endByUs } from './end-recording.ts';
import type { IncomingRequest } from './endpoint-user.ts';
import type { RecordedDialog } from './recorded-dialog.ts';
import type { RecordingEdge } from './recording-edge.ts';

/** Answers the INVITE with a 2xx, and again until it is acknowledged. */
export function sendSuccess(
  edge: RecordingEdge,
  recorded: RecordedDialog,
  incoming: Pick<IncomingRequest, 'respond'>,
  response: SipResponse,
): void {
  const feed = (input: SuccessInput): void => {
    if (recorded.success !== undefined) carryOut(stepSuccessRetransmit(recorded.success, input));
  };
  const carryOut = ({ next, effects }: SuccessStep): void => {
    recorded.success = next;
    for (const effect of effects) {
      switch (effect.kind) {
        case 'send':
          incoming.respond(effect.response);
          break;
        case 'startTimer':
          recorded.timers.start(effect.timer, effect.ms, () => feed(effect.timer));
          break;
        case 'stopTimer':
          recorded.timers.stop(effect.timer);
          break;
        case 'unacknowledged':
          edge.tasks.add(endByUs(edge, recorded, 'unacknowledged'));
      }
    }
  };
  incoming.respond(response);
  carryOut(beginSuccessRetransmit(response));
}

/** Takes an ACK; false when it acknowledges nothing of this dialog. */
export function acknowledge(recorded: RecordedDialog, ack: SipRequest): boolean {
  if (takeInDialog(recorded.dialog, ack).kind !== 'accept' || recorded.success === undefined) return false;
  const { next, effects } = stepSuccessRetransmit(recorded.success, 'ack');
  recorded.success = next;
  for (const effect of effects) if (effect.kind === 'stopTimer') recorded.timers.stop(effect.timer);
  return true;
}
