/** One port and the capture behind it: datagram → unit → gate, and the fences that let the gate open. */
import { type Capture, isStorageFault, type Unit, type UnitRun } from '@tacet/capture';
import {
  type CancelTimer,
  type CaptureRequest,
  type Clock,
  earliest,
  type FedGap,
  type GateMoved,
  type Instant,
  type Interval,
  instant,
  type LossReason,
  latest,
  limits,
  type StreamInterval,
  type StreamTerms,
} from '@tacet/domain';
import { LossMeter, type LostPackets, type RtpSource } from '@tacet/media/intake';
import { isRtcp } from '@tacet/wire/rtp';
import type { DatagramSource, Origin } from './datagram-source.ts';
import { HeadlessUnits } from './headless-units.ts';
import { lostWithin } from './lost-within.ts';
import { OverloadMeter } from './overload-meter.ts';

/** A fence that does not come back by then was lost in a full buffer; the end of a call waits no longer. */
const drainMsMax = 200;
const microsecond = 0.001;

interface Opening {
  readonly settle: (moved: GateMoved | undefined) => void;
  cancelTimer: CancelTimer;
}

/** How units of the stream depend on each other, and whether earlier ones came before this. */
type Dependence = Pick<CaptureRequest, 'needsAnchor' | 'continues'>;

export class RecordedPort {
  readonly capture: Capture;
  readonly #clock: Clock;
  readonly #rtp: RtpSource;
  readonly #startedAt: Instant;
  readonly #losses = new LossMeter();
  readonly #lost: Partial<Record<LossReason, number>> = {};
  readonly #overload = new OverloadMeter();
  #source: DatagramSource | undefined;
  /** A port of its own for RTCP, where it does not share that of the stream. */
  #rtcpSource: DatagramSource | undefined;
  /** Whether what is read from the RTCP port has arrived since the gate opened; the stream's fence does not tell. */
  #isRtcpFenced = false;
  #opening: Opening | undefined;
  /** What was last written down of gaps that wait, as a sum over them; 0 when that was none. */
  #waitingNoted = 0;

  /** Whether a gate that opens waits for a unit that is understood without earlier ones. */
  readonly #needsAnchor: boolean;
  /** What comes first, where it goes on with a capture that broke off. */
  readonly #headless: HeadlessUnits;

