/** Numbers that wrap made into numbers that grow: 16-bit sequence numbers and 32-bit timestamps (RFC 3550 A.1). */

import { rtpLimits } from './limits.ts';

const sequenceSpan = 0x1_0000;
const timestampSpan = 0x1_0000_0000;

/**
 * Extends the sequence numbers of one source. A number within the misorder bound behind the highest is late; within
 * the dropout bound ahead it is progress with loss. Anything else is a source that began anew: it is given a place
 * ahead of everything seen, so that no packet is ever refused for being far away, and `restartCount` grows so that
 * the distance is not taken for loss. Results are whole numbers from 0 that stay exact for 2^53 packets.
 */
export class SequenceUnwrapper {
  /** How often the source began anew, the first packet not counted. */
  restartCount: number = 0;
  #highest: number = -1;

  /** The highest extended number so far; -1 before the first packet. */
  get highest(): number {
    return this.#highest;
  }

  /** The next packets came, each numbered one higher than the one before. */
  advance(count: number): void {
    this.#highest += count;
  }

  /** The extended number of a packet's 16-bit number. */
  extend(sequence: number): number {
    if (this.#highest < 0) {
      // One whole span in hand, so that packets older than the first one have numbers above zero too.
      this.#highest = sequenceSpan + sequence;
      return this.#highest;
    }
    const ahead = (sequence - this.#highest) & 0xffff;
    if (ahead <= rtpLimits.dropoutPacketsMax) {
      this.#highest += ahead;
      return this.#highest;
    }
    const behind = sequenceSpan - ahead;
    if (behind <= rtpLimits.misorderPacketsMax) return this.#highest - behind;
    // Always ahead, by more than the misorder bound: late packets of the new run fall on numbers never used either.
    this.restartCount += 1;
    this.#highest += ahead;
    return this.#highest;
  }
}

/**
 * Extends the timestamps of one source by the shortest way from the highest one: up to half the span (74 hours at
 * 8 kHz) in either direction. Make a new one when the source or its numbering begins anew.
 */
export class TimestampUnwrapper {
  #highest: number = -1;

  /** The extended time of a packet's 32-bit timestamp, in the same clock units. */
  extend(timestamp: number): number {
    if (this.#highest < 0) {
      this.#highest = timestampSpan + timestamp;
      return this.#highest;
    }
    const difference = (timestamp - (this.#highest % timestampSpan)) | 0;
    const extended = this.#highest + difference;
    if (difference > 0) this.#highest = extended;
    return extended;
  }
}
