/** What a process has cost so far, as the kernel counts it. */
import { readFileSync } from 'node:fs';

/** Ticks per second of the times in /proc: a constant of Linux's interface. */
const ticksPerSecond = 100;

/** Seconds of CPU that a process has used, all of its threads together. */
export function cpuSecondsOf(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}
