/** Transcodes under way: a few at a time, each for as long as somebody wants it, and none twice. */
import { after, type CancelTimer, type Clock, Fault, type Instant, type RecordingId } from '@tacet/domain';
import type { PreparedMedia } from '../http/ports.ts';
import { KeptResults } from './kept-results.ts';
import { playbackLimits } from './playback-limits.ts';
import type { RenderOrder } from './playback-messages.ts';
import type { Sound, TranscodedFormat } from './transcode-formats.ts';
import type { TranscodeTarget } from './transcoder.ts';

export interface TranscodeOrder extends RenderOrder {
  readonly target: TranscodeTarget;
}

/** A result as it is made. */
export interface Making {
  /** The next piece; `undefined` when it is whole. @throws Fault. */
  next(): Promise<Uint8Array | undefined>;
  /** Ends it at once: whoever waits for a piece is told the fault. */
  end(fault: Fault): void;
}

export interface TranscodesPorts {
  readonly clock: Clock;
  readonly make: (order: TranscodeOrder) => Making;
}

interface Job {
  readonly key: string;
  readonly order: TranscodeOrder;
  readonly changed: PromiseWithResolvers<void>;
  wantedUntil: Instant;
  making: Making | undefined;
  /** Why there is no result. */
  failed: Fault | undefined;
  /** Of whatever it waits for next: somebody to want it, or its failure to be forgotten. */
  cancelTimer: CancelTimer | undefined;
}

/** How much faster than speaking an encoder is, until we have seen it. */
const speedAtFirst = 40;

function soundMs({ frameCount, rate }: Sound): number {
  return (frameCount * 1_000) / rate;
}

export class Transcodes implements Disposable {
  readonly kept: KeptResults;
  readonly #ports: TranscodesPorts;
  readonly #jobs = new Map<string, Job>();
  readonly #speeds = new Map<TranscodedFormat, number>();
  #runningCount = 0;
  #isStopping = false;

  constructor(ports: TranscodesPorts) {
    this.#ports = ports;
    this.kept = new KeptResults(ports.clock);
  }

  /**
   * The result under a key, or its transcode, which begins when it is first asked for.
   * @throws Fault as the transcode failed; mediaUnavailable when too many wait; stopping.
   */
  prepare(key: string, order: TranscodeOrder): PreparedMedia {
    if (this.#isStopping) throw new Fault('stopping');
    const result = this.kept.find(key);
    if (result !== undefined) return { isReady: true, lengthBytes: result.lengthBytes, tookMs: result.tookMs };
    const job = this.#jobs.get(key) ?? this.#add(key, order);
    if (job.failed !== undefined) throw job.failed;
    job.wantedUntil = this.#inMs(playbackLimits.transcodeWantedMs);
    const { sound, format } = order.target;
    const estimatedMs = Math.ceil(soundMs(sound) / (this.#speeds.get(format) ?? speedAtFirst));
    return { isReady: false, estimatedMs, changed: job.changed.promise };
  }

  /** Forgets what was made of a recording, and ends what is being made of it. */
  forget(id: RecordingId): void {
    this.kept.forget(id);
    for (const job of this.#jobs.values()) {
      if (job.order.plan.recording.id === id) this.#drop(job, new Fault('recordingUnknown', { recordingId: id }));
    }
  }

  get load(): { readonly running: number; readonly waiting: number } {
    let waiting = 0;
    for (const { making, failed } of this.#jobs.values())
      if (making === undefined && failed === undefined) waiting += 1;
    return { running: this.#runningCount, waiting };
  }

  [Symbol.dispose](): void {
    this.#isStopping = true;
    for (const job of this.#jobs.values()) this.#drop(job, new Fault('stopping'));
    this.kept[Symbol.dispose]();
  }

  #inMs(ms: number): Instant {
    return after(this.#ports.clock.now(), ms);
  }

  #add(key: string, order: TranscodeOrder): Job {
    // Rule: one transcode too many is refused before it costs anything
    if (this.#jobs.size >= playbackLimits.transcodesWaitingMax) {
      throw new Fault('mediaUnavailable', { what: 'transcodes' });
    }
    const wantedUntil = this.#inMs(playbackLimits.transcodeWantedMs);
    const changed = Promise.withResolvers<void>();
    const rest = { making: undefined, failed: undefined, cancelTimer: undefined };
    const job: Job = { key, order, changed, wantedUntil, ...rest };
    this.#jobs.set(key, job);
    this.#watch(job);
    this.#startNext();
    return job;
  }

  /** Lets go of a transcode once nobody has asked for it in a while. */
  #watch(job: Job): void {
    const { clock } = this.#ports;
    job.cancelTimer = clock.later(job.wantedUntil - clock.now(), () => {
      // Rule: a transcode that nobody asks for any more is ended
      if (clock.now() >= job.wantedUntil) this.#drop(job, new Fault('mediaUnavailable', { what: 'nobody waits' }));
      else this.#watch(job);
    });
  }

  #drop(job: Job, fault: Fault): void {
    this.#jobs.delete(job.key);
    job.cancelTimer?.();
    job.making?.end(fault);
    job.changed.resolve();
  }

  #startNext(): void {
    for (const job of this.#jobs.values()) {
      // Rule: no more transcodes run at a time than may
      if (this.#runningCount >= playbackLimits.transcodesMax) return;
      if (job.making === undefined && job.failed === undefined) void this.#run(job);
    }
  }

  /** Never rejects. */
  async #run(job: Job): Promise<void> {
    const { clock, make } = this.#ports;
    const startedAt = clock.now();
    this.#runningCount += 1;
    let cancelLimit: CancelTimer | undefined;
    try {
      const making = make(job.order);
      job.making = making;
      cancelLimit = clock.later(playbackLimits.transcodeMs, () => {
        making.end(new Fault('mediaUnavailable', { what: 'time' }));
      });
      const pieces: Uint8Array[] = [];
      for (let piece = await making.next(); piece !== undefined; piece = await making.next()) pieces.push(piece);
      this.#finish(job, pieces, Math.max(1, Math.ceil(clock.now() - startedAt)));
    } catch (error) {
      this.#fail(job, error instanceof Fault ? error : new Fault('mediaUnavailable', { what: 'transcode' }, error));
    } finally {
      cancelLimit?.();
      this.#runningCount -= 1;
      job.changed.resolve();
      if (!this.#isStopping) this.#startNext();
    }
  }

  #finish(job: Job, pieces: readonly Uint8Array[], tookMs: number): void {
    const { format, sound } = job.order.target;
    const lengthBytes = pieces.reduce((bytes, piece) => bytes + piece.length, 0);
    this.#speeds.set(format, Math.max(1, soundMs(sound) / tookMs));
    if (this.#jobs.get(job.key) !== job) return;
    const { id: recordingId } = job.order.plan.recording;
    this.kept.add(job.key, { recordingId, pieces, lengthBytes, tookMs });
    this.#jobs.delete(job.key);
    job.cancelTimer?.();
  }

  /** A failure is remembered for a while: whoever asked between two looks is told of it as well. */
  #fail(job: Job, fault: Fault): void {
    if (this.#jobs.get(job.key) !== job) return;
    job.failed = fault;
    job.cancelTimer?.();
    job.cancelTimer = this.#ports.clock.later(playbackLimits.transcodeFailedMs, () => this.#jobs.delete(job.key));
  }
}
