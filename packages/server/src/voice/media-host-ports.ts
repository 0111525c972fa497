/** What the media host works with, and what it tells of its nodes. */
import type { Clock, GateReport, Instant, MediaNews, StreamId } from '@tacet/domain';
import type { MediaNode } from './media-node.ts';
import type { PortPool } from './port-pool.ts';
import type { SocketFences } from './socket-fences.ts';

export interface MediaHostPorts {
  readonly clock: Clock;
  readonly pool: PortPool;
  /** Starts the node of one place, telling its news; called again when the node of that place is lost. */
  readonly startNode: (onNews: (news: MediaNews) => Promise<void>, onLost: () => void) => Promise<MediaNode>;
  readonly nodeCount: number;
  /** Shared with the nodes; left out, fed streams are read by turns of the event loop alone. */
  readonly fences?: SocketFences;
  readonly onWorkerLost: () => void;
  /** Hears what a node did when it has answered. */
  readonly onDone?: (did: 'close' | 'open', part: NodePart) => void;
}

/** What one node did of a command over several captures. */
export interface NodePart {
  readonly place: number;
  readonly askedAt: Instant;
  readonly report: GateReport;
}

/** Captures that a worker took down with it. */
export interface LostCaptures {
  /** What the names of the worker's spool files begin with. */
  readonly run: string;
  readonly streamIds: readonly StreamId[];
}
