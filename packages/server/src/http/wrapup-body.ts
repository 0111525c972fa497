/** Reads the contract's `WrapupInput`. */
import { type Instant, instant, type WrapupNote } from '@tacet/domain';
import type { WrapupInput } from './models/participant-change.ts';

/** The schema has seen that it is one. */
export function instantIn(text: string): Instant {
  return instant(Date.parse(text));
}

export function wrapupNote(input: WrapupInput): WrapupNote {
  const { code, name, notes, tags, durationSeconds, endTime, provisional, disableEndTimeUpdates } = input;
  return {
    ...(code === undefined ? {} : { code }),
    ...(name === undefined ? {} : { name }),
    ...(notes === undefined ? {} : { notes }),
    ...(tags === undefined ? {} : { tags }),
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
    ...(endTime === undefined ? {} : { endedAt: instantIn(endTime) }),
    ...(provisional === true ? { isProvisional: true } : {}),
    ...(disableEndTimeUpdates === true ? { keepsEnd: true } : {}),
  };
}
