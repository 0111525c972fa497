/** Reads the lcov text that node's test runner writes. */

/** What one file's tests reached. Lists hold line numbers, counted from 1. */
export type FileCoverage = {
  readonly path: string;
  readonly linesFound: number;
  readonly linesHit: number;
  readonly branchesFound: number;
  readonly branchesHit: number;
  readonly missedBranchLines: readonly number[];
};

/** Reads the records that matter here: SF, LF/LH (lines), BRF/BRH and BRDA (branches). */
export function readLcov(text: string): readonly FileCoverage[] {
  return text
    .split('end_of_record')
    .filter((record) => record.includes('SF:'))
    .map((record) => {
      const lines = record.split('\n');
      const fieldOf = (key: string): string =>
        lines.find((line) => line.startsWith(`${key}:`))?.slice(key.length + 1) ?? '';
      const missed = lines
        .filter((line) => line.startsWith('BRDA:'))
        .map((line) => line.slice('BRDA:'.length).split(','))
        .filter((fields) => fields[3] === '0' || fields[3] === '-')
        .map((fields) => Number(fields[0]));
      return {
        path: fieldOf('SF'),
        linesFound: Number(fieldOf('LF')),
        linesHit: Number(fieldOf('LH')),
        branchesFound: Number(fieldOf('BRF')),
        branchesHit: Number(fieldOf('BRH')),
        missedBranchLines: missed,
      };
    });
}
