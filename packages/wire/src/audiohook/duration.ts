/** Durations and positions as AudioHook writes them: seconds alone, `PT1.5S`. */
import { audioHookLimits } from './limits.ts';

const pattern = /^PT(\d{0,7}(?:\.\d{1,9})?|\d{0,7}\.)S$/;

/** @returns seconds, or `undefined` when the text is no duration of this form or beyond every bound. */
export function readDuration(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const digits = pattern.exec(value)?.[1];
  if (digits === undefined || !/\d$/.test(digits)) return undefined;
  const seconds = Number(digits);
  return seconds <= audioHookLimits.secondsMax ? seconds : undefined;
}

export function writeDuration(seconds: number): string {
  return `PT${Number(seconds.toFixed(6))}S`;
}
