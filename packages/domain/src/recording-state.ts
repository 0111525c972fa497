/** NONE, ACTIVE, PAUSED of a conversation's recording, and the causes that keep it from running (P6). */
import type { SpanId } from './ids.ts';
import type { Instant } from './instant.ts';

export const recordingStates = ['ACTIVE', 'PAUSED', 'NONE'] as const;
/** As the contract's `SetRecordingState` writes it. */
export type RecordingState = (typeof recordingStates)[number];

/**
 * Why a gate is shut; each is independent of the others and cleared on its own. `sourcePause` and `sourceHold` come from
 * the SRC, in its offer or its metadata, and only the SRC ends them (ADR 17).
 */
export const pauseCauses = ['securePause', 'holdSuppression', 'sourcePause', 'sourceHold'] as const;
export type PauseCause = (typeof pauseCauses)[number];

/** The causes that come from the source of the media. */
export type SourceCause = Extract<PauseCause, 'sourcePause' | 'sourceHold'>;

/** A cause in force. */
export interface ActiveCause {
  readonly cause: PauseCause;
  /** The withheld span it keeps open. */
  readonly spanId: SpanId;
  readonly since: Instant;
}

export interface RecordingControl {
  readonly causes: readonly ActiveCause[];
  /** A pause was asked for but not every gate confirmed it; new captures start closed, and the state is not reported as PAUSED. */
  readonly hasUnconfirmedPause: boolean;
}

export const runningControl: RecordingControl = { causes: [], hasUnconfirmedPause: false };

export function causeOf(control: RecordingControl, cause: PauseCause): ActiveCause | undefined {
  return control.causes.find((active) => active.cause === cause);
}

/** An unconfirmed pause outlasts every other cause: only a confirmed secure pause or an authorised resume settles it. */
function isStillUnconfirmed(control: RecordingControl, settledBy: PauseCause): boolean {
  return control.hasUnconfirmedPause && settledBy !== 'securePause';
}

export function withCause(control: RecordingControl, active: ActiveCause): RecordingControl {
  return {
    causes: [...control.causes.filter((other) => other.cause !== active.cause), active],
    hasUnconfirmedPause: isStillUnconfirmed(control, active.cause),
  };
}

export function withoutCause(control: RecordingControl, cause: PauseCause): RecordingControl {
  return {
    causes: control.causes.filter((other) => other.cause !== cause),
    hasUnconfirmedPause: isStillUnconfirmed(control, cause),
  };
}

/** Whether a capture that starts now starts closed. */
export function startsClosed(control: RecordingControl): boolean {
  return control.causes.length > 0 || control.hasUnconfirmedPause;
}

/** What the API says: PAUSED while any cause holds, otherwise ACTIVE while something is being captured. */
export function reportedState(control: RecordingControl, liveCaptureCount: number): RecordingState {
  if (control.causes.length > 0) return 'PAUSED';
  return liveCaptureCount > 0 ? 'ACTIVE' : 'NONE';
}

/** `securePause` of the contract: true only for a pause asked for through the API, never for a hold or for a pause of the source. */
export function isSecurePause(control: RecordingControl): boolean {
  return causeOf(control, 'securePause') !== undefined;
}