  constructor(capture: Capture, rtp: RtpSource, clock: Clock, { needsAnchor, continues }: Dependence = {}) {
    this.#needsAnchor = needsAnchor === true;
    this.#headless = new HeadlessUnits(this.#needsAnchor && continues !== undefined);
    this.capture = capture;
    this.#rtp = rtp;
    this.#clock = clock;
    this.#startedAt = clock.now();
    capture.beforeSeal(() => this.#noteWaiting());
  }

  attach(source: DatagramSource): void {
    this.#source = source;
  }

  attachRtcp(source: DatagramSource | undefined): void {
    this.#rtcpSource = source;
    if (this.capture.gatekeeper.isOpen) this.#fenceRtcp();
  }

  /** New keys, another address: the stream goes on. */
  agree(terms: StreamTerms): void {
    this.#rtp.agree(terms);
  }

  /** Where the gate is on its way. */
  get gateIs(): 'open' | 'closed' | 'opening' {
    if (this.capture.gatekeeper.isOpen) return 'open';
    return this.#opening === undefined && !this.capture.gatekeeper.awaitsAnchor ? 'closed' : 'opening';
  }

  /** When something of its source came last, whatever the gate did with it; before that, since when it listens. */
  get heardAt(): Instant {
    return latest(this.#startedAt, this.#rtp.heardAt);
  }

  /** Datagrams that were no units of the stream, by reason. */
  get refusals(): Readonly<Record<string, number>> {
    return this.#rtp.refusals;
  }

  /** Units reported as lost, by reason. */
  get lost(): Readonly<Partial<Record<LossReason, number>>> {
    return this.#lost;
  }

  get port(): number {
    return this.#source?.port ?? 0;
  }

  /** First thing after the socket: nothing is kept of a datagram before the gate has decided. */
  receive(bytes: Uint8Array, from: Origin, arrivedAt: Instant): void {
    if (isRtcp(bytes)) {
      this.#receiveRtcp(bytes, from, arrivedAt);
      return;
    }
    const unit = this.#rtp.accept(bytes, from, arrivedAt);
    if (typeof unit === 'string') {
      bytes.fill(0);
      return;
    }
    const { run } = this.#rtp;
    if (run !== undefined) this.#losses.mark(run, arrivedAt);
    // Written out, because a function made for each packet would cost as much as its gate.
    try {
      this.capture.receive(unit);
    } catch (error) {
      this.#tolerate(error);
    }
  }

  /** Datagrams read at once, as `receive` takes each; not the odd ones. @returns how many of the first were taken. */
  receiveRun(run: UnitRun, from: Origin): number {
    const numbering = this.#rtp.run;
    if (numbering === undefined || !this.#losses.isAt(numbering)) return 0;
    const count = this.#rtp.plainCount(run, from);
    const plain = count === run.count ? run : { ...run, count };
    if (count === 0 || !this.capture.takesRun(plain)) return 0;
    this.#rtp.acceptRun(plain);
    this.#losses.markRun(numbering, instant(run.arrivals[run.first + count - 1] ?? 0));
    try {
      this.capture.receiveRun(plain);
    } catch (error) {
      this.#tolerate(error);
    }
    return count;
  }

  /** A unit that is to be stored as it is. @returns whether the gate admitted it; false where storage has failed. */
  receivePlain(unit: Unit): boolean {
    if (this.#headless.refuses(unit, this.capture.gatekeeper.isOpen)) return false;
    if (!this.#headless.isEmpty && unit.isAnchor) this.#guarded(() => this.#noteHeadless());
    try {
      return this.capture.receive(unit);
    } catch (error) {
      this.#tolerate(error);
      return false;
    }
  }

  #noteHeadless(open = this.#openStretch(this.#clock.now())): void {
    const headless = this.#headless.take();
    if (headless !== undefined) this.#note(headless, open, 'crash');
  }

  /** What comes on the RTCP port; anything else than RTCP is refused there. */
  receiveRtcp(bytes: Uint8Array, from: Origin, arrivedAt: Instant): void {
    // Rule: a report that waited in its own queue while the gate was shut is not kept
    if (isRtcp(bytes) && (this.#isRtcpFenced || !this.capture.gatekeeper.isOpen)) {
      this.#receiveRtcp(bytes, from, arrivedAt);
    } else {
      bytes.fill(0);
    }
  }

  /** The kernel had no room for datagrams that came between these instants. */
  dropped(count: number, from: Instant, to: Instant): void {
    this.#overload.note(count, { from, to });
  }

  /** Shuts the gate for all that arrives from `at` on; an opening under way is over. `close` is to follow at once. */
  closeFrom(at: Instant): void {
    this.#giveUp();
    this.capture.closeFrom(at);
  }

  /** Shuts the gate; what arrived before `at` and was not read yet is read first. */
  close(at: Instant = this.#clock.now()): GateMoved {
    const { isOpen, since } = this.capture.gatekeeper;
    this.closeFrom(at);
    if (isOpen) {
      this.#source?.fetch();
      this.#rtcpSource?.fetch();
    }
    this.#isRtcpFenced = false;
    this.#guarded(() => this.capture.close(at));
    // Gaps that might still have been filled by late packets cannot be any more.
    const open = { from: since, to: this.capture.gatekeeper.since };
    if (isOpen) this.#guarded(() => this.#noteAllLost(open));
    return this.#moved();
  }

  /** Opens behind a fence, not before `notBefore`. @returns `undefined` when it was closed again first. */
  open(notBefore: Instant): Promise<GateMoved | undefined> {
    this.#giveUp();
    const { gatekeeper } = this.capture;
    if (gatekeeper.isOpen) return Promise.resolve(this.#moved());
    gatekeeper.open({ notBefore, needsAnchor: this.#needsAnchor });
    return new Promise((settle) => {
      const opening: Opening = { settle, cancelTimer: () => undefined };
      this.#opening = opening;
      this.#sendFence(opening, notBefore);
    });
  }

  /** Seals what is due and reports what the network lost. */
  tick(now: Instant): void {
    // Asked of every capture many times a second, and mostly for nothing.
    const heardUntil = this.#source?.readUntil ?? now;
    if (this.#losses.isEmpty && this.#overload.isEmpty && !this.capture.isDue(now, heardUntil)) return;
    this.#guarded(() => {
      this.capture.tick(now, heardUntil);
      const open = this.#openStretch(now);
      this.#noteLost(this.#losses.take(now), open);
      for (const lost of this.#overload.take(now)) this.#note(lost, open, 'overload');
    });
  }

  /** Units are missing that never got here, as whoever feeds the stream knows. */
  noteGap({ from, to, unitCount, reason }: FedGap): void {
    const open = this.#openStretch(this.#clock.now());
    const inside = { from: latest(from, open.from), to: earliest(to, open.to) };
    // Rule: what is missing while the gate is shut is withheld and never told as lost
    if (inside.from > inside.to || open.from === open.to) return;
    const end = inside.to > inside.from ? inside.to : instant(inside.from + microsecond);
    this.#countLost(reason, unitCount);
    this.#guarded(() => this.capture.note({ kind: 'lost', from: inside.from, to: end, unitCount, reason }));
  }

  /** Stops receiving, then ends the capture. */
  async end(): Promise<Instant> {
    this.#giveUp();
    await this.#drain();
    await Promise.all([this.#source?.close(), this.#rtcpSource?.close()]);
    const endedAt = this.#clock.now();
    this.#guarded(() => {
      this.#noteAllLost(this.#openStretch(endedAt));
      this.capture.end(endedAt);
    });
    return endedAt;
  }

  /** Stops receiving; the capture lives on in the spool, for the next process to take up. */
  async handOver(): Promise<void> {
    this.#giveUp();
    await this.#drain();
    await Promise.all([this.#source?.close(), this.#rtcpSource?.close()]);
    this.#guarded(() => {
      this.#noteAllLost(this.#openStretch(this.#clock.now()));
      this.capture.handOver();
    });
  }

  /** Storage failed: the gate is shut and nothing more is taken. @returns what is not kept. */
  abandon(): readonly StreamInterval[] {
    this.#giveUp();
    const now = this.#clock.now();
    const open = this.#openStretch(now);
    const missing = this.#losses.takeAll().flatMap((gap) => lostWithin(open, gap, 'network'));
    const headless = this.#headless.take();
    if (headless !== undefined) missing.push(...lostWithin(open, headless, 'crash'));
    const intervals = [...missing, ...this.capture.abandon(now)];
    for (const one of intervals) if (one.kind === 'lost') this.#countLost(one.reason, one.unitCount);
    this.#source?.close().catch(() => undefined);
    this.#rtcpSource?.close().catch(() => undefined);
    return intervals;
  }

  /** What had arrived before the end is read first; a fence says when that is done. */
  #drain(): Promise<void> {
    const source = this.#source;
    if (source === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#clock.later(drainMsMax, resolve);
      source.sendFence(() => {
        cancel();
        resolve();
      });
    });
  }

  /** Since when the gate has been open; nothing while it is shut. */
  #openStretch(now: Instant): Interval {
    const { isOpen, since } = this.capture.gatekeeper;
    return isOpen ? { from: since, to: now } : { from: now, to: now };
  }

  /** Packets that went missing while nothing was kept were not lost to the recording; a gap across an edge is cut there. */
  #noteLost(lost: readonly LostPackets[], open: Interval): void {
    for (const gap of lost) {
      const ours = this.#overload.claim(gap);
      this.#note({ ...gap, unitCount: ours }, open, 'overload');
      this.#note({ ...gap, unitCount: gap.unitCount - ours }, open, 'network');
    }
  }

  #noteAllLost(open: Interval): void {
    this.#noteHeadless(open);
    this.#noteLost(this.#losses.takeAll(), open);
    for (const lost of this.#overload.takeAll()) this.#note(lost, open, 'overload');
  }

  #note(gap: LostPackets, open: Interval, reason: LossReason): void {
    for (const lost of lostWithin(open, gap, reason)) {
      this.#countLost(reason, lost.unitCount);
      this.capture.note(lost);
    }
  }

  /** Gaps are told of when late packets cannot fill them any more; a crash before that must not make them forgotten. */
  #noteWaiting(): void {
    if (this.#losses.isEmpty && this.#waitingNoted === 0) return;
    const open = this.#openStretch(this.#clock.now());
    const inside = this.#losses.waiting.flatMap((gap) => lostWithin(open, gap, 'network'));
    // A sum tells two lists apart here: gaps come, shrink and go one after another.
    const sum = inside.reduce((total, { from, unitCount }) => total + from + unitCount, 0);
    if (sum === this.#waitingNoted) return;
    this.#waitingNoted = sum;
    this.capture.noteWaiting(inside);
  }

  #countLost(reason: LossReason, unitCount = 0): void {
    this.#lost[reason] = (this.#lost[reason] ?? 0) + unitCount;
  }

  #sendFence(opening: Opening, notBefore: Instant): void {
    if (this.#opening !== opening) return;
    const now = this.#clock.now();
    const wait = Math.max(notBefore - now, 0);
    if (wait > 0) {
      opening.cancelTimer = this.#clock.later(Math.ceil(wait), () => this.#sendFence(opening, notBefore));
      return;
    }
    this.capture.gatekeeper.fenceSent(now);
    // A fence is lost when the receive buffer is full: that buffer is being emptied, so it is worth another.
    opening.cancelTimer = this.#clock.later(limits.fenceRetryMs, () => this.#sendFence(opening, notBefore));
    this.#source?.sendFence((at) => this.#fencePassed(opening, at));
  }

  #fencePassed(opening: Opening, at: Instant): void {
    if (this.#opening !== opening) return;
    this.#guarded(() => {
      if (!this.capture.fencePassed(at) && !this.capture.gatekeeper.awaitsAnchor) return;
      opening.cancelTimer();
      this.#opening = undefined;
      this.#fenceRtcp();
      // What an anchor is waited for may be said later; that nothing else stands in its way is all that can be confirmed.
      opening.settle(this.capture.gatekeeper.isOpen ? this.#moved() : { ...this.#moved(), at });
    });
  }

  #receiveRtcp(bytes: Uint8Array, from: Origin, arrivedAt: Instant): void {
    const unit = this.#rtp.acceptRtcp(bytes, from, arrivedAt);
    if (typeof unit === 'string') bytes.fill(0);
    else this.#guarded(() => this.capture.receive(unit));
  }

  #fenceRtcp(): void {
    const { since } = this.capture.gatekeeper;
    this.#rtcpSource?.sendFence(() => {
      const { gatekeeper } = this.capture;
      if (gatekeeper.isOpen && gatekeeper.since === since) this.#isRtcpFenced = true;
    });
  }

  #giveUp(): void {
    const opening = this.#opening;
    this.#opening = undefined;
    opening?.cancelTimer();
    opening?.settle(undefined);
  }

  #moved(): GateMoved {
    const { gatekeeper, home } = this.capture;
    return { streamId: home.streamId, at: gatekeeper.since, withheldCount: gatekeeper.withheldCount };
  }

  #guarded(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#tolerate(error);
    }
  }

  /** The spool itself tells of its failure, and every capture on it is abandoned; anything else is a defect. */
  #tolerate(error: unknown): void {
    if (!isStorageFault(error)) throw error;
  }
}
