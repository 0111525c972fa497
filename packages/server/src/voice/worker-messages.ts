/** The protocol between the main thread and a media worker: numbered requests, and news that wait for their receipt. */
import type {
  CaptureEnded,
  CaptureRequest,
  CaptureStarted,
  CapturesResumed,
  ContinuedCapture,
  FaultCode,
  FaultFacts,
  GateMoved,
  GateReport,
  Instant,
  KeptOrNot,
  MediaNews,
  StreamId,
  StreamTerms,
} from '@tacet/domain';
import type { ReceiverKind } from './choose-receiver.ts';
import type { FedBatch } from './feed.ts';
import type { WorkerGauges } from './worker-gauges.ts';

/** Where a worker keeps things and which epoch its clock shares. */
export interface WorkerSettings {
  readonly epoch: number;
  readonly dataDir: string;
  /** Prefix of this worker's spool files, unlike that of any other worker or run. */
  readonly spoolPrefix: string;
  readonly receiver: ReceiverKind;
  /** Local address on which RTP ports are bound. */
  readonly bindAddress: string;
}

/** What can be asked of a worker, and what it answers. */
export interface WorkerOperations {
  readonly start: {
    readonly ask: { readonly request: CaptureRequest; readonly port: number };
    readonly answer: CaptureStarted;
  };
  readonly resume: {
    readonly ask: { readonly requests: readonly ContinuedCapture[] };
    readonly answer: CapturesResumed;
  };
  readonly close: { readonly ask: { readonly streamIds: readonly StreamId[] }; readonly answer: readonly GateMoved[] };
  readonly open: {
    readonly ask: { readonly streamIds: readonly StreamId[]; readonly notBefore: Instant };
    readonly answer: GateReport;
  };
  readonly keep: {
    readonly ask: { readonly streamId: StreamId; readonly bytes: Uint8Array<ArrayBuffer>; readonly arrivedAt: Instant };
    readonly answer: KeptOrNot;
  };
  readonly shelve: { readonly ask: { readonly streamId: StreamId }; readonly answer: null };
  readonly agree: {
    readonly ask: { readonly streamId: StreamId; readonly terms: StreamTerms };
    readonly answer: null;
  };
  readonly unheard: { readonly ask: { readonly since: Instant }; readonly answer: readonly StreamId[] };
  readonly end: { readonly ask: { readonly streamId: StreamId }; readonly answer: CaptureEnded };
  readonly handOver: { readonly ask: Record<string, never>; readonly answer: null };
  readonly dispose: { readonly ask: Record<string, never>; readonly answer: null };
}

export type OperationName = keyof WorkerOperations;

type Ask<Name extends OperationName> = {
  readonly kind: 'ask';
  readonly id: number;
  readonly operation: Name;
  readonly ask: WorkerOperations[Name]['ask'];
};

/** Main thread → worker. */
export type ToWorker =
  | { [Name in OperationName]: Ask<Name> }[OperationName]
  | { readonly kind: 'newsTaken'; readonly id: number }
  | { readonly kind: 'feed'; readonly batch: FedBatch };

/** Worker → main thread. */
export type FromWorker =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: WorkerOperations[OperationName]['answer'] }
  | { readonly kind: 'fault'; readonly id: number; readonly code: FaultCode; readonly facts: FaultFacts }
  | { readonly kind: 'news'; readonly id: number; readonly news: MediaNews }
  /** A batch of that cost was taken: there is as much room more. */
  | { readonly kind: 'fed'; readonly cost: number }
  | { readonly kind: 'fenceWanted'; readonly streamId: StreamId; readonly number: number }
  | { readonly kind: 'trouble'; readonly message: string }
  /** Each second, unasked. */
  | { readonly kind: 'gauges'; readonly gauges: WorkerGauges }
  | { readonly kind: 'ready' };
