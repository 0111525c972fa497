/** What was sent against what was found: where each frame belongs, and how late things were on this machine. */

import type { SentFrame } from './marked-sender.ts';
import { frameMs } from './marks.ts';

/**
 * By how much the server's clock may be behind the sender's: it is read off one of whole milliseconds when the server
 * starts, by a process that may be held up just then. A frame that arrived before it was sent gives that away.
 */
export function clocksApartMs(
  sent: readonly SentFrame[],
  stored: readonly { readonly number: number; readonly arrivedAt: number }[],
): number {
  return stored.reduce(
    (most, { number, arrivedAt }) => Math.max(most, 1 + (sent[number]?.from ?? arrivedAt) - arrivedAt),
    1,
  );
}

/**
 * The wall time at which frame 0 would have been sent by a sender that is never late; frame `n` belongs 20 ms times `n`
 * behind it. A frame that was held up does not move the others, so the fastest one tells.
 */
export function originOf(frames: readonly { readonly number: number; readonly at: number }[]): number {
  return frames.reduce((least, { number, at }) => Math.min(least, at - number * frameMs), Number.POSITIVE_INFINITY);
}

/** By how much the latest of them was late, in ms. */
export function mostLateMs(frames: readonly { readonly number: number; readonly at: number }[]): number {
  const origin = originOf(frames);
  return frames.reduce((most, { number, at }) => Math.max(most, at - number * frameMs - origin), 0);
}

/** Numbers of frames that were handed to the kernel wholly between two instants. */
export function sentBetween(sent: readonly SentFrame[], from: number, to: number): readonly number[] {
  return sent.filter((frame) => frame.from >= from && frame.to < to).map(({ number }) => number);
}

/** Unbroken runs in an ascending list of numbers, each as its first and last. */
export function runsOf(numbers: readonly number[]): readonly (readonly [number, number])[] {
  const runs: [number, number][] = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] + 1 === number) last[1] = number;
    else runs.push([number, number]);
  }
  return runs;
}
