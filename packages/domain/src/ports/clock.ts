/** Time as a port, so that the simulator can own it. */
import type { Instant } from '../instant.ts';

/** Cancels a timer; calling it again, or after the timer has run, does nothing. */
export type CancelTimer = () => void;

export interface Clock {
  /** Now, on the node's steady clock. */
  now(): Instant;
  /** Runs `task` once, `ms` milliseconds from now (never synchronously). */
  later(ms: number, task: () => void): CancelTimer;
}
