/** A media node whose answers a test gives by hand, and whose death it decides. */
import {
  type CaptureEnded,
  type CaptureRequest,
  type CaptureStarted,
  type CapturesResumed,
  type ContinuedCapture,
  Fault,
  type GateMoved,
  type GateReport,
  type Instant,
  type KeptOrNot,
  type MediaNews,
  type StreamId,
} from '@tacet/domain';
import type { MediaNode, WorkerGauges } from '../../src/voice/index.ts';

/** What a node was asked, oldest first. */
export interface Asked {
  readonly operation: 'start' | 'resume' | 'close' | 'open' | 'agree' | 'unheard' | 'end' | 'handOver' | 'dispose';
  readonly streamIds: readonly StreamId[];
  readonly port?: number;
}

const at = 1_780_000_000_000 as Instant;

export class ScriptedNode implements MediaNode {
  readonly asked: Asked[] = [];
  /** Ports that somebody else has. */
  readonly takenPorts: Set<number>;
  /** While this is true nothing is answered, until `wake`. */
  isHung = false;
  startFault: Fault | undefined;
  told: WorkerGauges | undefined;
  /** Set by a test that recovers what the node leaves. */
  run = 'run';
  readonly tell: (news: MediaNews) => Promise<void>;
  readonly die: () => void;
  readonly #live = new Set<StreamId>();
  #wake: (() => void)[] = [];

  constructor(tell: (news: MediaNews) => Promise<void>, die: () => void, takenPorts: Set<number>) {
    this.tell = tell;
    this.die = die;
    this.takenPorts = takenPorts;
  }

  get liveCount(): number {
    return this.#live.size;
  }

  wake(): void {
    this.isHung = false;
    for (const go of this.#wake.splice(0)) go();
  }

  async start({ streamId }: CaptureRequest, port: number): Promise<CaptureStarted> {
    this.asked.push({ operation: 'start', streamIds: [streamId], port });
    await this.#awake();
    if (this.startFault !== undefined) throw this.startFault;
    if (this.takenPorts.has(port)) throw new Fault('mediaUnavailable', { what: 'port' });
    this.#live.add(streamId);
    return { streamId, port, startedAt: at };
  }

  async resume(requests: readonly ContinuedCapture[]): Promise<CapturesResumed> {
    this.asked.push({ operation: 'resume', streamIds: requests.map(({ streamId }) => streamId) });
    await this.#awake();
    const isTaken = ({ continues }: ContinuedCapture): boolean => this.takenPorts.has(continues.port);
    const free = requests.filter((request) => !isTaken(request));
    for (const { streamId } of free) this.#live.add(streamId);
    const started = free.map(({ streamId, continues }) => ({ streamId, port: continues.port, startedAt: at }));
    return { started, failed: requests.filter(isTaken).map(({ streamId }) => streamId) };
  }

  async close(streamIds: readonly StreamId[]): Promise<readonly GateMoved[]> {
    return (await this.#moved('close', streamIds)).confirmed;
  }

  open(streamIds: readonly StreamId[]): Promise<GateReport> {
    return this.#moved('open', streamIds);
  }

  async agree(streamId: StreamId): Promise<null> {
    this.asked.push({ operation: 'agree', streamIds: [streamId] });
    await this.#awake();
    return null;
  }

  /** It never heard anything. */
  async unheard(): Promise<readonly StreamId[]> {
    this.asked.push({ operation: 'unheard', streamIds: [] });
    await this.#awake();
    return [...this.#live];
  }

  async end(streamId: StreamId): Promise<CaptureEnded> {
    this.asked.push({ operation: 'end', streamIds: [streamId] });
    await this.#awake();
    this.#live.delete(streamId);
    return { streamId, endedAt: at, segmentCount: 0, withheldCount: 0, isStored: true };
  }

  gauges(): WorkerGauges | undefined {
    return this.told;
  }

  /** Streams that were fed, once for each unit. */
  readonly fed: StreamId[] = [];

  feed(streamId: StreamId): boolean {
    this.fed.push(streamId);
    return this.#live.has(streamId);
  }

  async keep(streamId: StreamId): Promise<KeptOrNot> {
    if (!this.#live.has(streamId)) throw new Fault('mediaUnavailable', { streamId });
    return 'kept';
  }

  async shelve(): Promise<null> {
    return null;
  }

  feedGap(): void {}

  async handOver(): Promise<void> {
    this.asked.push({ operation: 'handOver', streamIds: [...this.#live] });
  }

  async dispose(): Promise<void> {
    this.asked.push({ operation: 'dispose', streamIds: [] });
  }

  async #moved(operation: 'close' | 'open', streamIds: readonly StreamId[]): Promise<GateReport> {
    this.asked.push({ operation, streamIds });
    await this.#awake();
    return {
      confirmed: streamIds.filter((id) => this.#live.has(id)).map((streamId) => ({ streamId, at, withheldCount: 0 })),
      unconfirmed: streamIds.filter((id) => !this.#live.has(id)),
    };
  }

  async #awake(): Promise<void> {
    if (this.isHung) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }
}
