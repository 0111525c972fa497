/** A media path that does as a test tells it: confirms, keeps silent, has no room. */
import {
  type CaptureEnded,
  type CaptureRequest,
  type CaptureStarted,
  type CapturesResumed,
  type Clock,
  type ContinuedCapture,
  Fault,
  type GateMoved,
  type GateReport,
  type Instant,
  type KeptOrNot,
  latest,
  type MediaHost,
  type StreamId,
} from '@tacet/domain';

interface Gate {
  isOpen: boolean;
  since: Instant;
}

/** A stretch in which a gate was open; without an end while it lasts. */
export interface OpenStretch {
  readonly from: Instant;
  readonly to?: Instant;
}

const firstPort = 20_000;

export class ScriptedMediaHost implements MediaHost {
  readonly #clock: Clock;
  readonly #gates = new Map<StreamId, Gate>();
  readonly #stretches = new Map<StreamId, OpenStretch[]>();
  readonly #silent = new Set<StreamId>();
  readonly #unheardSince = new Map<StreamId, Instant>();
  #portsLeft: number;
  #nextPort = firstPort;

  /** @param ports how many captures there is room for. */
  constructor(clock: Clock, ports: number = 1_000) {
    this.#clock = clock;
    this.#portsLeft = ports;
  }

  /** From now on the gate of this stream confirms nothing and stays as it is; commands to it wait for their deadline. */
  silence(streamId: StreamId): void {
    this.#silent.add(streamId);
  }

  /** The gate of this stream answers again. */
  revive(streamId: StreamId): void {
    this.#silent.delete(streamId);
  }

  isOpen(streamId: StreamId): boolean {
    return this.#gates.get(streamId)?.isOpen === true;
  }

  /** When the gate of a stream was open, oldest first. */
  openStretches(streamId: StreamId): readonly OpenStretch[] {
    return this.#stretches.get(streamId) ?? [];
  }

  async start({ streamId, isOpen }: CaptureRequest): Promise<CaptureStarted> {
    if (this.#portsLeft === 0) throw new Fault('portsExhausted');
    this.#portsLeft -= 1;
    const startedAt = this.#clock.now();
    this.#gates.set(streamId, { isOpen, since: startedAt });
    this.#stretches.set(streamId, isOpen ? [{ from: startedAt }] : []);
    this.#nextPort += 2;
    return { streamId, port: this.#nextPort - 2, startedAt };
  }

  async resume(requests: readonly ContinuedCapture[]): Promise<CapturesResumed> {
    const startedAt = this.#clock.now();
    const started = requests.map(({ streamId, isOpen, continues }) => {
      const since = continues.closedSince ?? startedAt;
      this.#gates.set(streamId, { isOpen, since });
      const before = this.#stretches.get(streamId) ?? [];
      this.#stretches.set(streamId, isOpen ? [...before, { from: startedAt }] : before);
      return { streamId, port: continues.port, startedAt };
    });
    return { started, failed: [] };
  }

  close(streamIds: readonly StreamId[], deadlineMs: number): Promise<GateReport> {
    return this.#command(streamIds, deadlineMs, (id, gate) => {
      if (gate.isOpen) this.#move(id, gate, false, this.#clock.now());
    });
  }

  open(streamIds: readonly StreamId[], notBefore: Instant, deadlineMs: number): Promise<GateReport> {
    return this.#command(streamIds, deadlineMs, (id, gate) => {
      if (!gate.isOpen) this.#move(id, gate, true, latest(notBefore, this.#clock.now()));
    });
  }

  async agree(): Promise<void> {}

  /** From now on nothing comes of this stream, or it comes again. */
  hear(streamId: StreamId, isHeard: boolean): void {
    if (isHeard) this.#unheardSince.delete(streamId);
    else this.#unheardSince.set(streamId, this.#unheardSince.get(streamId) ?? this.#clock.now());
  }

  async unheard(since: Instant): Promise<readonly StreamId[]> {
    return [...this.#unheardSince].filter(([id, at]) => at <= since && this.#gates.has(id)).map(([id]) => id);
  }

  async end(streamId: StreamId): Promise<CaptureEnded> {
    const gate = this.#gates.get(streamId);
    const endedAt = this.#clock.now();
    if (gate?.isOpen === true) this.#move(streamId, gate, false, endedAt);
    if (this.#gates.delete(streamId)) this.#portsLeft += 1;
    return { streamId, endedAt, segmentCount: 0, withheldCount: 0, isStored: true };
  }

  /** Nothing is kept here. */
  feed(streamId: StreamId): boolean {
    return this.#gates.has(streamId);
  }

  /** Items that open gates let pass, by stream. */
  readonly kept: Map<StreamId, Uint8Array[]> = new Map();

  async keep(streamId: StreamId, bytes: Uint8Array<ArrayBuffer>): Promise<KeptOrNot> {
    if (!this.#gates.has(streamId)) throw new Fault('mediaUnavailable', { streamId });
    if (!this.isOpen(streamId)) return 'withheld';
    this.kept.set(streamId, [...(this.kept.get(streamId) ?? []), bytes]);
    return 'kept';
  }

  async shelve(): Promise<void> {}

  feedGap(): void {}

  fenceBy(): void {}

  /** Nothing happens here on its own. */
  onNews(): void {}

  /** Moves gates at once; where one is silent, the report waits for the deadline. */
  async #command(
    streamIds: readonly StreamId[],
    deadlineMs: number,
    move: (id: StreamId, gate: Gate) => void,
  ): Promise<GateReport> {
    const confirmed: GateMoved[] = [];
    const unconfirmed: StreamId[] = [];
    for (const streamId of streamIds) {
      const gate = this.#gates.get(streamId);
      if (gate === undefined || this.#silent.has(streamId)) {
        unconfirmed.push(streamId);
        continue;
      }
      move(streamId, gate);
      confirmed.push({ streamId, at: gate.since, withheldCount: 0 });
    }
    if (unconfirmed.length > 0) await new Promise<void>((resolve) => this.#clock.later(deadlineMs, resolve));
    return { confirmed, unconfirmed };
  }

  #move(streamId: StreamId, gate: Gate, isOpen: boolean, at: Instant): void {
    gate.isOpen = isOpen;
    gate.since = at;
    const stretches = this.#stretches.get(streamId) ?? [];
    const last = stretches.at(-1);
    if (isOpen) stretches.push({ from: at });
    else if (last !== undefined) stretches[stretches.length - 1] = { ...last, to: at };
    this.#stretches.set(streamId, stretches);
  }
}
