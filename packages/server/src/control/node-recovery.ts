/** A start after any kind of end: first the captures listen again, then what the spools hold is put into store. */
import { type LeftSpoolFile, type RecoveredCapture, type SpoolFolder, SpoolReading } from '@tacet/capture';
import { type BlobStore, Fault, type Instant, type RecordingId, type StreamId } from '@tacet/domain';
import type { ControlContext } from './context.ts';
import type { FoundCaptures } from './crash-intervals.ts';
import { type Recovered, recoverCapture, recoverNode } from './recover-node.ts';
import { keptSources, keptStreams, type TakenUp, takeUp, takeUpLost } from './take-up.ts';
import { endUpload } from './uploading.ts';

/** Spool files that nobody writes any more. */
export type LeftSpools = Pick<SpoolFolder, 'names' | 'open'>;

export interface RecoveryParts {
  readonly control: ControlContext;
  readonly blobs: BlobStore;
  readonly folder: LeftSpools & Pick<SpoolFolder, 'remove'>;
  /** Lets others have their turn. */
  readonly breathe: () => Promise<void>;
}

/** How long a store that takes nothing is left alone before the next attempt, in ms. */
const retryMs = 2_000;

/** A spool file's run and worker: everything before the last dash. */
function runOf(name: string): string {
  return name.slice(0, name.lastIndexOf('-'));
}

/** Runs by age: the time at which a process began, then the number of its worker. */
function isOlder(a: string, b: string): number {
  const place = (run: string): readonly [string, number] => {
    const [, head = run, worker = '0'] = /^(.*)w(\d+)$/.exec(run) ?? [];
    return [head, Number(worker)];
  };
  const [headA, workerA] = place(a);
  const [headB, workerB] = place(b);
  return headA === headB ? workerA - workerB : headA < headB ? -1 : 1;
}

/** The files of each run in the order in which they were written, the oldest run first. */
function runsOf(names: readonly string[]): readonly (readonly string[])[] {
  const runs = new Map<string, string[]>();
  for (const name of [...names].sort()) runs.set(runOf(name), [...(runs.get(runOf(name)) ?? []), name]);
  return [...runs].sort(([a], [b]) => isOlder(a, b)).map(([, files]) => files);
}

/** What the spool files tell, one worker's run after another. @param opened takes the files, to be closed in the end. */
export function* readSpools(folder: LeftSpools, opened: DisposableStack): Generator<RecoveredCapture> {
  for (const names of runsOf(folder.names())) {
    const reading = new SpoolReading();
    for (const name of names) reading.read(opened.adopt(folder.open(name), (file: LeftSpoolFile) => file.close()));
    yield* reading.captures();
  }
}

/** How things stood in the end of a run: its last file tells that alone, unless it broke off as it began. */
function endOf(folder: LeftSpools, run: readonly string[], opened: DisposableStack): readonly RecoveredCapture[] {
  const open = (name: string): LeftSpoolFile => opened.adopt(folder.open(name), (file) => file.close());
  const last = new SpoolReading();
  const tornBytes = run.slice(-1).reduce((sum, name) => sum + last.read(open(name)), 0);
  const captures = last.captures();
  if (run.length === 1 || (tornBytes === 0 && captures.length > 0)) return captures;
  const whole = new SpoolReading();
  for (const name of run) whole.read(open(name));
  return whole.captures();
}

function readEnds(folder: LeftSpools, names: readonly string[]): FoundCaptures {
  using opened = new DisposableStack();
  const ends = runsOf(names).flatMap((run) => endOf(folder, run, opened));
  return new Map(ends.map((capture) => [capture.live.streamId, capture]));
}

export class NodeRecovery {
  readonly #parts: RecoveryParts;
  /** What was there before this process wrote anything. */
  readonly #names: readonly string[];
  /** Files of ended runs and lost workers that hold what is not in store yet. */
  readonly #unsettled: Set<string>;
  #taken: TakenUp | undefined;
  #isStopped = false;
  /** Everything that was left is in store; rejected where that is left to the next start. */
  readonly #whole = Promise.withResolvers<void>();
  /** Recordings that were over before this start, some of their media not being in store. */
  #uploads: readonly RecordingId[] = [];

