/** The live act of recording one media stream: unit → gate → chunk → seal → spool → segment. */
import {
  type gate,
  type Instant,
  instant,
  latest,
  limits,
  needs,
  type SegmentId,
  type StreamInterval,
} from '@tacet/domain';
import type { CaptureHome, CapturePorts, ChainEnd } from './capture-ports.ts';
import type { ChunkBuilder, PlainChunk, Silenced } from './chunk-builder.ts';
import { type AdmittedUnit, Gatekeeper, type Withheld } from './gatekeeper.ts';
import { JudgedUnits } from './judged-units.ts';
import type { CaptureLive } from './record-format.ts';
import { noTag, SegmentWriter } from './segment-writer.ts';
import { shutUntil } from './shut-until.ts';
import type { Unit } from './unit.ts';
import type { UnitRun } from './unit-run.ts';

/** A chunk in the spool's batch; durable when the spool has made `count` records so. */
interface UnsyncedChunk extends Pick<PlainChunk, 'firstAt' | 'lastAt' | 'unitCount'> {
  readonly count: number;
}

const microsecond = 0.001;

export class Capture {
  readonly home: CaptureHome;
  readonly gatekeeper: Gatekeeper;
  readonly #ports: CapturePorts;
  readonly #judged: JudgedUnits;
  readonly #builder: ChunkBuilder;
  #segment: SegmentWriter | undefined;
  #segmentCount: number;
  #previousTag: string;
  #withheldTotal = 0;
  #admittedTotal = 0;
  #keptUntil: Instant;
  /** Chunks that a failure of storage now would lose. */
  readonly #unsynced: UnsyncedChunk[] = [];
  /** What is on its way into the spool just now: were that to fail, it would be in no other list. */
  #sealing: PlainChunk | undefined;
  #noting: StreamInterval | undefined;
  /** A withheld stretch of which more turned up behind its end, just before the gate shut again. */
  #grown: Withheld | undefined;
  #isOver = false;
  #hasBegun = false;
  #beforeSeal: () => void = () => undefined;

