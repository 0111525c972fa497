/** One place where captures run: this thread, or a worker behind messages. */
import type {
  CaptureEnded,
  CaptureRequest,
  CaptureStarted,
  FedGap,
  GateMoved,
  GateReport,
  Instant,
  StreamId,
  StreamTerms,
} from '@tacet/domain';
import type { WorkerGauges } from './worker-gauges.ts';

export interface MediaNode {
  /**
   * Binds `port` and starts a capture on it.
   * @throws Fault mediaUnavailable with `what: 'port'` when the port is taken, storageUnavailable when nothing can be kept.
   */
  start(request: CaptureRequest, port: number): Promise<CaptureStarted>;
  close(streamIds: readonly StreamId[]): Promise<readonly GateMoved[]>;
  /** Resolves when each gate has opened, or was closed again before it could. */
  open(streamIds: readonly StreamId[], notBefore: Instant): Promise<GateReport>;
  /** Takes a unit of a fed capture. @returns whether there was room. */
  feed(streamId: StreamId, bytes: Uint8Array, arrivedAt: Instant): boolean;
  feedGap(streamId: StreamId, gap: FedGap): void;
  /** Passed over when there is no such capture. */
  agree(streamId: StreamId, terms: StreamTerms): Promise<null>;
  end(streamId: StreamId): Promise<CaptureEnded>;
  /** What it told of itself last; `undefined` before it told anything. */
  gauges(): WorkerGauges | undefined;
  dispose(): Promise<void>;
}
