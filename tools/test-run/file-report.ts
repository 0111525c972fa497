/** What node's spec reporter wrote about one test file, and what all of them say together. */

/** The first of the reporter's closing lines. */
const closingStart = /^ℹ tests \d+$/m;
const countNames = ['tests', 'suites', 'pass', 'fail', 'cancelled', 'skipped', 'todo'] as const;

type Counts = Readonly<Record<(typeof countNames)[number], number>>;

/** How a test file ended. */
export type FileRun = {
  readonly path: string;
  readonly tookMs: number;
  /** What the reporter wrote; empty when the file broke before its first test. */
  readonly report: string;
  /** What its process printed beside that, on both its streams. */
  readonly printed: string;
  /** Its exit code; nothing when it was killed. */
  readonly code: number | undefined;
  /** Why it was killed. */
  readonly killed?: string;
};

function countsOf({ report }: FileRun): Counts {
  const closing = report.slice(Math.max(0, report.search(closingStart)));
  const count = (name: string): number => Number(new RegExp(`^ℹ ${name} (\\d+)`, 'm').exec(closing)?.[1] ?? 0);
  return Object.fromEntries(countNames.map((name) => [name, count(name)])) as Counts;
}

/** A file without a single test proves nothing, however well it ended. */
export function isGreen(run: FileRun): boolean {
  return run.code === 0 && countsOf(run).tests > 0;
}

/** Its results, test by test, without the counts behind them. */
function results({ report }: FileRun): string {
  const end = report.search(closingStart);
  return (end < 0 ? report : report.slice(0, end)).trimEnd();
}

/** The failures in full, as the reporter tells them at its end; of a file that has none and is red all it printed. */
function failuresOf(run: FileRun): string {
  const told = run.report.split(/^✖ failing tests:$/m)[1]?.trim();
  if (told !== undefined && run.killed === undefined) return `${run.path}\n\n${told}`;
  const why = run.killed ?? (run.code === 0 ? 'holds no test' : `ended with ${run.code}`);
  return [`✖ ${run.path} ${why}`, results(run), run.printed.trim()].filter((part) => part !== '').join('\n');
}

/** Tests that did not run, with the reasons they gave. */
export function skippedIn(runs: readonly FileRun[]): readonly string[] {
  return runs
    .flatMap(({ report }) => report.split('\n').filter((line) => /^\s*﹣ /.test(line)))
    .map((line) => line.trim());
}

/** The counts of all, and every failure in full. A file that is red without a failing test counts as one. */
export function closingOf(runs: readonly FileRun[], tookMs: number): string {
  const counts = runs.map(countsOf);
  const broken = runs.filter(
    (run, place) => !isGreen(run) && counts[place]?.fail === 0 && counts[place]?.cancelled === 0,
  );
  const lines = countNames.map((name) => {
    const own = counts.reduce((sum, each) => sum + each[name], 0);
    return `ℹ ${name} ${own + (name === 'tests' || name === 'fail' ? broken.length : 0)}`;
  });
  const failures = runs.filter((run) => !isGreen(run)).map(failuresOf);
  const told = failures.length === 0 ? [] : ['', '✖ failing tests:', '', failures.join('\n\n')];
  return [...lines, `ℹ duration_ms ${Math.round(tookMs)}`, ...told].join('\n');
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`.padStart(9);
}

/** `packages/server/test/http` and the like: no deeper, so that the table stays short. */
function folderOf(path: string): string {
  return path.split('/').slice(0, -1).slice(0, 4).join('/');
}

/** Everything, file by file, and where the time went: by folder, and the files that took longest. */
export function wholeReport(runs: readonly FileRun[]): string {
  const files = runs.map((run) =>
    [`${run.path} (${seconds(run.tookMs).trim()})`, results(run), run.printed.trimEnd()]
      .filter((part) => part !== '')
      .join('\n'),
  );
  const row = (name: string, ms: number): string => `${seconds(ms)}  ${name}`;
  const folders = [...Map.groupBy(runs, ({ path }) => folderOf(path))]
    .map(([folder, own]) => ({ folder, ms: own.reduce((sum, { tookMs }) => sum + tookMs, 0) }))
    .sort((a, b) => b.ms - a.ms);
  const slowest = [...runs].sort((a, b) => b.tookMs - a.tookMs).slice(0, 20);
  return [
    ...files,
    ['Time of the files of each folder:', ...folders.map(({ folder, ms }) => row(folder, ms))].join('\n'),
    ['The slowest files:', ...slowest.map(({ path, tookMs }) => row(path, tookMs))].join('\n'),
  ].join('\n\n');
}
