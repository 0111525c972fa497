/** The numbering of one source (SSRC): sequence numbers made to grow, and which of them were seen. */
import { DuplicateWindow, type Occurrence, SequenceUnwrapper } from '@tacet/wire/rtp';

export class SequenceRun {
  readonly ssrc: number;
  /** Extended number of the packet judged last. */
  sequence: number = -1;
  readonly #unwrapper = new SequenceUnwrapper();
  readonly #window = new DuplicateWindow();

  constructor(ssrc: number) {
    this.ssrc = ssrc;
  }

  /** How often the source began its numbering anew, under the same SSRC. */
  get restartCount(): number {
    return this.#unwrapper.restartCount;
  }

  /** The number that a packet bears which follows right behind all that was seen; `undefined` when the last was late. */
  get next(): number | undefined {
    return this.sequence === this.#unwrapper.highest ? (this.sequence + 1) & 0xffff : undefined;
  }

  /** So many packets came, the first of them numbered `next` and each one higher than the one before. */
  advance(count: number): void {
    this.#unwrapper.advance(count);
    for (let taken = 0; taken < count; taken += 1) {
      this.sequence += 1;
      this.#window.mark(this.sequence);
    }
  }

  /** Judges the 16-bit number of a packet and remembers it. */
  mark(sequence: number): Occurrence {
    this.sequence = this.#unwrapper.extend(sequence);
    return this.#window.mark(this.sequence);
  }
}
