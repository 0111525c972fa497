/** Session timers: agreeing how long a dialog may stay silent before it counts as dead (RFC 4028). */
import { numberFrom } from './grammar.ts';
import type { SipHeader, SipMessage, SipRequest, SipResponse } from './message.ts';
import { hasToken, headerValue } from './message.ts';
import type { Parameter } from './parameters.ts';
import { parameterValue, parseParameters } from './parameters.ts';

/** Who sent the INVITE or UPDATE (`uac`) or answered it (`uas`) and so keeps the dialog alive. */
export type Refresher = 'uac' | 'uas';

/** A session interval as agreed. */
export interface SessionTimer {
  /** Seconds without a refresh after which the dialog is over. */
  readonly seconds: number;
  readonly refresher: Refresher;
}

export interface SessionTimerPolicy {
  /** The shortest interval we take, in seconds; RFC 4028 §4 allows none below 90. */
  readonly secondsMin: number;
  /** The interval we propose when the peer can use session timers but names none, in seconds. */
  readonly secondsWanted: number;
  /** Who refreshes when that is ours to choose. */
  readonly refresher: Refresher;
}

/** Ours: half an hour, as RFC 4028 §4 recommends, and the SRC refreshes, since it knows whether it still records. */
export const sessionTimerPolicy: SessionTimerPolicy = { secondsMin: 90, secondsWanted: 1_800, refresher: 'uac' };

/** The smallest Min-SE there is, and what its absence means (RFC 4028 §5). */
const shortestSeconds = 90;

/** What the answer to an INVITE or UPDATE says about the session timer. */
export type SessionTimerVerdict =
  /** No session timer: nothing is added to the 2xx. */
  | { readonly kind: 'none' }
  /** Add the headers to the 2xx, and act on the timer from when it is sent. */
  | { readonly kind: 'agreed'; readonly timer: SessionTimer; readonly headers: readonly SipHeader[] }
  /** Answer with the status, 422 or 400, and the headers. */
  | { readonly kind: 'refused'; readonly status: 400 | 422; readonly headers: readonly SipHeader[] };

/** Decides as the answering side (RFC 4028 §9). The policy's shortest interval counts as at least 90 seconds. */
export function negotiateSessionTimer(
  request: SipRequest,
  policy: SessionTimerPolicy = sessionTimerPolicy,
): SessionTimerVerdict {
  const asked = sessionExpiresOf(request);
  const peerMin = minSeOf(request);
  if (asked === 'malformed' || peerMin === 'malformed') return { kind: 'refused', status: 400, headers: [] };
  const isSupported = hasToken(request, 'Supported', 'timer') || hasToken(request, 'Require', 'timer');
  const secondsMin = Math.max(policy.secondsMin, shortestSeconds);
  if (asked === undefined) {
    if (!isSupported) return { kind: 'none' };
    return agreed(Math.max(policy.secondsWanted, secondsMin, peerMin ?? 0), policy.refresher);
  }
  // Only a peer that knows session timers understands a 422 (§9); for another one a proxy put the header there.
  if (asked.seconds < secondsMin && isSupported) {
    return { kind: 'refused', status: 422, headers: [{ name: 'Min-SE', value: String(secondsMin) }] };
  }
  return agreed(asked.seconds, isSupported ? (asked.refresher ?? policy.refresher) : 'uas');
}

/** The headers with which we, as the asking side, propose a session timer (RFC 4028 §7.1). */
export function offerSessionTimer(timer: SessionTimer, secondsMin: number = shortestSeconds): readonly SipHeader[] {
  const supported: SipHeader = { name: 'Supported', value: 'timer' };
  const min: readonly SipHeader[] = secondsMin > shortestSeconds ? [{ name: 'Min-SE', value: String(secondsMin) }] : [];
  return [supported, sessionExpires(timer), ...min];
}

/** What a 2xx to our offer agreed to; undefined when it agreed to no session timer (RFC 4028 §7.2). */
export function agreedSessionTimer(response: SipResponse): SessionTimer | undefined {
  const found = sessionExpiresOf(response);
  if (found === undefined || found === 'malformed') return undefined;
  return { seconds: found.seconds, refresher: found.refresher ?? 'uac' };
}

/** The shortest interval that a 422 asks for, in seconds, to try again with (RFC 4028 §7.3); undefined without one. */
export function secondsAskedFor(response: SipResponse): number | undefined {
  const min = minSeOf(response);
  return min === 'malformed' ? undefined : min;
}

/** When something is due, as instants on the clock that `startMs` is from. */
export interface SessionTimerPlan {
  /** When we send the refresh: half of the interval; undefined when the peer refreshes (RFC 4028 §10). */
  readonly refreshAtMs: number | undefined;
  /** When we send BYE unless a refresh came: before the interval ends, by a third of it but at most 32 seconds. */
  readonly endAtMs: number;
}

/** What is due after the last 2xx to INVITE or UPDATE, sent or received at `startMs`, when our part in it was `role`. */
export function planSessionTimer(timer: SessionTimer, role: Refresher, startMs: number): SessionTimerPlan {
  const intervalMs = timer.seconds * 1_000;
  return {
    refreshAtMs: timer.refresher === role ? startMs + intervalMs / 2 : undefined,
    endAtMs: startMs + intervalMs - Math.min(32_000, Math.floor(intervalMs / 3)),
  };
}

function agreed(seconds: number, refresher: Refresher): SessionTimerVerdict {
  const timer = { seconds, refresher };
  const require: readonly SipHeader[] = refresher === 'uac' ? [{ name: 'Require', value: 'timer' }] : [];
  return { kind: 'agreed', timer, headers: [sessionExpires(timer), ...require] };
}

function sessionExpires({ seconds, refresher }: SessionTimer): SipHeader {
  return { name: 'Session-Expires', value: `${seconds};refresher=${refresher}` };
}

interface AskedTimer {
  readonly seconds: number;
  readonly refresher: Refresher | undefined;
}

function sessionExpiresOf(message: SipMessage): AskedTimer | 'malformed' | undefined {
  const value = headerValue(message, 'Session-Expires');
  if (value === undefined) return undefined;
  const read = secondsAndParameters(value);
  const refresher = parameterValue(read?.parameters ?? [], 'refresher')?.toLowerCase();
  if (read === undefined || (refresher !== undefined && refresher !== 'uac' && refresher !== 'uas')) return 'malformed';
  return { seconds: read.seconds, refresher };
}

function minSeOf(message: SipMessage): number | 'malformed' | undefined {
  const value = headerValue(message, 'Min-SE');
  return value === undefined ? undefined : (secondsAndParameters(value)?.seconds ?? 'malformed');
}

/** `delta-seconds` with parameters behind it; more than 2**31 − 1 seconds is no interval anyone can wait for. */
function secondsAndParameters(
  value: string,
): { readonly seconds: number; readonly parameters: readonly Parameter[] } | undefined {
  const match = /^([0-9]+)[ \t]*(|;.*)$/s.exec(value);
  const seconds = numberFrom(match?.[1] ?? '', 2_147_483_647);
  const parameters = parseParameters(match?.[2] ?? '');
  return seconds === undefined || parameters === undefined ? undefined : { seconds, parameters };
}
