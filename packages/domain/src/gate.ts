/**
 * The gate as a pure machine: open, closed, opening.
 *
 * There is no default state: a gate is built from a stored fact, and what is unknown is closed. The way back to
 * open leads through `opening`: the guard interval must pass, then a fence must travel through the same queue as the
 * units, and only what arrives after it is admitted, from the next anchor on.
 */
import { earliest, type Instant, latest } from './instant.ts';

/** What the gate needs to know of a unit; never its content. */
export interface UnitHead {
  /** When it reached us; the reading instant where the platform has no arrival stamp. */
  readonly arrivedAt: Instant;
  /** Whether it can be understood without earlier units. */
  readonly isAnchor: boolean;
}

export type GateState =
  | {
      readonly at: 'open';
      readonly since: Instant;
      /** It is closing: nothing that arrives from here on may pass, while what arrived before is still being read. */
      readonly until?: Instant;
    }
  | { readonly at: 'closed'; readonly since: Instant }
  | {
      readonly at: 'opening';
      /** Since when nothing has been admitted. */
      readonly closedSince: Instant;
      /** Nothing that arrived before this may pass: the end of the guard interval, or the fence's return if that is later. */
      readonly notBefore: Instant;
      /** `due`: to be sent once the guard has passed. `sent`: on its way. `passed`: read back. */
      readonly fence: 'due' | 'sent' | 'passed';
      readonly needsAnchor: boolean;
    };

/** How a gate is to open again. */
export interface OpenPolicy {
  /** Instant before which nothing may be admitted: the request to resume plus the guard interval. */
  readonly notBefore: Instant;
  /** Whether units of this stream depend on earlier ones, so that admission waits for an anchor. */
  readonly needsAnchor: boolean;
}

export function openGate(since: Instant): GateState {
  return { at: 'open', since };
}

export function closedGate(since: Instant): GateState {
  return { at: 'closed', since };
}

/** Shuts an open gate for all that arrives from `at` on; what arrived before may pass until `close`. */
export function closeFrom(state: GateState, at: Instant): GateState {
  if (state.at !== 'open') return state;
  return { ...state, until: state.until === undefined ? at : earliest(state.until, at) };
}

/** Closes at once, from any state; a gate that is already shut stays shut since when it was. */
export function close(state: GateState, at: Instant): GateState {
  if (state.at === 'closed') return state;
  if (state.at === 'opening') return closedGate(state.closedSince);
  return closedGate(state.until === undefined ? at : earliest(state.until, at));
}

/** Begins to open a closed gate; an open or opening gate stays as it is. */
export function open(state: GateState, policy: OpenPolicy): GateState {
  if (state.at !== 'closed') return state;
  return { at: 'opening', closedSince: state.since, fence: 'due', ...policy };
}

/** Whether the fence has to be sent now. */
export function wantsFence(state: GateState, now: Instant): boolean {
  return state.at === 'opening' && state.fence === 'due' && now >= state.notBefore;
}

/** The fence was handed to the queue. A fence sent before the guard has passed proves nothing and is not counted. */
export function fenceSent(state: GateState, at: Instant): GateState {
  return wantsFence(state, at) && state.at === 'opening' ? { ...state, fence: 'sent' } : state;
}

/** The fence came back: everything that had waited before it has been seen, and was withheld. */
export function fencePassed(state: GateState, at: Instant): GateState {
  if (state.at !== 'opening' || state.fence !== 'sent') return state;
  const notBefore = latest(at, state.notBefore);
  return state.needsAnchor ? { ...state, fence: 'passed', notBefore } : openGate(notBefore);
}

/**
 * Moves an opening gate to open when `unit` is the anchor it waits for; every other state is returned as it is. An
 * anchor that arrived before the fence came back is not the one, however late it is read.
 */
export function meet(state: GateState, unit: UnitHead): GateState {
  if (state.at !== 'opening' || state.fence !== 'passed' || !unit.isAnchor) return state;
  return unit.arrivedAt < state.notBefore ? state : openGate(unit.arrivedAt);
}

/** Whether a unit may pass. A unit that arrived before the gate opened is refused however late it is read. */
export function admits(state: GateState, unit: UnitHead): boolean {
  if (state.at !== 'open' || unit.arrivedAt < state.since) return false;
  return state.until === undefined || unit.arrivedAt < state.until;
}
