/** Places captures on media nodes, gives them ports, and keeps every deadline. */
import {
  type CaptureEnded,
  type CaptureRequest,
  type CaptureStarted,
  type CapturesResumed,
  type ContinuedCapture,
  type ConversationId,
  Fault,
  type FedGap,
  type GateMoved,
  type GateReport,
  type Instant,
  type KeptOrNot,
  limits,
  type MediaHost,
  type MediaNews,
  type StreamId,
  type StreamTerms,
} from '@tacet/domain';
import { hostLimits } from './host-limits.ts';
import type { LostCaptures, MediaHostPorts } from './media-host-ports.ts';
import type { MediaNode } from './media-node.ts';
import type { SocketFence } from './socket-fences.ts';
import type { PlaceGauges } from './worker-gauges.ts';

interface Place {
  node: MediaNode | undefined;
  run: string | undefined;
  /** When its nodes were lost, as far as that counts still. */
  losses: readonly Instant[];
  readonly streams: Map<StreamId, { readonly conversationId: ConversationId; readonly port: number | undefined }>;
}

export class NodeMediaHost implements MediaHost {
  readonly #ports: MediaHostPorts;
  readonly #places: Place[] = [];
  #listener: (news: MediaNews) => void | Promise<void> = () => undefined;
  #onLost: ((lost: LostCaptures) => Promise<void>) | undefined;
  #up: Promise<unknown> = Promise.resolve();
  #isDisposed = false;
  #isStorageFailing = false;

  constructor(ports: MediaHostPorts) {
    this.#ports = ports;
  }

  /** Starts every node. @throws Fault mediaUnavailable. */
  async ready(): Promise<void> {
    for (let count = 0; count < this.#ports.nodeCount; count += 1) {
      this.#places.push({ node: undefined, run: undefined, losses: [], streams: new Map() });
    }
    this.#up = Promise.all(this.#places.map((place) => this.#startNode(place)));
    await this.#up;
  }

  onNews(listener: (news: MediaNews) => void | Promise<void>): void {
    this.#listener = listener;
  }

  /** Hears of captures that were lost with their worker, as soon as another one is there to take them up. */
  onLost(listener: (lost: LostCaptures) => Promise<void>): void {
    this.#onLost = listener;
  }

  get captureCount(): number {
    return this.#places.reduce((sum, place) => sum + place.streams.size, 0);
  }

  /** Whether the last attempt to keep something failed; a capture that starts well clears it. */
  get isStorageFailing(): boolean {
    return this.#isStorageFailing;
  }

