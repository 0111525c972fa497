/** The index as the main thread has it: told of what comes into store, asked for what was written. */
import { Worker } from 'node:worker_threads';
import {
  type CancelTimer,
  type Clock,
  Fault,
  type FoundItem,
  type MediaType,
  type Page,
  type PlacedSegments,
  type RecordingId,
  type SegmentSource,
  type WordIndex,
  type WordQuery,
} from '@tacet/domain';
import { mediaProfiles, termsAsked } from '@tacet/media';
import { searchLimits } from './search-limits.ts';
import type {
  FromSearchWorker,
  SearchAnswers,
  SearchAsked,
  SearchSettings,
  ToSearchWorker,
} from './search-messages.ts';

export interface SearchHostPorts {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly source: SegmentSource;
  /** Hears of failures, in words without content. */
  readonly onTrouble: (message: string) => void;
}

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (fault: Fault) => void;
}

const writtenTypes: readonly MediaType[] = mediaProfiles
  .filter(({ renderer }) => renderer === 'transcript')
  .map(({ type }) => type);

export class SearchHost implements WordIndex, AsyncDisposable {
  readonly #ports: SearchHostPorts;
  readonly #waiting = new Map<number, Waiting>();
  /** Deleted while this process runs: what was read of the store before is not indexed behind it. */
  readonly #forgotten = new Set<RecordingId>();
  #worker: Worker | undefined;
  #lastId = 0;
  /** How far the store was gone through; unknown before the thread has said so. */
  #place: number | undefined;
  #cancel: CancelTimer = () => undefined;
  #looking: Promise<void> = Promise.resolve();
  #isStopping = false;

  constructor(ports: SearchHostPorts) {
    this.#ports = ports;
    this.#lookIn(searchLimits.lookMs);
  }

  async find(query: WordQuery): Promise<Page<FoundItem>> {
    const terms = termsAsked(query.words);
    // Rule: a question without a word, or with too many, is refused
    if (terms === undefined) throw new Fault('constraintBroken', { field: 'words', problem: 'cannot be searched for' });
    if (this.#waiting.size >= searchLimits.waitingMax) throw new Fault('mediaUnavailable', { what: 'search' });
    return this.#ask({ kind: 'find', terms, query });
  }

  async forget(recordingId: RecordingId): Promise<void> {
    this.#forgotten.add(recordingId);
    await this.#ask({ kind: 'forget', recordingId });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    this.#cancel();
    const worker = this.#worker;
    this.#gone(new Fault('stopping'));
    await worker?.terminate();
    await this.#looking;
  }

  #lookIn(ms: number): void {
    if (this.#isStopping) return;
    this.#cancel = this.#ports.clock.later(ms, () => {
      this.#looking = this.#look().then(
        () => this.#lookIn(searchLimits.lookMs),
        (error: unknown) => {
          if (this.#isStopping) return;
          this.#ports.onTrouble(error instanceof Fault ? error.code : 'a defect of the index');
          this.#lookIn(searchLimits.retryMs);
        },
      );
    });
  }

  /** Goes through everything that came into store since the last look. */
  async #look(): Promise<void> {
    while (!this.#isStopping) {
      this.#place ??= await this.#ask({ kind: 'place' });
      const query = { after: this.#place, mediaTypes: writtenTypes, limit: searchLimits.lookSegmentsMax };
      const found = await this.#ports.source.segmentsAfter(query);
      if (found.upTo === this.#place) return;
      // Rule: an index that is ahead of its store is made anew
      if (found.upTo < this.#place) this.#place = await this.#ask({ kind: 'clear' });
      else this.#place = await this.#add(found);
    }
  }

  #add({ items, upTo }: PlacedSegments): Promise<number> {
    // Rule: what is deleted is not indexed
    const segments = items.filter(({ segment, recording }) => {
      const isGone = recording.fileState === 'DELETED' || this.#forgotten.has(recording.id);
      return segment.wrappedKey !== '' && !isGone;
    });
    return this.#ask({ kind: 'add', segments, upTo });
  }

  #ask<A extends SearchAsked>(asked: A): Promise<SearchAnswers[A['kind']]> {
    if (this.#isStopping) return Promise.reject(new Fault('stopping'));
    const worker = this.#worker ?? this.#start();
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.postMessage({ ...asked, id } satisfies ToSearchWorker);
    });
  }

  #start(): Worker {
    const workerData: SearchSettings = { dataDir: this.#ports.dataDir };
    const resourceLimits = { maxOldGenerationSizeMb: searchLimits.memoryMiBMax };
    const worker = new Worker(new URL('./search-worker.ts', import.meta.url), { workerData, resourceLimits });
    worker.unref();
    worker.on('message', (message: FromSearchWorker) => this.#hear(message));
    worker.on('error', () => this.#ports.onTrouble('the thread of the index failed'));
    worker.on('exit', () => {
      if (this.#worker === worker) this.#gone(new Fault('mediaUnavailable', { what: 'search' }));
    });
    this.#worker = worker;
    return worker;
  }

  #hear(message: FromSearchWorker): void {
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if ('fault' in message) waiting?.reject(new Fault(message.fault));
    else waiting?.resolve(message.answer as never);
  }

  #gone(fault: Fault): void {
    this.#worker = undefined;
    this.#place = undefined;
    for (const { reject } of this.#waiting.values()) reject(fault);
    this.#waiting.clear();
  }
}
