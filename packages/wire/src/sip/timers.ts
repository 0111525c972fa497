/** The times that transactions wait, in milliseconds (RFC 3261 §17.1.1.1 and table 4 in appendix A). */

/** An estimate of the round trip; everything else follows from it. */
export const t1Ms: number = 500;

/** The longest pause between two sendings of one message, except for an INVITE. */
export const t2Ms: number = 4_000;

/** How long a message stays in the network. */
export const t4Ms: number = 5_000;

/** How long a transaction tries before it gives up: timers B, F, H, J, L and M. */
export const patienceMs: number = 64 * t1Ms;

/** How long a client waits for repeated refusals of its INVITE over UDP: timer D, at least 32 s. */
export const timerDMs: number = 32_000;

/** How long the user of an INVITE transaction may think before the peer is told to wait (§17.2.1). */
export const tryingMs: number = 200;

/** The next pause of a message that is sent again and again: doubled, up to T2 (timers E and G, §13.3.1.4). */
export function doubled(ms: number): number {
  return Math.min(ms * 2, t2Ms);
}
