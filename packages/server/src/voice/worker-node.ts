/** A media worker seen from the main thread. */
import { Worker } from 'node:worker_threads';
import {
  type CaptureEnded,
  type CaptureRequest,
  type CaptureStarted,
  type CapturesResumed,
  type Clock,
  type ContinuedCapture,
  Fault,
  type FedGap,
  type GateMoved,
  type GateReport,
  type Instant,
  type KeptOrNot,
  limits,
  type MediaNews,
  type StreamId,
  type StreamTerms,
} from '@tacet/domain';
import { Feed } from './feed.ts';
import type { MediaNode } from './media-node.ts';
import type { SocketFences } from './socket-fences.ts';
import { gaugesEveryMs, type WorkerGauges } from './worker-gauges.ts';
import type { FromWorker, OperationName, ToWorker, WorkerOperations, WorkerSettings } from './worker-messages.ts';

export interface WorkerNodePorts {
  readonly clock: Pick<Clock, 'now'>;
  readonly onNews: (news: MediaNews) => Promise<void>;
  readonly onTrouble: (message: string) => void;
  /** Of streams that are fed from a socket of their edge's. */
  readonly fences?: SocketFences;
  readonly onGauges?: (gauges: WorkerGauges) => void;
  /** The worker is gone, with every capture it had. */
  readonly onLost: () => void;
}

interface Waiting {
  readonly resolve: (answer: never) => void;
  readonly reject: (fault: Fault) => void;
}

export class WorkerNode implements MediaNode {
  readonly run: string;
  readonly #worker: Worker;
  readonly #ports: WorkerNodePorts;
  readonly #waiting = new Map<number, Waiting>();
  readonly #feed: Feed;
  #lastId = 0;
  /** Bytes of items that are on their way and not answered yet. */
  #keptBytes = 0;
  #gauges: WorkerGauges | undefined;
  #toldAt: Instant | undefined;
  #isUp = false;
  #isGone = false;

