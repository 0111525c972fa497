/** Session timers (RFC 4028): a recording session whose SRC has vanished ends, and one that is left to us is refreshed. */

import { writeDescription } from '@tacet/wire/sdp';
import {
  agreedSessionTimer,
  offerSessionTimer,
  planSessionTimer,
  type SessionTimer,
  type SipResponse,
} from '@tacet/wire/sip';
import { endByUs } from './end-recording.ts';
import { keepIfPossible } from './keep-dialog.ts';
import { sipEdgeLimits } from './limits.ts';
import { contactOf } from './own-contact.ts';
import { askInvite, readyInDialog } from './own-request.ts';
import type { RecordedDialog } from './recorded-dialog.ts';
import type { RecordingEdge } from './recording-edge.ts';

/** Starts to wait anew for as long as the timer in force says; none ends the waiting. */
export function armExpiry(edge: RecordingEdge, recorded: RecordedDialog): void {
  const { timers, agreedTimer: agreed } = recorded;
  timers.stop('refresh');
  timers.stop('expiry');
  if (agreed === undefined || recorded.isOver) return;
  const now = edge.control.clock.now();
  const { refreshAtMs, endAtMs } = planSessionTimer(agreed.timer, agreed.role, agreed.at);
  timers.start('expiry', Math.max(0, endAtMs - now), () => edge.tasks.add(endByUs(edge, recorded, 'expired')));
  if (refreshAtMs === undefined) return;
  timers.start('refresh', Math.max(0, refreshAtMs - now), () =>
    edge.tasks.add(refresh(edge, recorded, agreed.timer.seconds)),
  );
}

async function refresh(edge: RecordingEdge, recorded: RecordedDialog, seconds: number): Promise<void> {
  if (recorded.isOver) return;
  if (recorded.exchange !== 'none') {
    const retryMs = sipEdgeLimits.overlapRetrySeconds * 1_000;
    recorded.timers.start('refresh', retryMs, () => edge.tasks.add(refresh(edge, recorded, seconds)));
    return;
  }
  const ours: SessionTimer = { seconds, refresher: 'uac' };
  const response = recorded.takesUpdate ? await update(edge, recorded, ours) : await reinvite(edge, recorded, ours);
  if (recorded.isOver) return;
  // RFC 4028 §10: silence, or a peer that knows no such dialog, is the end; other refusals leave the expiry standing.
  if (response === undefined || response.status === 408 || response.status === 481) {
    await endByUs(edge, recorded, 'refreshFailed');
  } else if (response.status < 300) {
    const at = edge.control.clock.now();
    recorded.agreedTimer = { timer: agreedSessionTimer(response) ?? ours, role: 'uac', at };
    armExpiry(edge, recorded);
    await keepIfPossible(edge, recorded);
  }
}

async function update(
  edge: RecordingEdge,
  recorded: RecordedDialog,
  timer: SessionTimer,
): Promise<SipResponse | undefined> {
  const headers = [contactOf(edge, recorded), ...offerSessionTimer(timer)];
  const ready = await readyInDialog(edge, recorded, { method: 'UPDATE', headers });
  return ready === undefined ? undefined : edge.endpoint.ask(ready.request, ready.way);
}

/** The same description as before is offered; whatever the peer answers, we receive on the same ports. */
async function reinvite(
  edge: RecordingEdge,
  recorded: RecordedDialog,
  timer: SessionTimer,
): Promise<SipResponse | undefined> {
  recorded.exchange = 'refreshing';
  try {
    const bytes = new TextEncoder().encode(writeDescription(recorded.answer));
    const ready = await readyInDialog(edge, recorded, {
      method: 'INVITE',
      headers: [contactOf(edge, recorded), ...offerSessionTimer(timer)],
      body: { type: 'application/sdp', bytes },
    });
    return ready === undefined ? undefined : await askInvite(edge, recorded, ready);
  } finally {
    recorded.exchange = 'none';
  }
}
