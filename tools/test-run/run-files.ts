/** Runs test files, each in a process of its own: those of whole systems, which mostly wait, beside those that compute. */

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { closingOf, type FileRun, isGreen, wholeReport } from './file-report.ts';
import { compileCache, testMsMax } from './node-test.ts';
import { isOfWhole } from './test-files.ts';

/** The longest file takes a third of it. One that leaves a socket or a timer behind would never end. */
const fileMsMax = 300_000;
/** Whoever checks us waits for twenty minutes; what takes longer than this has to be told before. */
const runMsMax = 17 * 60_000;
/** On the two cores of the machines that check us. Of whole systems no more: they would make each other late. */
const atOnce = { whole: 2, part: 1 } as const;
/** When one kind is through, there may be so many of the other. */
const atOnceAlone = { whole: 2, part: 3 } as const;
/** What computes leaves the processor to those that wait for an instant. */
const niceness = 10;

type Kind = keyof typeof atOnce;

/** How a run ended. `closing` is its failures and counts. */
export type FilesRun = { readonly isGreen: boolean; readonly runs: readonly FileRun[]; readonly closing: string };

/** Which file is next, given what runs; none when there is no room for any. */
class Queue {
  readonly #left: Readonly<Record<Kind, string[]>>;
  readonly #running = { whole: 0, part: 0 };

  constructor(files: readonly string[]) {
    this.#left = { whole: files.filter(isOfWhole), part: files.filter((path) => !isOfWhole(path)) };
  }

  get hasMore(): boolean {
    return this.#left.whole.length + this.#left.part.length > 0;
  }

  take(): { readonly path: string; readonly kind: Kind } | undefined {
    for (const kind of ['whole', 'part'] as const) {
      const other = kind === 'whole' ? 'part' : 'whole';
      const isAlone = this.#left[other].length === 0 && this.#running[other] === 0;
      if (this.#running[kind] >= (isAlone ? atOnceAlone : atOnce)[kind]) continue;
      const path = this.#left[kind].shift();
      if (path === undefined) continue;
      this.#running[kind] += 1;
      return { path, kind };
    }
    return undefined;
  }

  done(kind: Kind): void {
    this.#running[kind] -= 1;
  }
}

/** Everything that a test file started and left running goes with it. */
function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Nobody is left, which is how it should be.
  }
}

interface Ground {
  readonly root: string;
  readonly env: NodeJS.ProcessEnv;
  readonly running: Set<ChildProcess>;
  readonly endsAt: number;
  readonly fileMs: number;
}

/** Runs one file to its end, or to the end of our patience. */
function runFile({ root, env, running, endsAt, fileMs }: Ground, path: string, kind: Kind): Promise<FileRun> {
  const startedAt = performance.now();
  const target = join(root, '.tsbuild/test-reports', `${path.replaceAll('/', '-')}.txt`);
  rmSync(target, { force: true });
  const flags = [`--test-timeout=${testMsMax}`, '--test-reporter=spec', `--test-reporter-destination=${target}`];
  // A group of its own, so that what it started can be found.
  const child = spawn(process.execPath, [...flags, path], {
    ...{ cwd: root, env, detached: true },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  if (kind === 'part' && child.pid !== undefined) setPriority(child.pid, niceness);
  let printed = '';
  const keep = (text: string): void => {
    printed += text;
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  let killed: string | undefined;
  const kill = (why: string): void => {
    killed = why;
    killGroup(child);
  };
  const patienceMs = Math.max(0, Math.min(fileMs, endsAt - startedAt));
  const late = setTimeout(() => kill(`was killed after ${Math.round(patienceMs / 1000)} s`), patienceMs);
  return new Promise((resolve) => {
    child.on('error', (error) => keep(`it did not start: ${error.message}\n`));
    // What it left behind would keep its streams open.
    child.on('exit', () => killGroup(child));
    child.on('close', (code) => {
      clearTimeout(late);
      running.delete(child);
      const report = existsSync(target) ? readFileSync(target, 'utf8') : '';
      const tookMs = performance.now() - startedAt;
      resolve({ path, tookMs, report, printed, code: code ?? undefined, ...(killed === undefined ? {} : { killed }) });
    });
  });
}

/**
 * Runs `files` below `root`; the full report, with where the time went, is kept in `reportPath`. A file that takes longer
 * than `fileMs` is killed with all that it started.
 */
export async function runTestFiles(
  root: string,
  files: readonly string[],
  reportPath: string,
  fileMs: number = fileMsMax,
): Promise<FilesRun> {
  const startedAt = performance.now();
  mkdirSync(join(root, '.tsbuild/test-reports'), { recursive: true });
  const { NODE_TEST_CONTEXT: _nested, ...outer } = process.env;
  const running = new Set<ChildProcess>();
  const ground = { root, env: { ...outer, ...compileCache(root) }, running, fileMs, endsAt: startedAt + runMsMax };
  // They are in groups of their own, which nobody else would end.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      for (const child of running) killGroup(child);
      process.exit(1);
    });
  }
  const queue = new Queue(files);
  const runs: FileRun[] = [];
  const underWay = new Set<Promise<void>>();
  const begin = (path: string, kind: Kind): void => {
    const ended: Promise<void> = runFile(ground, path, kind).then((run) => {
      runs.push(run);
      queue.done(kind);
      underWay.delete(ended);
    });
    underWay.add(ended);
  };
  do {
    for (let next = queue.take(); next !== undefined; next = queue.take()) begin(next.path, next.kind);
    await Promise.race(underWay);
  } while (underWay.size > 0 || queue.hasMore);
  const report = wholeReport(runs);
  mkdirSync(dirname(join(root, reportPath)), { recursive: true });
  const closing = closingOf(runs, performance.now() - startedAt);
  writeFileSync(join(root, reportPath), `${report}\n\n${closing}\n`);
  return { isGreen: runs.every(isGreen), runs, closing };
}
