/** Clients that are behind read the outbox page by page, one after another, until they are where the others are. */
import type { Clock, Outbox } from '@tacet/domain';
import type { NotifyLimits } from './limits.ts';
import { type Line, tellGap } from './line.ts';
import type { FindConversation } from './subscription-rights.ts';
import { type ToldEvent, toldEvent } from './told-event.ts';

export interface CatchingUpParts {
  readonly outbox: Outbox;
  readonly find: FindConversation;
  readonly clock: Clock;
  readonly limits: NotifyLimits;
  readonly report: (error: Error) => void;
  /** The newest event that live clients were told. */
  readonly told: () => number;
  readonly tellLine: (line: Line, event: ToldEvent) => void;
  /** What was read about rights is forgotten. */
  readonly newTurn: () => void;
}

export class CatchingUp {
  readonly #parts: CatchingUpParts;
  readonly #waiting = new Set<Line>();
  #isScheduled = false;

  constructor(parts: CatchingUpParts) {
    this.#parts = parts;
  }

  add(line: Line): void {
    this.#waiting.add(line);
    this.#wake();
  }

  /** One page in a turn of the event loop, whoever else is behind: pauses must not wait for it. */
  #wake(): void {
    if (this.#isScheduled || this.#waiting.size === 0) return;
    this.#isScheduled = true;
    setImmediate(() => void this.#turn());
  }

  async #turn(): Promise<void> {
    const [line] = this.#waiting;
    if (line !== undefined) {
      this.#waiting.delete(line);
      await this.#readFor(line);
    }
    this.#isScheduled = false;
    this.#wake();
  }

  async #readFor(line: Line): Promise<void> {
    const { report, clock, limits } = this.#parts;
    try {
      this.#parts.newTurn();
      await this.#page(line);
    } catch (error) {
      report(error instanceof Error ? error : new Error(String(error)));
      clock.later(limits.retryMs, () => this.add(line));
    }
  }

  async #page(line: Line): Promise<void> {
    const { outbox, find, limits, told, tellLine } = this.#parts;
    const isStopped = (): boolean => line.isOver || line.isBlocked || line.isLive;
    const events = await outbox.events(line.cursor.number, limits.pageEvents);
    for (const event of events) {
      const said = await toldEvent(event, find);
      if (isStopped()) return;
      this.#noteGap(line, event.number);
      if (said === undefined) line.cursor = { number: event.number };
      else tellLine(line, said);
    }
    if (isStopped()) return;
    if (events.length === 0) this.#noteGap(line, told() + 1);
    // Rule: from the outbox to what happens now there is neither a gap nor an overlap
    if (line.cursor.number >= told()) line.isLive = true;
    else this.add(line);
  }

  /** Events before `next` that are no more; the client goes on with `next`. */
  #noteGap(line: Line, next: number): void {
    const expected = line.cursor.number + 1;
    if (next <= expected) return;
    tellGap(line, 'pruned', { from: expected, to: next - 1 });
    line.cursor = { number: next - 1 };
  }
}