  /** How many nodes are up, of how many. */
  get nodes(): { readonly up: number; readonly of: number } {
    return { up: this.#places.filter((place) => place.node !== undefined).length, of: this.#ports.nodeCount };
  }

  /** Ports that no stream has, those that rest among them. */
  get freePortCount(): number {
    return this.#ports.pool.freeCount;
  }

  /** What each worker that is up told of itself last, at most a second or so ago. */
  gauges(): readonly PlaceGauges[] {
    return this.#places.flatMap(({ node }, place) => {
      const told = node?.gauges();
      return told === undefined ? [] : [{ place, ...told }];
    });
  }

  async start(request: CaptureRequest): Promise<CaptureStarted> {
    const place = this.#placeFor(request.conversationId);
    for (let taken = 0; taken < hostLimits.takenPortsMax; taken += 1) {
      const port = request.isFed === true ? undefined : this.#ports.pool.take(this.#ports.clock.now());
      if (port === undefined && request.isFed !== true) throw new Fault('portsExhausted');
      place.streams.set(request.streamId, { conversationId: request.conversationId, port });
      try {
        const node = this.#nodeOf(place);
        const undo = (): Promise<unknown> => node.end(request.streamId);
        const started = await this.#inTime(node.start(request, port ?? 0), limits.gateDeadlineMs, undo);
        this.#isStorageFailing = false;
        return started;
      } catch (error) {
        this.#forget(place, request.streamId);
        if (error instanceof Fault && error.code === 'storageUnavailable') this.#isStorageFailing = true;
        const isTaken = error instanceof Fault && error.code === 'mediaUnavailable' && error.facts['what'] === 'port';
        if (!isTaken) throw error;
      }
    }
    throw new Fault('portsExhausted');
  }

  async resume(requests: readonly ContinuedCapture[]): Promise<CapturesResumed> {
    // What was live before is read while the nodes start.
    await this.#up;
    const byPlace = new Map<Place, ContinuedCapture[]>();
    const failed: StreamId[] = [];
    for (const request of requests) {
      const { conversationId, streamId, continues } = request;
      // Whoever feeds a capture is in this process, and knows nothing of one that goes on elsewhere; but for those who ask.
      if (request.isFed === true && request.isOfItems !== true && request.outlivesFeeder !== true) {
        failed.push(streamId);
        continue;
      }
      const place = this.#placeOf(streamId) ?? this.#placeFor(conversationId);
      const port = request.isFed === true ? undefined : continues.port;
      if (port !== undefined) this.#ports.pool.reserve(port);
      place.streams.set(streamId, { conversationId, port });
      byPlace.set(place, [...(byPlace.get(place) ?? []), request]);
    }
    const resumed = await Promise.all([...byPlace].map(([place, own]) => this.#resumeAt(place, own)));
    return {
      started: resumed.flatMap((one) => one.started),
      failed: [...failed, ...resumed.flatMap((one) => one.failed)],
    };
  }

  async close(streamIds: readonly StreamId[], deadlineMs: number): Promise<GateReport> {
    return this.#ofAll('close', { streamIds, deadlineMs }, async (node, ids) => {
      const confirmed = await node.close(ids);
      const heard = new Set(confirmed.map((moved) => moved.streamId));
      return { confirmed, unconfirmed: ids.filter((id) => !heard.has(id)) };
    });
  }

  async open(streamIds: readonly StreamId[], notBefore: Instant, deadlineMs: number): Promise<GateReport> {
    return this.#ofAll('open', { streamIds, deadlineMs }, (node, ids) => node.open(ids, notBefore));
  }

  feed(streamId: StreamId, bytes: Uint8Array, arrivedAt: Instant, isAnchor = true): boolean {
    return this.#placeOf(streamId)?.node?.feed(streamId, bytes, arrivedAt, isAnchor) ?? false;
  }

  keep(streamId: StreamId, bytes: Uint8Array<ArrayBuffer>, arrivedAt: Instant): Promise<KeptOrNot> {
    const node = this.#placeOf(streamId)?.node;
    if (node === undefined) return Promise.reject(new Fault('mediaUnavailable', { streamId }));
    return this.#inTime(node.keep(streamId, bytes, arrivedAt), hostLimits.endMsMax);
  }

  async shelve(streamId: StreamId): Promise<void> {
    await this.#placeOf(streamId)?.node?.shelve(streamId);
  }

  feedGap(streamId: StreamId, gap: FedGap): void {
    this.#placeOf(streamId)?.node?.feedGap(streamId, gap);
  }

  fenceBy(streamId: StreamId, passed: SocketFence | undefined): void {
    this.#ports.fences?.set(streamId, passed);
  }

  async agree(streamId: StreamId, terms: StreamTerms): Promise<void> {
    const place = this.#places.find((one) => one.streams.has(streamId));
    if (place !== undefined) await this.#inTime(this.#nodeOf(place).agree(streamId, terms), limits.gateDeadlineMs);
  }

  async unheard(since: Instant): Promise<readonly StreamId[]> {
    const asked = this.#places.map(async ({ node, streams }) => {
      // Rule: of a worker that does not answer nobody says that its sources are silent
      const silent = node === undefined ? [] : await this.#inTime(node.unheard(since), limits.gateDeadlineMs);
      return silent.filter((id) => streams.has(id));
    });
    const told = await Promise.allSettled(asked);
    return told.flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
  }

  async end(streamId: StreamId): Promise<CaptureEnded> {
    const place = this.#placeOf(streamId);
    if (place === undefined) throw new Fault('mediaUnavailable', { streamId });
    try {
      // Whoever asked has gone on by then, as with something that is not in store yet.
      const late = async ({ isStored }: CaptureEnded): Promise<void> => {
        if (isStored) await this.#listener({ kind: 'captureStored', streamId });
      };
      return await this.#inTime(this.#nodeOf(place).end(streamId), hostLimits.endMsMax, late);
    } finally {
      this.#forget(place, streamId);
    }
  }

  /** Stops receiving; every capture is left in the spool as live, for the next process. */
  async handOver(): Promise<void> {
    this.#isDisposed = true;
    await Promise.allSettled(this.#places.map((place) => place.node?.handOver()));
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await Promise.allSettled(this.#places.map((place) => place.node?.dispose()));
  }

  async #resumeAt(place: Place, requests: readonly ContinuedCapture[]): Promise<CapturesResumed> {
    const { node } = place;
    try {
      const resumed = await this.#inTime(this.#nodeOf(place).resume(requests), hostLimits.resumeMsMax);
      for (const streamId of resumed.failed) this.#forget(place, streamId);
      return resumed;
    } catch {
      const failed = requests.map(({ streamId }) => streamId);
      // Rule: a take-up that failed leaves no capture behind that records on unknown to everybody
      node?.close(failed).catch(() => undefined);
      for (const streamId of failed) node?.end(streamId).catch(() => undefined);
      for (const streamId of failed) this.#forget(place, streamId);
      return { started: [], failed };
    }
  }

  /** All captures of a conversation share a node, so that one message reaches them all. */
  #placeFor(conversationId: ConversationId): Place {
    let best: Place | undefined;
    for (const place of this.#places) {
      if (place.node === undefined) continue;
      for (const stream of place.streams.values()) if (stream.conversationId === conversationId) return place;
      if (best === undefined || place.streams.size < best.streams.size) best = place;
    }
    if (best === undefined) throw new Fault('mediaUnavailable', { what: 'worker' });
    return best;
  }

  #placeOf(streamId: StreamId): Place | undefined {
    for (const place of this.#places) if (place.streams.has(streamId)) return place;
    return undefined;
  }

  #nodeOf(place: Place): MediaNode {
    if (place.node === undefined) throw new Fault('mediaUnavailable', { what: 'worker' });
    return place.node;
  }

  #forget(place: Place, streamId: StreamId): void {
    const stream = place.streams.get(streamId);
    if (stream === undefined) return;
    place.streams.delete(streamId);
    if (stream.port !== undefined) this.#ports.pool.release(stream.port, this.#ports.clock.now());
  }

  async #ofAll(
    what: 'close' | 'open',
    { streamIds, deadlineMs }: { readonly streamIds: readonly StreamId[]; readonly deadlineMs: number },
    ask: (node: MediaNode, ids: readonly StreamId[]) => Promise<GateReport>,
  ): Promise<GateReport> {
    const confirmed: GateMoved[] = [];
    const askedAt = this.#ports.clock.now();
    const asked = this.#places.map(async (place, number) => {
      const ids = streamIds.filter((id) => place.streams.has(id));
      if (ids.length === 0 || place.node === undefined) return;
      const report = await ask(place.node, ids);
      confirmed.push(...report.confirmed);
      this.#ports.onDone?.(what, { place: number, askedAt, report });
    });
    await this.#until(Promise.allSettled(asked), deadlineMs);
    const report = [...confirmed];
    const heard = new Set(report.map((moved) => moved.streamId));
    return { confirmed: report, unconfirmed: streamIds.filter((id) => !heard.has(id)) };
  }

  /**
   * A node that does not answer must not hold up a conversation's queue.
   * @param late is carried out when the answer comes after all.
   */
  async #inTime<T>(
    work: Promise<T>,
    deadlineMs: number,
    late: (answer: T) => Promise<unknown> = async () => undefined,
  ): Promise<T> {
    let answer: { readonly value: T } | undefined;
    let failure: unknown;
    const heard = work.then(
      (value) => {
        answer = { value };
      },
      (error) => {
        failure = error;
      },
    );
    await this.#until(heard, deadlineMs);
    if (answer !== undefined) return answer.value;
    if (failure !== undefined) throw failure;
    void heard.then(() => (answer === undefined ? undefined : late(answer.value))).catch(() => undefined);
    throw new Fault('mediaUnavailable', { what: 'no answer' });
  }

  #until(work: Promise<unknown>, deadlineMs: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.#ports.clock.later(deadlineMs, resolve);
      void work.then(() => {
        cancel();
        resolve();
      });
    });
  }

  async #startNode(place: Place): Promise<void> {
    const news = async (one: MediaNews): Promise<void> => {
      if (one.kind === 'captureFailed') {
        this.#forget(place, one.streamId);
        if (one.reason === 'storage') this.#isStorageFailing = true;
      }
      await this.#listener(one);
    };
    const node = await this.#ports.startNode(news, () => this.#lost(place));
    if (this.#isDisposed) return node.dispose();
    place.node = node;
    place.run = node.run;
  }

  /** A worker's crash costs its own captures their gap; a new worker takes its place, and them. */
  #lost(place: Place): void {
    const { run } = place;
    place.node = undefined;
    place.run = undefined;
    if (this.#isDisposed) return;
    this.#ports.onWorkerLost();
    const now = this.#ports.clock.now();
    place.losses = [...place.losses.filter((at) => now - at < hostLimits.lossesMsMax), now];
    // What brings down one worker after another is not brought to the next.
    const isRecoverable =
      run !== undefined && this.#onLost !== undefined && place.losses.length <= hostLimits.lossesMax;
    if (!isRecoverable) for (const streamId of [...place.streams.keys()]) this.#fail(place, streamId);
    this.#replace(place, run);
  }

  /** Starts another node in the place of one that was lost, until one comes up. */
  #replace(place: Place, run: string | undefined): void {
    this.#startNode(place).then(
      () => {
        const streamIds = [...place.streams.keys()];
        if (run === undefined || this.#isDisposed) return;
        this.#onLost?.({ run, streamIds }).catch(() => undefined);
      },
      () => {
        if (!this.#isDisposed) this.#ports.clock.later(hostLimits.restartMs, () => this.#replace(place, run));
      },
    );
  }

  #fail(place: Place, streamId: StreamId): void {
    this.#forget(place, streamId);
    const at = this.#ports.clock.now();
    const news = { kind: 'captureFailed', streamId, at, reason: 'crash', intervals: [] } as const;
    Promise.resolve(this.#listener(news)).catch(() => undefined);
  }
}
