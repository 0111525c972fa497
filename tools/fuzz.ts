/** `npm run fuzz`: the fuzz tests of everything that listens with many more executions and another seed. */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { FuzzReport } from '@tacet/testkit/fuzz';

const help = `npm run fuzz -- [--factor N | --minutes N] [--seed N] [--only WORD]

Runs every fuzz test with N times its usual executions (20 unless told otherwise), or in rounds with new seeds until N
minutes of processor time are used up. The seed is the time of day unless told otherwise; it is printed, and repeats the
run. --only takes the test files with that word in their path.

An input at which a test fails is kept in the folder finds/ beside the test, where every later run of the test tries it
first, so the test alone repeats it. Commit it with what mends it.
`;

const { values } = parseArgs({
  options: {
    factor: { type: 'string', default: '20' },
    minutes: { type: 'string' },
    seed: { type: 'string', default: String(Math.floor(Date.now() / 1000) % 1_000_000) },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', short: 'h' },
  },
});

/** Longer rounds waste less on starting processes, shorter ones come to every parser more often. */
const factorMax = 20;
/** A file that takes longer hangs, whatever else the machine does. */
const fileMsMax = 20 * 60_000;
/** Between seeds of rounds: farther apart than the seeds of tests, which are added to them. */
const seedStep = 1_000_003;

/** Every test file that makes inputs with a fuzzer. */
function fuzzTests(): readonly string[] {
  const files = globSync('packages/*/{src,test}/**/*.test.ts').toSorted();
  return files.filter((file) => readFileSync(file, 'utf8').includes("from '@tacet/testkit/fuzz'"));
}

interface Tally {
  readonly executions: Map<string, number>;
  cpuMs: number;
}

/** A file like `packages/wire/src/sdp/fuzz.test.ts` is `wire/sdp`. */
function placeOf(file: string): string {
  return file
    .replace(/^.*packages\//, '')
    .replace(/\/(src|test)\//, '/')
    .replace(/\/[^/]*$/, '');
}

function readReport(path: string, tally: Tally): void {
  if (!existsSync(path)) return;
  for (const line of readFileSync(path, 'utf8').split('\n').slice(0, -1)) {
    const { file, cpuMs, executions }: FuzzReport = JSON.parse(line);
    tally.cpuMs += cpuMs;
    for (const [parser, count] of Object.entries(executions)) {
      const name = `${placeOf(file)}: ${parser}`;
      tally.executions.set(name, (tally.executions.get(name) ?? 0) + count);
    }
  }
  rmSync(path);
}

/** Runs a file by itself. @returns whether it is green. */
function runFile(file: string, seed: number, factor: number, report: string): boolean {
  const env = { ...process.env, FUZZ_FACTOR: String(factor), FUZZ_SEED: String(seed), FUZZ_REPORT: report };
  const bounds = { timeout: fileMsMax, maxBuffer: 2 ** 28 };
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], { env, encoding: 'utf8', ...bounds });
  if (status === 0) return true;
  process.stdout.write(
    `fuzz: ${file} fails with factor ${factor} and seed ${seed}\n${stdout.slice(-6_000)}${stderr}\n`,
  );
  return false;
}

function printTally({ executions, cpuMs }: Tally): void {
  const rows = [...executions].toSorted(([a], [b]) => a.localeCompare(b));
  for (const [name, count] of rows) process.stdout.write(`${count.toLocaleString('en').padStart(14)}  ${name}\n`);
  const total = rows.reduce((sum, [, count]) => sum + count, 0);
  const minutes = (cpuMs / 60_000).toFixed(1);
  process.stdout.write(
    `${total.toLocaleString('en').padStart(14)}  executions in ${minutes} minutes of processor time\n`,
  );
}

function fuzz(): void {
  const budgetMs = values.minutes === undefined ? undefined : Number(values.minutes) * 60_000;
  const folder = mkdtempSync(join(tmpdir(), 'tacet-fuzz-'));
  const report = join(folder, 'report');
  const tally: Tally = { executions: new Map(), cpuMs: 0 };
  // A file that failed is left out of later rounds: its find would only stop it again.
  let files = fuzzTests().filter((file) => file.includes(values.only));
  const fileCount = files.length;
  let factor = budgetMs === undefined ? Number(values.factor) : 1;
  for (let round = 0; files.length > 0; round += 1) {
    const seed = Number(values.seed) + round * seedStep;
    process.stdout.write(`fuzz: round ${round + 1}, factor ${factor}, seed ${seed}\n`);
    const cpuBefore = tally.cpuMs;
    files = files.filter((file) => {
      const isGreen = runFile(file, seed, factor, report);
      readReport(report, tally);
      return isGreen;
    });
    if (budgetMs === undefined || tally.cpuMs >= budgetMs) break;
    const roundMs = Math.max(1, tally.cpuMs - cpuBefore);
    factor = Math.max(1, Math.min(factorMax, Math.ceil((factor * (budgetMs - tally.cpuMs)) / roundMs)));
  }
  rmSync(folder, { recursive: true });
  printTally(tally);
  process.stdout.write(`fuzz: ${files.length} of ${fileCount} files green\n`);
  process.exitCode = files.length === fileCount && fileCount > 0 ? 0 : 1;
}

if (values.help) process.stdout.write(help);
else fuzz();
