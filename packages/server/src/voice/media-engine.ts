/** Captures of one thread: ports, gates, one spool, and the clockwork that seals and stores. */
import { Capture, type EndedSegment, type NativeSealer, Spool, type SpoolFolder } from '@tacet/capture';
import {
  type BlobStore,
  type CaptureEnded,
  type CaptureRequest,
  type CaptureStarted,
  type CapturesResumed,
  type Clock,
  type ContinuedCapture,
  earliest,
  Fault,
  type FedGap,
  type GateMoved,
  type GateReport,
  gate,
  type IdSource,
  type Instant,
  type KeptOrNot,
  type KeyService,
  limits,
  type MediaNews,
  type StreamId,
  type StreamInterval,
  type StreamTerms,
} from '@tacet/domain';
import { audioScreen, type NativeEars, RtpSource } from '@tacet/media/intake';
import type { DatagramPorts, DatagramSource, Origin } from './datagram-source.ts';
import { EngineMeter } from './engine-meter.ts';
import { type FedListener, FedSource } from './fed-source.ts';
import type { FedBatch } from './feed.ts';
import type { MediaNode } from './media-node.ts';
import { RecordedPort } from './recorded-port.ts';
import { SegmentStoring } from './segment-storing.ts';
import type { WorkerGauges } from './worker-gauges.ts';

/** How often chunks are looked at: fine enough that chunk time plus sync time stay below one second (P4). */
const tickMs = 50;
/** A fed stream has one sender, which was let in before anything was fed. */
const feeder: Origin = { address: 'fed', port: 0 };
/** How long a stop waits for segments to get into store; what is not in by then stays in the spool for recovery. */
const storingMsMax = 5_000;

export interface MediaEnginePorts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly keys: KeyService;
  readonly sealer?: NativeSealer;
  readonly ears?: NativeEars;
  readonly blobs: BlobStore;
  readonly spoolFolder: SpoolFolder;
  readonly datagrams: DatagramPorts;
  /** Asks for a fence behind everything of a fed stream that can be read now; left out, fed captures never open. */
  readonly wantFence?: (streamId: StreamId, number: number) => void;
  /** Resolves when the news is written down. */
  readonly tell: (news: MediaNews) => Promise<void>;
  readonly report: (error: unknown) => void;
}

export class MediaEngine implements MediaNode {
  readonly #ports: MediaEnginePorts;
  readonly #live = new Map<StreamId, RecordedPort>();
  readonly #fed = new Map<StreamId, FedSource>();
  readonly #storing: SegmentStoring;
  readonly #meter: EngineMeter;
  #spool: Spool;
  #lastSyncAt: Instant;
  #cancelTick: () => void = () => undefined;