  constructor(parts: RecoveryParts) {
    this.#parts = parts;
    this.#names = parts.folder.names();
    this.#unsettled = new Set(this.#names);
    if (this.#names.length === 0) return;
    parts.control.restoring.add(this.#whole.promise);
  }

  /** Nothing more is begun; what is not in store by then stays in the spool. */
  stop(): void {
    this.#isStopped = true;
    this.#whole.reject(new Fault('stopping'));
    this.#whole.promise.catch(() => undefined);
  }

  /** Recording goes on wherever it can; nothing slow is done for that. */
  async takeUp(): Promise<TakenUp> {
    const { control } = this.#parts;
    const kept = await keptSources(control);
    this.#uploads = (await control.store.documentsOf('uploading')).map(({ id }) => id);
    const found = this.#ends(this.#names, keptStreams(kept));
    this.#taken = await takeUp(control, found, kept);
    return this.#taken;
  }

  /**
   * Puts into store what the spools hold, and only then removes them; doing it again changes nothing.
   * @returns nothing when it was stopped before the end.
   */
  async settle(): Promise<Recovered | undefined> {
    const { control } = this.#parts;
    const at = control.clock.now();
    this.#taken ??= await this.takeUp();
    const taken = this.#taken;
    let segments = 0;
    const found = await this.#store(this.#names, taken.missedUntil, at, (capture) => {
      segments += capture.segments.length;
    });
    if (found === undefined) return undefined;
    this.#whole.resolve();
    const recovered = await recoverNode(control, found, taken);
    for (const id of this.#uploads) await endUpload(control, id);
    await this.#remove(this.#names);
    return { ...recovered, segments };
  }

  /**
   * Captures that were lost with their worker are taken up, and its spool is put into store.
   * @returns how many go on.
   */
  takeUpLost(run: string, streamIds: readonly StreamId[]): Promise<number> {
    const work = this.#takeUpLost(run, streamIds);
    this.#parts.control.restoring.add(work);
    return work;
  }

  async #takeUpLost(run: string, streamIds: readonly StreamId[]): Promise<number> {
    const { control, folder } = this.#parts;
    const names = folder.names().filter((name) => runOf(name) === run);
    for (const name of names) this.#unsettled.add(name);
    const at = control.clock.now();
    const { count, missedUntil } = await takeUpLost(control, streamIds, this.#ends(names, streamIds));
    const stored = await this.#patiently(() => this.#store(names, missedUntil, at, () => undefined));
    if (stored === undefined) throw new Fault('stopping');
    // Ends that were asked for while nobody had these captures heard nothing of what became of them.
    for (const streamId of [...streamIds, ...stored.keys()]) {
      if (!missedUntil.has(streamId)) control.restoring.noteStored(streamId);
    }
    await this.#remove(names);
    return count;
  }

  /** While the store takes nothing it is tried again, and the spool keeps what it holds. */
  async #patiently<T>(work: () => Promise<T>): Promise<T | undefined> {
    const { clock, report } = this.#parts.control;
    while (!this.#isStopped) {
      try {
        return await work();
      } catch (error) {
        report(error as Error);
        await new Promise<void>((resolve) => {
          clock.later(retryMs, resolve);
        });
      }
    }
    return undefined;
  }

  /**
   * The last files, or all there are where those do not know every stream: a file may have been torn as it began, and
   * a worker may have died before its own file told of what it had taken up from another.
   */
  #ends(names: readonly string[], wanted: readonly StreamId[]): FoundCaptures {
    const { folder } = this.#parts;
    const ends = readEnds(folder, names);
    if (wanted.every((id) => ends.has(id))) return ends;
    using opened = new DisposableStack();
    const left = [...this.#unsettled];
    const all = readSpools({ names: () => left, open: (name) => folder.open(name) }, opened);
    return new Map([...all].map((capture) => [capture.live.streamId, capture]));
  }

  async #store(
    names: readonly string[],
    missedUntil: ReadonlyMap<StreamId, Instant>,
    at: Instant,
    count: (capture: RecoveredCapture) => void,
  ): Promise<FoundCaptures | undefined> {
    using opened = new DisposableStack();
    const { control, blobs } = this.#parts;
    const tellings = new Map<StreamId, RecoveredCapture[]>();
    for (const run of runsOf(names)) {
      for (const capture of await this.#readRun(run, opened)) {
        const { streamId } = capture.live;
        tellings.set(streamId, [...(tellings.get(streamId) ?? []), capture]);
      }
    }
    const found = new Map<StreamId, RecoveredCapture>();
    for (const [streamId, captures] of tellings) {
      for (const [place, capture] of captures.entries()) {
        if (this.#isStopped) return undefined;
        // What one run lost ends where the next run listened again.
        const until = captures[place + 1]?.begunAt ?? missedUntil.get(streamId) ?? at;
        await recoverCapture(control, blobs, capture, until);
        count(capture);
        found.set(streamId, capture);
      }
      await this.#parts.breathe();
    }
    return found;
  }

  async #readRun(names: readonly string[], opened: DisposableStack): Promise<readonly RecoveredCapture[]> {
    const reading = new SpoolReading();
    for (const name of names) {
      const file = opened.adopt(this.#parts.folder.open(name), (one: LeftSpoolFile) => one.close());
      const steps = reading.steps(file);
      while (!steps.next().done && !this.#isStopped) await this.#parts.breathe();
    }
    return reading.captures();
  }

  async #remove(names: readonly string[]): Promise<void> {
    for (const name of names) {
      this.#unsettled.delete(name);
      await this.#parts.folder.remove(name);
    }
  }
}