  private constructor(settings: WorkerSettings, ports: WorkerNodePorts) {
    this.#ports = ports;
    this.run = settings.spoolPrefix;
    this.#worker = new Worker(new URL('./media-worker.ts', import.meta.url), { workerData: settings });
    this.#feed = new Feed({
      now: () => ports.clock.now(),
      send: (batch) => this.#send({ kind: 'feed', batch }, [batch.bytes.buffer]),
      soon: (step) => void setImmediate(step),
    });
    this.#worker.on('message', (message: FromWorker) => this.#hear(message));
    this.#worker.on('error', (error) => ports.onTrouble(error.message));
    this.#worker.on('exit', () => this.#lost());
  }

  /** @throws Fault mediaUnavailable when the worker does not come up. */
  static start(settings: WorkerSettings, ports: WorkerNodePorts): Promise<WorkerNode> {
    return new Promise((resolve, reject) => {
      const node = new WorkerNode(settings, ports);
      node.#worker.once('message', () => {
        node.#isUp = true;
        resolve(node);
      });
      node.#worker.once('exit', () => reject(new Fault('mediaUnavailable', { what: 'worker' })));
    });
  }

  start(request: CaptureRequest, port: number): Promise<CaptureStarted> {
    return this.#ask('start', { request, port });
  }

  resume(requests: readonly ContinuedCapture[]): Promise<CapturesResumed> {
    return this.#ask('resume', { requests });
  }

  close(streamIds: readonly StreamId[]): Promise<readonly GateMoved[]> {
    return this.#ask('close', { streamIds });
  }

  open(streamIds: readonly StreamId[], notBefore: Instant): Promise<GateReport> {
    return this.#ask('open', { streamIds, notBefore });
  }

  feed(streamId: StreamId, bytes: Uint8Array, arrivedAt: Instant, isAnchor = true): boolean {
    return !this.#isGone && this.#feed.unit(streamId, bytes, arrivedAt, isAnchor);
  }

  async keep(streamId: StreamId, bytes: Uint8Array<ArrayBuffer>, arrivedAt: Instant): Promise<KeptOrNot> {
    // Rule: items beyond what a worker can take are refused, and whoever brought them is told
    if (this.#keptBytes + bytes.length > limits.keptBacklogBytesMax) {
      throw new Fault('mediaUnavailable', { what: 'backlog' });
    }
    const { length } = bytes;
    this.#keptBytes += length;
    try {
      return await this.#ask('keep', { streamId, bytes, arrivedAt }, [bytes.buffer]);
    } finally {
      this.#keptBytes -= length;
    }
  }

  shelve(streamId: StreamId): Promise<null> {
    return this.#ask('shelve', { streamId });
  }

  feedGap(streamId: StreamId, gap: FedGap): void {
    if (!this.#isGone) this.#feed.gap(streamId, gap);
  }

  agree(streamId: StreamId, terms: StreamTerms): Promise<null> {
    return this.#ask('agree', { streamId, terms });
  }

  unheard(since: Instant): Promise<readonly StreamId[]> {
    return this.#ask('unheard', { since });
  }

  end(streamId: StreamId): Promise<CaptureEnded> {
    return this.#ask('end', { streamId });
  }

  gauges(): WorkerGauges | undefined {
    if (this.#gauges === undefined || this.#toldAt === undefined) return this.#gauges;
    // Rule: a worker that has stopped telling is as late as what it has not told
    const overdueMs = this.#ports.clock.now() - this.#toldAt - gaugesEveryMs;
    return { ...this.#gauges, loopDelayMs: Math.max(this.#gauges.loopDelayMs, overdueMs) };
  }

  async handOver(): Promise<void> {
    if (this.#isGone) return;
    await this.#ask('handOver', {});
    await this.#terminate();
  }

  async dispose(): Promise<void> {
    if (this.#isGone) return;
    await this.#ask('dispose', {});
    await this.#terminate();
  }

  async #terminate(): Promise<void> {
    this.#isGone = true;
    await this.#worker.terminate();
  }

  #ask<Name extends OperationName>(
    operation: Name,
    ask: WorkerOperations[Name]['ask'],
    transfer: readonly ArrayBuffer[] = [],
  ): Promise<WorkerOperations[Name]['answer']> {
    if (this.#isGone) return Promise.reject(new Fault('mediaUnavailable', { what: 'worker' }));
    this.#lastId += 1;
    const id = this.#lastId;
    const message = { kind: 'ask', id, operation, ask } as ToWorker;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      // Rule: what was fed before a command reaches the gate before it
      this.#feed.flush();
      this.#send(message, transfer);
    });
  }

  #send(message: ToWorker, transfer: readonly ArrayBuffer[] = []): void {
    if (!this.#isGone) this.#worker.postMessage(message, [...transfer]);
  }

  #hear(message: FromWorker): void {
    if (message.kind === 'answer') this.#settle(message.id)?.resolve(message.answer as never);
    else if (message.kind === 'fault') this.#settle(message.id)?.reject(new Fault(message.code, message.facts));
    else if (message.kind === 'fed') this.#feed.taken(message.cost);
    else if (message.kind === 'fenceWanted') this.#fence(message.streamId, message.number);
    else if (message.kind === 'trouble') this.#ports.onTrouble(message.message);
    else if (message.kind === 'gauges') {
      this.#gauges = message.gauges;
      this.#toldAt = this.#ports.clock.now();
      this.#ports.onGauges?.(message.gauges);
    } else if (message.kind === 'news') {
      const { id } = message;
      this.#ports.onNews(message.news).then(
        () => this.#worker.postMessage({ kind: 'newsTaken', id } satisfies ToWorker),
        (error) => this.#ports.onTrouble(error instanceof Error ? error.message : 'news not taken'),
      );
    }
  }

  /** Behind what its edge had in a socket, and then behind all that the event loop can read. */
  #fence(streamId: StreamId, number: number): void {
    const passed = this.#ports.fences?.get(streamId);
    if (passed === undefined) this.#feed.fence(streamId, number);
    // Rule: a socket whose fence does not come back opens no gate
    else
      passed().then(
        () => this.#feed.fence(streamId, number),
        () => undefined,
      );
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #lost(): void {
    const wasGone = this.#isGone;
    this.#isGone = true;
    for (const { reject } of this.#waiting.values()) reject(new Fault('mediaUnavailable', { what: 'worker' }));
    this.#waiting.clear();
    // One that never came up is told of by `start` alone, or whoever starts it again would do so twice.
    if (!wasGone && this.#isUp) this.#ports.onLost();
  }
}
