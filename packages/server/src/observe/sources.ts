/** Where gauges get their values from, when somebody asks for them. */
import type { LiveConversation } from '../control/index.ts';
import type { PlaceGauges } from '../voice/index.ts';

export interface MetricSources {
  readonly conversations: () => Iterable<LiveConversation>;
  readonly workers: () => readonly PlaceGauges[];
  readonly nodes: () => { readonly up: number; readonly of: number };
  readonly recordingSessions: () => ReadonlyMap<string, number>;
  readonly sipCounts: () => Readonly<Record<string, number>>;
  readonly notifications: () => { readonly sockets: number; readonly lag: number };
  readonly transcodes: () => { readonly running: number; readonly waiting: number };
  /** When certificates of ours end, in ms since 1970, by what they are for. */
  readonly certificateEnds: () => ReadonlyMap<string, number>;
  readonly disk: () => Promise<{ readonly freeBytes: number; readonly sizeBytes: number }>;
}

const nothing = { sockets: 0, lag: 0, running: 0, waiting: 0, up: 0, of: 0 };

/** Until the parts of the server are there. */
export const noSources: MetricSources = {
  conversations: () => [],
  workers: () => [],
  nodes: () => nothing,
  recordingSessions: () => new Map(),
  sipCounts: () => ({}),
  notifications: () => nothing,
  transcodes: () => nothing,
  certificateEnds: () => new Map(),
  disk: async () => ({ freeBytes: Number.NaN, sizeBytes: Number.NaN }),
};
