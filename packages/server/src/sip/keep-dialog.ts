/** A dialog outlives the process (P4): what later requests need is kept with the recording, before the peer relies on it. */
import { type SipResponse, serializeMessage } from '@tacet/wire/sip';
import { keepSource } from '../control/index.ts';
import type { RecordedDialog } from './recorded-dialog.ts';
import type { RecordingEdge } from './recording-edge.ts';

/** Another form of what is kept gets another number; a dialog of a form that is not known cannot go on. */
export const formVersion = 1;

/** A dialog as it is kept. */
export type KeptDialog = Omit<RecordedDialog, 'timers' | 'exchange' | 'success' | 'isOver' | 'isTakenUp'> & {
  readonly formVersion: number;
  readonly isOffering: boolean;
  /** The 2xx that waits for its ACK, as it is sent. */
  readonly success?: Uint8Array;
};

/**
 * Keeps the dialog as it is now; durable when it resolves.
 * @param success a 2xx to an INVITE that is sent right after this.
 * @throws Fault storageUnavailable.
 */
export function keepDialog(edge: RecordingEdge, recorded: RecordedDialog, success?: SipResponse): Promise<void> {
  const { timers: _, exchange, success: repeated, isOver, isTakenUp, way, ...plain } = recorded;
  if (isOver) return Promise.resolve();
  const waiting = success ?? (repeated?.phase === 'waiting' ? repeated.response : undefined);
  // A connection has another number in another process, if it is there at all.
  const { connectionId: _number, ...wayThere } = way;
  const kept: KeptDialog = {
    ...plain,
    formVersion,
    way: wayThere,
    isOffering: exchange === 'offering',
    ...(waiting === undefined ? {} : { success: serializeMessage(waiting) }),
  };
  return keepSource(edge.control, recorded.recordingId, kept);
}

/** As `keepDialog`, where nobody can wait for it or do without what comes next; a failure is only reported. */
export async function keepIfPossible(
  edge: RecordingEdge,
  recorded: RecordedDialog,
  success?: SipResponse,
): Promise<void> {
  try {
    await keepDialog(edge, recorded, success);
  } catch (error) {
    edge.control.report(error instanceof Error ? error : new Error(String(error)));
  }
}