  constructor(ports: MediaEnginePorts) {
    this.#ports = ports;
    this.#meter = new EngineMeter(ports.clock);
    const { blobs, clock, report } = ports;
    this.#storing = new SegmentStoring({
      blobs,
      clock,
      report,
      tell: (segment) => ports.tell({ kind: 'segmentStored', segment }),
    });
    this.#spool = this.#makeSpool();
    this.#lastSyncAt = clock.now();
    this.#schedule();
  }

  async start(request: CaptureRequest, port: number): Promise<CaptureStarted> {
    // A spool that failed is given another chance by each new capture; until it works, nothing can be recorded.
    if (this.#spool.fault !== undefined) this.#spool = this.#makeSpool();
    const { streamId } = request;
    const recorded = this.#makePort(request);
    this.#live.set(streamId, recorded);
    try {
      await this.#spool.sync();
      recorded.attach(request.isFed === true ? this.#takeIn(request, recorded) : await this.#bind(port, recorded));
      if (request.rtcp === 'own') recorded.attachRtcp(await this.#bindRtcp(recorded));
    } catch (error) {
      await recorded.end();
      this.#live.delete(streamId);
      this.#fed.delete(streamId);
      throw error;
    }
    return { streamId, port: recorded.port, startedAt: recorded.capture.gatekeeper.since };
  }

  async resume(requests: readonly ContinuedCapture[]): Promise<CapturesResumed> {
    if (this.#spool.fault !== undefined) this.#spool = this.#makeSpool();
    const failed: StreamId[] = [];
    const started = await Promise.all(
      requests.map(async (request): Promise<readonly CaptureStarted[]> => {
        try {
          return [await this.#takeUp(request)];
        } catch (error) {
          this.#ports.report(error);
          failed.push(request.streamId);
          return [];
        }
      }),
    );
    // They listen already: what a crash before this costs is what it would have cost anyway.
    await this.#spool.sync();
    return { started: started.flat(), failed };
  }

  close(streamIds: readonly StreamId[]): Promise<readonly GateMoved[]> {
    const ports = streamIds.flatMap((id) => this.#live.get(id) ?? []);
    // One instant for all, from which on nothing passes any of them, before the first is looked at (P7).
    const at = this.#ports.clock.now();
    for (const port of ports) port.closeFrom(at);
    return Promise.resolve(ports.map((port) => port.close(at)));
  }

  async open(streamIds: readonly StreamId[], notBefore: Instant): Promise<GateReport> {
    const moved = await Promise.all(
      streamIds.map(async (id) => ({ id, gate: await this.#live.get(id)?.open(notBefore) })),
    );
    return {
      confirmed: moved.flatMap((one) => one.gate ?? []),
      unconfirmed: moved.filter((one) => one.gate === undefined).map((one) => one.id),
    };
  }

  feed(streamId: StreamId, bytes: Uint8Array, arrivedAt: Instant, isAnchor = true): boolean {
    const source = this.#fed.get(streamId);
    source?.take(bytes, arrivedAt, isAnchor);
    return source !== undefined;
  }

  async keep(streamId: StreamId, bytes: Uint8Array<ArrayBuffer>, arrivedAt: Instant): Promise<KeptOrNot> {
    const recorded = this.#live.get(streamId);
    if (recorded === undefined || !this.#fed.has(streamId)) {
      bytes.fill(0);
      throw new Fault('mediaUnavailable', { streamId });
    }
    const spool = this.#spool;
    const isAdmitted = recorded.receivePlain({ bytes, arrivedAt, isAnchor: true });
    if (isAdmitted) recorded.capture.sealNow();
    // What was sealed is in the recording; the plain bytes were here alone.
    bytes.fill(0);
    if (spool.fault !== undefined) throw new Fault('storageUnavailable');
    if (!isAdmitted) return 'withheld';
    // Rule: an item is answered as kept only when it is durable
    await spool.sync();
    return 'kept';
  }

  async shelve(streamId: StreamId): Promise<null> {
    this.#live.get(streamId)?.capture.cutNow();
    if (this.#spool.fault === undefined) await this.#spool.sync();
    await this.#patiently(this.#storing.settled(streamId));
    return null;
  }

  feedGap(streamId: StreamId, gap: FedGap): void {
    this.#live.get(streamId)?.noteGap(gap);
  }

  /** Takes a batch of fed units, gaps and fences, in its order; what belongs to no capture is wiped. */
  takeFed({ items, bytes }: FedBatch): void {
    let at = 0;
    for (const item of items) {
      if (item.kind === 'unit') {
        const unit = bytes.subarray(at, at + item.length);
        at += item.length;
        if (!this.feed(item.streamId, unit, item.arrivedAt, item.isDependent !== true)) unit.fill(0);
      } else if (item.kind === 'gap') this.feedGap(item.streamId, item.gap);
      else this.#fed.get(item.streamId)?.takeFence(item.number, item.at);
    }
  }

  agree(streamId: StreamId, terms: StreamTerms): Promise<null> {
    this.#live.get(streamId)?.agree(terms);
    return Promise.resolve(null);
  }

  unheard(since: Instant): Promise<readonly StreamId[]> {
    const silent = [...this.#live].filter(([, { heardAt }]) => heardAt <= since);
    return Promise.resolve(silent.map(([streamId]) => streamId));
  }

  async end(streamId: StreamId): Promise<CaptureEnded> {
    const recorded = this.#live.get(streamId);
    if (recorded === undefined) throw new Fault('mediaUnavailable', { streamId });
    const endedAt = await recorded.end();
    this.#live.delete(streamId);
    this.#meter.ended(recorded);
    this.#fed.delete(streamId);
    const { capture } = recorded;
    const { segmentCount, withheldTotal: withheldCount } = capture;
    const isStored = await this.#storedInTime(streamId, this.#spool);
    return { streamId, endedAt, segmentCount, withheldCount, isStored };
  }

  /** What there is to tell of this second. */
  gauges(): WorkerGauges {
    const { backlogBytes } = this.#spool;
    const gates = { open: 0, closed: 0, opening: 0 };
    for (const { gateIs } of this.#live.values()) gates[gateIs] += 1;
    return {
      ...this.#meter.take(),
      spoolBacklogBytes: backlogBytes,
      spoolAgeMs: this.#meter.ageOf(backlogBytes),
      segmentsWaiting: this.#storing.count,
      openGates: gates.open,
      closedGates: gates.closed,
      openingGates: gates.opening,
      units: this.#meter.units(this.#live.values()),
    };
  }

  /** Stops receiving and makes everything durable; the spool goes on telling of each capture that it is live. */
  async handOver(): Promise<void> {
    this.#cancelTick();
    await Promise.allSettled([...this.#live.values()].map((recorded) => recorded.handOver()));
    if (this.#spool.fault === undefined) await this.#spool.sync();
    await this.#patiently(Promise.all([...this.#live.keys()].map((id) => this.#storing.settled(id))));
    this.#storing.stop();
  }

  /** Ends every capture and makes everything durable, in the blob store if that takes it in time. */
  async dispose(): Promise<void> {
    this.#cancelTick();
    const ended = Promise.allSettled([...this.#live.keys()].map((id) => this.end(id)));
    await this.#patiently(ended);
    this.#storing.stop();
    if (this.#spool.fault === undefined) await this.#spool.close();
  }

  /** Where storage takes too long to be waited for, it is told later, when everything of the capture is there. */
  async #storedInTime(streamId: StreamId, spool: Spool): Promise<boolean> {
    const { report, tell } = this.#ports;
    let isWaited = true;
    let isStored = false;
    const storing = async (): Promise<void> => {
      if (spool.fault === undefined) await spool.sync();
      isStored = await this.#storing.settled(streamId);
      if (isStored && !isWaited) await tell({ kind: 'captureStored', streamId });
    };
    const stored = storing();
    await this.#patiently(stored);
    isWaited = false;
    stored.catch(report);
    return isStored;
  }

  /** Waits for storage, but not for ever: what is not in store by then is safe in the spool, and goes on being tried. */
  async #patiently(work: Promise<unknown>): Promise<void> {
    let cancel: () => void = () => undefined;
    const patience = new Promise<void>((resolve) => {
      cancel = this.#ports.clock.later(storingMsMax, resolve);
    });
    await Promise.race([work, patience]);
    cancel();
  }

  async #takeUp(request: ContinuedCapture): Promise<CaptureStarted> {
    const { streamId, continues } = request;
    const recorded = this.#makePort(request);
    this.#live.set(streamId, recorded);
    try {
      const isFed = request.isFed === true;
      recorded.attach(isFed ? this.#takeIn(request, recorded) : await this.#bind(continues.port, recorded));
      // Nobody waits for it any more: it was told to end before it could begin.
      if (recorded.capture.isOver) throw new Fault('mediaUnavailable', { streamId });
      const startedAt = this.#ports.clock.now();
      recorded.capture.begin(startedAt);
      if (request.rtcp === 'own') recorded.attachRtcp(await this.#bindRtcp(recorded));
      return { streamId, port: recorded.port, startedAt };
    } catch (error) {
      await recorded.end();
      if (this.#live.get(streamId) === recorded) this.#live.delete(streamId);
      throw error;
    }
  }

  #takeIn({ streamId, isPlain }: CaptureRequest, recorded: RecordedPort): FedSource {
    const wantFence = (number: number): void => this.#ports.wantFence?.(streamId, number);
    const take: FedListener =
      isPlain === true
        ? (bytes, arrivedAt, isAnchor) => void recorded.receivePlain({ bytes, arrivedAt, isAnchor })
        : (bytes, arrivedAt) => recorded.receive(bytes, feeder, arrivedAt);
    const source = new FedSource(take, wantFence);
    this.#fed.set(streamId, source);
    return source;
  }

  async #bind(port: number, recorded: RecordedPort): Promise<DatagramSource> {
    try {
      return await this.#ports.datagrams.bind(port, recorded.receive.bind(recorded), {
        dropped: recorded.dropped.bind(recorded),
        run: recorded.receiveRun.bind(recorded),
      });
    } catch (cause) {
      throw new Fault('mediaUnavailable', { what: 'port' }, cause);
    }
  }

  /** Reports tell how streams fit together; a call is recorded without them where their port is taken. */
  #bindRtcp(recorded: RecordedPort): Promise<DatagramSource | undefined> {
    const { datagrams } = this.#ports;
    return datagrams.bind(recorded.port + 1, recorded.receiveRtcp.bind(recorded)).catch(() => undefined);
  }

  #makePort(request: CaptureRequest): RecordedPort {
    const { streamId, recordingId, conversationId, isOpen, continues } = request;
    const { clock, ears, ids, keys, report, sealer, tell } = this.#ports;
    const now = clock.now();
    const spool = this.#spool;
    const onSegment = (segment: EndedSegment): void => this.#storing.put(segment, spool);
    const onInterval = (interval: StreamInterval, settled: () => void): void => {
      tell({ kind: 'timelineGrown', timeline: { streamId, intervals: [interval] } }).then(settled, report);
    };
    const home = { streamId, recordingId, conversationId };
    const initial = isOpen ? gate.openGate(now) : gate.closedGate(earliest(now, continues?.closedSince ?? now));
    const screen = audioScreen(request, ears);
    const mayBe = { ...(screen === undefined ? {} : { screen }), ...(sealer === undefined ? {} : { sealer }) };
    const capture = new Capture(home, initial, { spool, keys, ids, onSegment, onInterval, ...mayBe }, continues);
    return new RecordedPort(capture, new RtpSource(request), clock, request);
  }

  #makeSpool(): Spool {
    const { clock, spoolFolder } = this.#ports;
    return new Spool({
      folder: spoolFolder,
      clock,
      preamble: () => {
        const live = [...this.#live.values()].filter(({ capture }) => capture.isLive);
        return live.map(({ capture }) => capture.describe(clock.now()));
      },
      onFault: (fault) => this.#storageFailed(fault),
    });
  }

  /** Rule 2 of the gate: when nothing can be kept safely, nothing is taken in. */
  #storageFailed(fault: Fault): void {
    this.#ports.report(fault);
    const at = this.#ports.clock.now();
    for (const [streamId, recorded] of this.#live) {
      this.#live.delete(streamId);
      this.#fed.delete(streamId);
      const intervals = recorded.abandon();
      this.#meter.ended(recorded);
      this.#ports.tell({ kind: 'captureFailed', streamId, at, reason: 'storage', intervals }).catch(this.#ports.report);
    }
  }

  #schedule(): void {
    this.#cancelTick = this.#ports.clock.later(tickMs, () => {
      this.#tick();
      this.#schedule();
    });
  }

  #tick(): void {
    const now = this.#ports.clock.now();
    this.#meter.ticked(now, tickMs);
    for (const recorded of this.#live.values()) recorded.tick(now);
    if (now - this.#lastSyncAt < limits.spoolSyncMs || this.#spool.fault !== undefined) return;
    this.#lastSyncAt = now;
    // A failed sync has told the spool's fault listener already.
    this.#meter.syncing(this.#spool.sync());
  }
}