  /**
   * @param initial the gate's stored state; a capture that starts inside a pause starts closed (P3).
   * @param chain where an earlier capture of the same stream ended; this one goes on when `begin` is called.
   */
  constructor(home: CaptureHome, initial: gate.GateState, ports: CapturePorts, chain?: ChainEnd) {
    this.home = home;
    this.#segmentCount = chain?.nextSegmentNumber ?? 0;
    this.#previousTag = chain?.previousTag ?? noTag;
    this.gatekeeper = new Gatekeeper(initial);
    this.#ports = ports;
    this.#judged = new JudgedUnits(
      ports.screen,
      () => this.#flushJudged(),
      (units) => this.#tellMasked(units),
    );
    this.#builder = this.#judged.builder;
    this.#keptUntil = justBefore(this.gatekeeper.since);
    if (chain === undefined) this.begin(this.gatekeeper.since);
  }

  /**
   * Units can arrive from now on: the spool is told, and only then. What was sent before reached nobody, and to the
   * spool it is still the earlier capture that missed it.
   */
  begin(at: Instant): void {
    if (this.#hasBegun || this.#isOver) return;
    this.#hasBegun = true;
    if (this.gatekeeper.isOpen) this.#keptUntil = latest(justBefore(at), this.#keptUntil);
    this.#ports.spool.append(this.describe(at));
  }

  get segmentCount(): number {
    return this.#segmentCount;
  }

  /** Whether it has ended or was abandoned. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether it has begun and is not over: only such a capture is to be described. */
  get isLive(): boolean {
    return this.#hasBegun && !this.#isOver;
  }

  /** Units sealed so far; those of a chunk are counted when it is. */
  get admittedTotal(): number {
    return this.#admittedTotal;
  }

  /** Units of which a screen silenced the payload. */
  get maskedTotal(): number {
    return this.#judged.masked.total;
  }

  /** Units withheld over the whole capture. */
  get withheldTotal(): number {
    return this.#withheldTotal + this.gatekeeper.withheldCount;
  }

  /**
   * Takes a unit from the source.
   * @returns whether the gate admitted it.
   * @throws Fault storageUnavailable when the spool has failed.
   */
  receive(unit: Unit): boolean {
    if (this.#isOver) {
      unit.bytes.fill(0);
      return false;
    }
    const admitted = this.gatekeeper.admit(unit);
    if (admitted === undefined) return false;
    this.#noteOpening();
    this.#store(admitted);
    return true;
  }

  /** Whether `receiveRun` may be called: nothing of the run needs a look of its own. */
  takesRun(run: UnitRun): boolean {
    return !this.#isOver && this.gatekeeper.admitsRun(run) && this.#judged.takesRun(run);
  }

  /**
   * Takes units from the source, as `receive` would one after another. Ask `takesRun` before.
   * @throws Fault storageUnavailable when the spool has failed.
   */
  receiveRun(run: UnitRun): void {
    const admitted = this.gatekeeper.admitRun(run);
    needs(admitted !== undefined, 'a run is asked about before it is handed in');
    this.#noteOpening();
    this.#judged.addRun(admitted);
  }

  /** Seals what was admitted and is judged, without waiting for more; durable with the spool's next sync. */
  sealNow(): void {
    if (!this.#isOver) this.#flushJudged();
  }

  /** Ends the segment that is being written, so that it can be put into store; the capture goes on in the next one. */
  cutNow(): void {
    if (!this.#isOver) this.#cut();
  }

  #store(admitted: AdmittedUnit): void {
    // Rule: a unit is decrypted only once the gate has admitted it
    if (admitted.reveal !== undefined && !admitted.reveal()) return;
    this.#judged.add(admitted);
  }

  /** From `at` on nothing is admitted; what arrived before may still be handed in, until `close`. */
  closeFrom(at: Instant): void {
    this.#countWithheld();
    this.gatekeeper.closeFrom(at);
  }

  /** Shuts the gate and cuts the segment: what was admitted before is sealed now, in a segment of its own. */
  close(now: Instant): Instant {
    const wasOpen = this.gatekeeper.isOpen;
    const at = this.#shut(now);
    if (wasOpen && this.isLive) {
      this.#cut();
      this.#tellMasked();
      this.#tellGrown();
      this.#ports.spool.append({ kind: 'gateClosed', streamId: this.home.streamId, at });
      this.#keptUntil = latest(at, this.#keptUntil);
    }
    return at;
  }

  /** The fence came back. @returns whether the gate is open now. */
  fencePassed(now: Instant): boolean {
    if (this.#isOver) return false;
    this.gatekeeper.fencePassed(now);
    this.#noteOpening();
    return this.gatekeeper.isOpen;
  }

  /** Writes down an interval that was not kept. */
  note(interval: StreamInterval): void {
    const { spool } = this.#ports;
    this.#noting = interval;
    const { file } = spool.append({ kind: 'intervalSeen', streamId: this.home.streamId, interval });
    this.#noting = undefined;
    spool.hold(file);
    this.#ports.onInterval(interval, () => spool.release(file));
  }

  /** Has `note` called before a chunk is sealed: what it writes down is durable together with the chunk. */
  beforeSeal(note: () => void): void {
    this.#beforeSeal = note;
  }

  /** Writes down what is missing now and may still come, so that a crash does not make it forgotten. */
  noteWaiting(intervals: readonly StreamInterval[]): void {
    this.#ports.spool.append({ kind: 'gapsWaiting', streamId: this.home.streamId, intervals });
  }

  /** Whether `tick` has something to do. @param heardUntil what arrived before has been handed in. */
  isDue(now: Instant, heardUntil: Instant = now): boolean {
    const { count, lastAt } = this.#builder;
    if (
      !this.#judged.masked.isEmpty ||
      this.gatekeeper.hasUntold ||
      (count > 0 && heardUntil - lastAt >= limits.undecidedMsMax)
    )
      return true;
    return this.#builder.isDue(now) || this.#isSegmentLong(now);
  }

  /** To be called a few times a second: old chunks are sealed, long segments end. */
  tick(now: Instant, heardUntil: Instant = now): void {
    if (this.#builder.count > 0 && heardUntil - this.#builder.lastAt >= limits.undecidedMsMax) this.#judged.settle();
    if (this.#builder.isDue(now)) this.#flushJudged();
    if (this.#judged.masked.isDue(now)) this.#tellMasked();
    this.#tellGrown();
    if (this.#isSegmentLong(now)) {
      this.#flushJudged();
      this.#endSegment();
    }
  }

  /** Another process goes on where this one stops: what was admitted is in the spool, which says that the capture lives. */
  handOver(): void {
    if (!this.isLive) return;
    this.#cut();
    this.#tellGrown();
  }

  /** Ends the capture; everything admitted is in the spool, nothing more is taken. */
  end(now: Instant): void {
    if (this.#isOver) return;
    if (!this.#hasBegun) {
      this.#isOver = true;
      return;
    }
    this.#cut();
    this.#tellMasked();
    this.#tellGrown();
    // The end stands before the interval: were it the last to survive a crash, the interval can be told from it, while
    // an interval without the end would read as if the gate had opened.
    this.#ports.spool.append({ kind: 'captureOver', streamId: this.home.streamId, at: now });
    this.#isOver = true;
    for (const interval of shutUntil(this.gatekeeper, now, 'network')) this.note(interval);
  }

  /**
   * Storage failed: fail closed, take nothing more.
   * @returns what is not kept of the stream and was not told: each chunk that was not synced is lost, an interval that
   * could not be written down stays what it is, and a gate that was shut withheld.
   */
  abandon(now: Instant): readonly StreamInterval[] {
    if (this.#isOver) return [];
    this.#isOver = true;
    const pending = this.#builder.take();
    pending?.plain.fill(0);
    this.#segment = undefined;
    const shut = shutUntil(this.gatekeeper, now, 'storage');
    this.#shut(now);
    this.#forgetSynced();
    const chunks = [...this.#unsynced, ...present(this.#sealing), ...present(pending)];
    const lost = chunks.map(({ firstAt, lastAt, unitCount }): StreamInterval => {
      return { kind: 'lost', from: firstAt, to: instant(lastAt + microsecond), unitCount, reason: 'storage' };
    });
    const masked = present(this.#judged.masked.take()).map((units) => ({ kind: 'masked', ...units }) as const);
    const grown = present(this.#grown).map((stretch) => ({ kind: 'withheld', ...stretch }) as const);
    return [...lost, ...present(this.#noting), ...masked, ...grown, ...shut];
  }

  /** The capture as the head of a new spool file tells it. */
  describe(now: Instant): CaptureLive {
    return {
      kind: 'captureLive',
      ...this.home,
      at: now,
      isOpen: this.gatekeeper.isOpen,
      since: this.gatekeeper.since,
      keptUntil: this.#keptUntil,
      nextSegmentNumber: this.#segmentCount,
      previousTag: this.#previousTag,
      ...(this.#segment === undefined ? {} : { segment: this.#segment.head }),
    };
  }

  #isSegmentLong(now: Instant): boolean {
    const startedAt = this.#segment?.startedAt;
    return startedAt !== undefined && now - startedAt >= limits.segmentMsMax;
  }

  #noteOpening(): void {
    const withheld = this.gatekeeper.takeEnded();
    if (withheld === undefined) return;
    this.#ports.screen?.opened();
    this.note({ kind: 'withheld', ...withheld });
    this.#keptUntil = latest(justBefore(withheld.to), this.#keptUntil);
  }

  #shut(now: Instant): Instant {
    this.#countWithheld();
    return this.gatekeeper.close(now);
  }

  /** The gatekeeper counts anew from each closing on. */
  #countWithheld(): void {
    const { isOpen, isClosing, withheldCount } = this.gatekeeper;
    if (!isOpen || isClosing) return;
    this.#withheldTotal += withheldCount;
    this.#grown = this.gatekeeper.takeEnded();
  }

  /** Seals what is judged; what is not stays for the next chunk, unless it is all there is. */
  #flushJudged(): void {
    const { heldCount } = this.#judged;
    if (heldCount < this.#builder.count) this.#flush(heldCount);
    else {
      this.#judged.settle();
      this.#flush();
    }
  }

  #tellMasked(units: Silenced | undefined = this.#judged.masked.take()): void {
    if (units !== undefined) this.note({ kind: 'masked', ...units });
  }

  /** Rule: what is withheld only after a pause has ended is counted in that pause's interval */
  #tellGrown(): void {
    const grown = this.#grown ?? this.gatekeeper.takeEnded();
    this.#grown = undefined;
    if (grown !== undefined) this.note({ kind: 'withheld', ...grown });
  }

  #flush(heldCount: number = 0): void {
    const chunk = this.#builder.take(heldCount);
    if (chunk === undefined) return;
    this.#sealing = chunk;
    try {
      this.#seal(chunk);
    } finally {
      this.#sealing = undefined;
      chunk.plain.fill(0);
    }
  }

  #seal(chunk: PlainChunk): void {
    this.#beforeSeal();
    if (this.#segment === undefined) {
      const { conversationId, recordingId, streamId } = this.home;
      const segmentId = this.#ports.ids.next<SegmentId>();
      const home = { segmentId, recordingId, conversationId, streamId };
      const place = { number: this.#segmentCount, previousTag: this.#previousTag };
      this.#segment = new SegmentWriter({ ...home, ...place }, this.#ports);
      this.#segmentCount += 1;
    }
    this.#segment.add(chunk);
    this.#admittedTotal += chunk.unitCount;
    this.#forgetSynced();
    const { firstAt, lastAt, unitCount } = chunk;
    this.#unsynced.push({ firstAt, lastAt, unitCount, count: this.#ports.spool.appendedCount });
    this.#keptUntil = latest(chunk.lastAt, this.#keptUntil);
  }

  #forgetSynced(): void {
    const { durableCount } = this.#ports.spool;
    while (this.#unsynced[0] !== undefined && this.#unsynced[0].count <= durableCount) this.#unsynced.shift();
  }

  #cut(): void {
    this.#judged.settle();
    this.#flush();
    this.#endSegment();
  }

  #endSegment(): void {
    const ended = this.#segment?.end();
    this.#segment = undefined;
    if (ended === undefined) return;
    this.#previousTag = ended.lastTag;
    this.#ports.onSegment(ended);
  }
}

function present<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}

function justBefore(at: Instant): Instant {
  return instant(at - microsecond);
}
