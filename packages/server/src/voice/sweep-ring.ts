/** Which sockets are to be swept next: all of them in turn, evenly over a period. */
import { needs } from '@tacet/domain';

const startRoom = 64;

/** Socket numbers in a ring; adding, removing and telling what is due take the same time however many there are. */
export class SweepRing {
  readonly #periodMs: number;
  readonly #placeOf = new Map<number, number>();
  #numbers = new Int32Array(startRoom);
  #cursor = 0;
  #owed = 0;

  constructor(periodMs: number) {
    this.#periodMs = periodMs;
  }

  get size(): number {
    return this.#placeOf.size;
  }

  /** In no order that means anything; places `first` to before `first + dueCount` are to be swept. */
  get numbers(): Int32Array {
    return this.#numbers;
  }

  get first(): number {
    return this.#cursor;
  }

  /** How many are due without going past the end of `numbers`; behind it the ring begins anew. */
  get dueCount(): number {
    return Math.min(Math.floor(this.#owed), this.size - this.#cursor);
  }

  has(number: number): boolean {
    return this.#placeOf.has(number);
  }

  add(number: number): void {
    needs(!this.has(number), 'a socket is in a ring once');
    const place = this.size;
    if (place === this.#numbers.length) {
      const larger = new Int32Array(place * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[place] = number;
    this.#placeOf.set(number, place);
  }

  /** The last one takes the place; if that was passed in this round already, it waits for the next. */
  remove(number: number): void {
    const place = this.#placeOf.get(number);
    if (place === undefined) return;
    this.#placeOf.delete(number);
    const last = this.#numbers[this.size] ?? 0;
    if (last !== number) {
      this.#numbers[place] = last;
      this.#placeOf.set(last, place);
    }
    if (this.#cursor >= this.size) this.#cursor = 0;
  }

  /** Time has passed. What was missed of earlier rounds is not made up for: one round reads all there is. */
  pass(elapsedMs: number): void {
    this.#owed = Math.min(this.size, this.#owed + (elapsedMs / this.#periodMs) * this.size);
  }

  /** So many were swept, from `first` on. */
  done(count: number): void {
    this.#owed = Math.max(0, this.#owed - count);
    this.#cursor += count;
    if (this.#cursor >= this.size) this.#cursor = 0;
  }
}
