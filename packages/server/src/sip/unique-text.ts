/** Text that nobody else has drawn: tags, branches and Call-IDs (RFC 3261 §19.3, §8.1.1.7). */
import { randomBytes } from 'node:crypto';

/** 64 bits of real randomness as token characters; twice what §19.3 asks of a tag. */
export function uniqueText(): string {
  return randomBytes(8).toString('hex');
}
