/** One place where captures run: this thread, or a worker behind messages. */
import type {
  CaptureEnded,
  CaptureRequest,
  CaptureStarted,
  CapturesResumed,
  ContinuedCapture,
  FedGap,
  GateMoved,
  GateReport,
  Instant,
  KeptOrNot,
  StreamId,
  StreamTerms,
} from '@tacet/domain';
import type { WorkerGauges } from './worker-gauges.ts';

export interface MediaNode {
  /** What the names of its spool files begin with; absent where nobody recovers them but the next start. */
  readonly run?: string;
  /**
   * Binds `port` and starts a capture on it.
   * @throws Fault mediaUnavailable with `what: 'port'` when the port is taken, storageUnavailable when nothing can be kept.
   */
  start(request: CaptureRequest, port: number): Promise<CaptureStarted>;
  /** Binds the ports that the captures had, all at once, and goes on recording there. */
  resume(requests: readonly ContinuedCapture[]): Promise<CapturesResumed>;
  close(streamIds: readonly StreamId[]): Promise<readonly GateMoved[]>;
  /** Resolves when each gate has opened, or was closed again before it could. */
  open(streamIds: readonly StreamId[], notBefore: Instant): Promise<GateReport>;
  /** Takes a unit of a fed capture. @returns whether there was room. */
  feed(streamId: StreamId, bytes: Uint8Array, arrivedAt: Instant, isAnchor?: boolean): boolean;
  /** Takes a unit whose fate is waited for. @throws Fault mediaUnavailable or storageUnavailable. */
  keep(streamId: StreamId, bytes: Uint8Array<ArrayBuffer>, arrivedAt: Instant): Promise<KeptOrNot>;
  shelve(streamId: StreamId): Promise<null>;
  feedGap(streamId: StreamId, gap: FedGap): void;
  /** Passed over when there is no such capture. */
  agree(streamId: StreamId, terms: StreamTerms): Promise<null>;
  /** Streams of which nothing has come since then. */
  unheard(since: Instant): Promise<readonly StreamId[]>;
  end(streamId: StreamId): Promise<CaptureEnded>;
  /** What it told of itself last; `undefined` before it told anything. */
  gauges(): WorkerGauges | undefined;
  /** Stops receiving and makes everything durable, so that the next process can go on. */
  handOver(): Promise<void>;
  dispose(): Promise<void>;
}
