/** One run of a node: the real control, media engine and store over simulated time, kernel and disk. */
import type { DatabaseSync } from 'node:sqlite';
import type { IdSource } from '@tacet/domain';
import {
  type Actor,
  builtInRight,
  type ClientId,
  type DivisionId,
  type Fault,
  type Instant,
  instant,
  type RecordingId,
} from '@tacet/domain';
import {
  type Alarm,
  type ControlContext,
  ConversationQueue,
  LiveConversations,
  NodeRecovery,
  RecordingSources,
  Restoring,
  takeMediaNews,
  withEvents,
} from '@tacet/server/control';
import { SqliteMetadataStore } from '@tacet/server/store';
import { MediaEngine, NodeMediaHost, PortPool } from '@tacet/server/voice';
import type { MemoryBlobs } from '../memory-blobs.ts';
import type { MemoryKeys } from '../memory-keys.ts';
import type { MemorySpoolFolder } from '../memory-spool.ts';
import type { SeededRandom } from '../seeded-random.ts';
import { SimulatedKernel } from './kernel.ts';
import type { RunClock } from './run-clock.ts';

/** What outlives a crash. */
export interface Durable {
  readonly db: DatabaseSync;
  readonly blobs: MemoryBlobs;
  readonly keys: MemoryKeys;
  readonly spool: MemorySpoolFolder;
}

export interface NodeParts {
  readonly durable: Durable;
  readonly clock: RunClock;
  readonly ids: IdSource;
  readonly random: SeededRandom;
  readonly guardMs: number;
  readonly hasFence: boolean;
}

const homeDivision = '00000000-0000-4000-8000-000000000001' as DivisionId;

/** A program with the right to pause others, and no seat in any conversation. */
export const stranger: Actor = {
  clientId: 'stranger' as ClientId,
  name: 'stranger',
  rights: [builtInRight('recorder-integration', '*')],
};

export interface SimulatedNode {
  readonly control: ControlContext;
  readonly kernel: SimulatedKernel;
  readonly store: SqliteMetadataStore;
  readonly alarms: readonly Alarm[];
  /** Recordings that were taken up. */
  readonly goingOn: ReadonlySet<RecordingId>;
}

/** Starts a node over what an earlier one left; recovery comes before anything else. */
export async function startNode(parts: NodeParts): Promise<SimulatedNode> {
  const { durable, clock, ids, random, guardMs, hasFence } = parts;
  const kernel = new SimulatedKernel(clock, random, hasFence);
  // A sync takes up to 3 ms; what is queued when the process dies was never promised to anyone.
  const schedule = (task: () => void): void => void clock.later(random.below(30) / 10, task);
  const store = new SqliteMetadataStore(durable.db, { schedule });
  const alarms: Alarm[] = [];
  const report = (error: Fault | Error): void => {
    if (!('code' in error)) throw error;
  };
  const host = new NodeMediaHost({
    clock,
    pool: new PortPool(20_000, 20_099),
    nodeCount: 1,
    onWorkerLost: () => undefined,
    startNode: async (tell) =>
      new MediaEngine({
        clock,
        ids,
        keys: durable.keys,
        blobs: durable.blobs,
        spoolFolder: durable.spool,
        datagrams: kernel,
        tell,
        report: (error) => report(error as Error),
      }),
  });
  const live = new LiveConversations();
  const control: ControlContext = {
    clock,
    ids,
    store: withEvents(store, { clock, live }),
    media: host,
    keys: durable.keys,
    policy: {
      resumeGuardMs: guardMs,
      lingerMs: 500,
      purposeRules: [],
      suppressesOnHold: false,
      maskedText: [],
      pausesOnCard: false,
      joinsCallbacksByNumber: false,
    },
    homeDivision,
    userBySipAddress: () => undefined,
    findUser: () => undefined,
    hasDivision: () => true,
    queue: new ConversationQueue(),
    live,
    sources: new RecordingSources(),
    restoring: new Restoring(clock),
    raise: (alarm) => void alarms.push(alarm),
    report,
  };
  const { blobs, spool } = durable;
  const recovery = new NodeRecovery({ control, blobs, folder: spool, breathe: async () => undefined });
  host.onNews((news) => takeMediaNews(control, news));
  await host.ready();
  const { sources } = await recovery.takeUp();
  await recovery.settle();
  return { control, kernel, store, alarms, goingOn: new Set(sources.keys()) };
}

export const simulationStart: Instant = instant(1_780_000_000_000);
