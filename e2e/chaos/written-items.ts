/** What is written in a conversation of a chaos run, item by item, and what must have become of it. */

import { setTimeout as wait } from 'node:timers/promises';
import type { StreamInterval } from '@tacet/domain';
import type { SeededRandom } from '@tacet/testkit';
import { isToldAt, type SurePause, type Verdict } from './judge.ts';
import { between, wallTime } from './random-pauses.ts';

/**
 * What was answered: `kept` or `withheld` where the door tells, `taken` where it says no more than that. Of what was
 * refused, or not answered before the line broke, nobody knows.
 */
export type ItemAnswer = 'kept' | 'withheld' | 'taken' | 'unknown';

interface WrittenItem {
  readonly from: number;
  readonly to: number;
  readonly answer: ItemAnswer;
}

/** How long is waited between items, in ms. */
const restMs = { least: 100, most: 1_500 } as const;
/** By how much the clocks of two processes may differ. */
const apartMs = 50;

/** The text of an item: it is looked for in all that is stored. */
export function itemText(number: number): string {
  return `chaos ${number};`;
}

/** The number of the item of which this is all, or a part. */
export function itemNumberIn(text: string): number | undefined {
  const number = /chaos (\d+);/.exec(text)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** Writes one after the other until it is told to stop. */
export class ItemWriter {
  readonly items: WrittenItem[] = [];
  readonly #write: (text: string, number: number) => Promise<ItemAnswer>;
  readonly #writing: Promise<void>;
  #isOver = false;

  /** @param write rejects where nobody knows what became of it. */
  constructor(random: SeededRandom, write: (text: string, number: number) => Promise<ItemAnswer>) {
    this.#write = write;
    this.#writing = this.#go(random);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#writing;
  }

  async #go(random: SeededRandom): Promise<void> {
    while (!this.#isOver) {
      const from = wallTime();
      const number = this.items.length;
      const answer = await this.#write(itemText(number), number).catch((): ItemAnswer => 'unknown');
      this.items.push({ from, to: wallTime(), answer });
      await wait(between(random, restMs));
    }
  }
}

interface KeptItems {
  readonly numbers: readonly number[];
  readonly intervals: readonly StreamInterval[];
}

function isInPause({ from, to }: WrittenItem, pauses: readonly SurePause[]): boolean {
  return pauses.some(({ closedAt, until }) => from >= closedAt + apartMs && to < until - apartMs);
}

/** Why an item that is not kept should be; nothing where it need not be. */
function missing(
  { from, to, answer }: WrittenItem,
  number: number,
  withheld: readonly StreamInterval[],
): readonly string[] {
  if (answer === 'unknown' || (answer !== 'kept' && isToldAt(withheld, from, to))) return [];
  return [`item ${number} was ${answer}, and is not there`];
}

/** Rule of it: what was answered as kept is there once; what was taken is there once, or in a stretch that was withheld. */
export function judgeItems(
  items: readonly WrittenItem[],
  { numbers, intervals }: KeptItems,
  pauses: readonly SurePause[],
): Verdict {
  const kept = new Set(numbers);
  const withheld = intervals.filter(({ kind }) => kind === 'withheld');
  const leaked = items.filter(
    (item, number) => kept.has(number) && (item.answer === 'withheld' || isInPause(item, pauses)),
  );
  const count = (kind: string): number =>
    intervals.reduce((sum, interval) => sum + (interval.kind === kind ? interval.unitCount : 0), 0);
  return {
    sent: items.length,
    kept: numbers.length,
    leaked: leaked.length,
    doubled: numbers.length - kept.size,
    untold: items.flatMap((item, number) => (kept.has(number) ? [] : missing(item, number, withheld))),
    lost: count('lost'),
    withheld: count('withheld'),
  };
}
