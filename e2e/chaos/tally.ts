/** What a chaos run counts, and the report that is made of it. */
import type { Verdict } from './judge.ts';
import type { Trouble } from './trouble.ts';

interface Taken {
  done: number;
  refused: number;
  readonly tookMs: number[];
}

function percentile(values: readonly number[], share: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN).toFixed(1);
}

function taken(): Taken {
  return { done: 0, refused: 0, tookMs: [] };
}

const sums = ['sent', 'kept', 'leaked', 'doubled', 'untold', 'lost', 'withheld'] as const;

type Sums = { [sum in (typeof sums)[number]]: number };

function none(): Sums {
  return { sent: 0, kept: 0, leaked: 0, doubled: 0, untold: 0, lost: 0, withheld: 0 };
}

export class Tally {
  readonly pauses: Taken = taken();
  readonly resumes: Taken = taken();
  readonly troubles = new Map<Trouble, number[]>();
  /** What went wrong with calls beside their packets, by its sentence. */
  readonly defects: string[] = [];
  readonly totals = none();
  /** The same of what was beside calls, by medium. */
  readonly beside = new Map<string, Sums>();
  calls = 0;
  refusedCalls = 0;

  asked(state: 'PAUSED' | 'ACTIVE', isDone: boolean, tookMs: number): void {
    const taken = state === 'PAUSED' ? this.pauses : this.resumes;
    if (!isDone) taken.refused += 1;
    else {
      taken.done += 1;
      taken.tookMs.push(tookMs);
    }
  }

  befell(trouble: Trouble, tookMs: number): void {
    this.troubles.set(trouble, [...(this.troubles.get(trouble) ?? []), tookMs]);
  }

  judged(key: string, verdicts: readonly Verdict[]): void {
    this.calls += 1;
    for (const [place, verdict] of verdicts.entries()) {
      const totals = this.#totalsOf(verdict);
      for (const sum of sums) totals[sum] += sum === 'untold' ? verdict.untold.length : verdict[sum];
      const { leaked, doubled, untold } = verdict;
      if (leaked + doubled + untold.length === 0) continue;
      this.defects.push(
        `${key}, ${verdict.medium ?? `stream ${place + 1}`}: ${leaked} leaked, ${doubled} doubled, untold: ${untold.join('; ')}`,
      );
    }
  }

  get isClean(): boolean {
    return this.defects.length === 0;
  }

  #totalsOf({ medium }: Verdict): Sums {
    if (medium === undefined) return this.totals;
    const known = this.beside.get(medium) ?? none();
    this.beside.set(medium, known);
    return known;
  }

  /** What was beside calls, a row for each medium. */
  #besideTable(): readonly string[] {
    if (this.beside.size === 0) return [];
    const head = `| beside calls | ${sums.join(' | ')} |\n|---|${'--:|'.repeat(sums.length)}`;
    const rows = [...this.beside].map(([medium, of]) => `| ${medium} | ${sums.map((sum) => of[sum]).join(' | ')} |`);
    return [[head, ...rows].join('\n')];
  }

  /** @param about the run in one line: its seed, calls and minutes. */
  report(about: string): string {
    const { totals, pauses, resumes } = this;
    const rows = [
      ['calls', `${this.calls} judged, ${this.refusedCalls} could not be placed at first`],
      ['packets sent', totals.sent],
      ['kept', totals.kept],
      ['counted as withheld', totals.withheld],
      ['counted as lost', totals.lost],
      ['**leaked**', totals.leaked],
      ['**kept twice**', totals.doubled],
      ['**missing and not told of**', totals.untold],
      ['pauses', `${pauses.done} done, ${pauses.refused} refused or unanswered`],
      ['a pause took', `p50 ${percentile(pauses.tookMs, 0.5)} ms, p99 ${percentile(pauses.tookMs, 0.99)} ms`],
      ['resumes', `${resumes.done} done, ${resumes.refused} refused or unanswered`],
      ...[...this.troubles].map(([trouble, took]) => [
        trouble,
        `${took.length} times, p50 ${percentile(took, 0.5)} ms`,
      ]),
    ];
    const table = rows.map(([what, value]) => `| ${what} | ${value} |`).join('\n');
    const defects = this.defects.slice(0, 50).map((defect) => `- ${defect}`);
    return [
      `${about}\n\n| | |\n|---|--:|\n${table}`,
      ...this.#besideTable(),
      ...(defects.length > 0 ? [defects.join('\n')] : []),
      '',
    ].join('\n\n');
  }
}
