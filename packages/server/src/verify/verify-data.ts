/** The proof of a whole data folder, from its files alone: audit chain, segment chains, seals, and disjoint intervals. */
import { existsSync, readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { openLeftSpool, proveStream, type RecoveredCapture } from '@tacet/capture';
import type {
  AuditEntry,
  Conversation,
  Interval,
  KeyService,
  Recording,
  SegmentDescriptor,
  StreamTimeline,
  WithheldSpan,
} from '@tacet/domain';
import { type LeftSpools, readSpools } from '../control/index.ts';
import { FileKeyService, openDatabaseToRead, SqliteMetadataStore, verifyAudit } from '../store/index.ts';
import { checkDeletion } from './check-deletion.ts';
import { checkSpans, entriesOf } from './check-spans.ts';
import type { VerifyFinding } from './finding.ts';

export interface VerifyProgress {
  readonly conversations: number;
  readonly of: number;
  readonly segments: number;
  readonly auditEntries: number;
  /** Hash of the last audit entry, once the chain has been read: compare it with one that was noted elsewhere. */
  readonly auditHead: string;
}

interface Verifying {
  readonly dataDir: string;
  readonly db: DatabaseSync;
  readonly store: SqliteMetadataStore;
  readonly keys: KeyService;
  readonly spooled: readonly RecoveredCapture[];
  readonly counts: { conversations: number; of: number; segments: number; auditEntries: number; auditHead: string };
}

const farFuture = Number.MAX_SAFE_INTEGER as Interval['to'];

function spanIntervals(spans: readonly WithheldSpan[]): readonly Interval[] {
  return spans.map((span) => ({ from: span.closedAt, to: span.openedAt ?? span.grantedAt ?? farFuture }));
}

const nothing = { size: 0, read: () => Buffer.alloc(0), close: () => undefined };

/** The spool files as they lie there. A running server may remove one between our listing and our reading it. */
function spoolFiles(path: string): LeftSpools {
  return {
    names: () =>
      existsSync(path)
        ? readdirSync(path)
            .filter((name) => name.endsWith('.spool'))
            .sort()
        : [],
    open: (name) => (existsSync(join(path, name)) ? openLeftSpool(join(path, name)) : nothing),
  };
}

async function readBlob(dataDir: string, segment: SegmentDescriptor): Promise<Buffer | undefined> {
  try {
    return await readFile(join(dataDir, 'blobs', segment.blobName));
  } catch {
    return undefined;
  }
}

/** What the store tells of a recording. */
interface ToldRecording {
  readonly recording: Recording;
  readonly segments: readonly SegmentDescriptor[];
  readonly timelines: readonly StreamTimeline[];
}

/** What the store tells of a conversation. */
interface Told {
  readonly spans: readonly WithheldSpan[];
  readonly entries: readonly AuditEntry[];
  readonly recordings: readonly ToldRecording[];
}

async function tellRecording({ store }: Verifying, recording: Recording): Promise<ToldRecording> {
  const segments = await store.segmentsOf(recording.id);
  const timelines = await Promise.all(recording.streams.map((stream) => store.timelineOf(stream.id)));
  return { recording, segments, timelines };
}

/** Reads all of a conversation as of one instant: a server that runs beside may pause and resume between two reads. */
async function tell(verifying: Verifying, conversation: Conversation): Promise<Told> {
  const { db, store } = verifying;
  db.exec('BEGIN');
  try {
    const spans = await store.spansOf(conversation.id);
    const entries = await entriesOf(store, conversation);
    const recordings = await store.recordingsOf(conversation.id);
    return { spans, entries, recordings: await Promise.all(recordings.map((one) => tellRecording(verifying, one))) };
  } finally {
    db.exec('COMMIT');
  }
}

async function* verifyRecording(
  { keys, dataDir, counts, spooled }: Verifying,
  { recording, segments, timelines }: ToldRecording,
  spans: readonly WithheldSpan[],
): AsyncGenerator<VerifyFinding> {
  for (const { streamId, intervals } of timelines) {
    const spools = spooled.filter((capture) => capture.live.streamId === streamId);
    const ownWithheld = [...intervals, ...spools.flatMap((spool) => spool.intervals)].filter(
      (interval) => interval.kind === 'withheld',
    );
    const stored = segments.filter((segment) => segment.streamId === streamId);
    const found = spools.flatMap((spool) => spool.segments);
    const waiting = found.filter(({ id }) => !stored.some((segment) => segment.id === id));
    const evidence = {
      streamId,
      segments: [...stored, ...waiting.map(({ descriptor }) => descriptor)],
      withheld: [...ownWithheld, ...spanIntervals(spans)],
    };
    const read = async (segment: SegmentDescriptor): Promise<Buffer | undefined> =>
      waiting.find(({ id }) => id === segment.id)?.bytes ?? readBlob(dataDir, segment);
    counts.segments += evidence.segments.length;
    for await (const finding of proveStream(evidence, { read, keys })) {
      yield { part: 'recording', id: recording.id, what: `${finding.flaw}: ${finding.detail}` };
    }
  }
}

async function* verifyConversation(verifying: Verifying, conversation: Conversation): AsyncGenerator<VerifyFinding> {
  const { spans, entries, recordings } = await tell(verifying, conversation);
  yield* checkSpans(entries, spans);
  for (const told of recordings) {
    const { recording, segments } = told;
    const isGone = recording.fileState === 'DELETED';
    const filed = isGone
      ? segments.filter(({ blobName }) => existsSync(join(verifying.dataDir, 'blobs', blobName)))
      : [];
    yield* checkDeletion(entries, { recording, segments, filed });
    yield* verifyRecording(verifying, told, spans);
  }
  verifying.counts.conversations += 1;
}

async function* allConversations(verifying: Verifying): AsyncGenerator<Conversation> {
  for (let offset = 0; ; offset += 100) {
    const page = await verifying.store.findConversations({ limit: 100, offset });
    verifying.counts.of = page.total;
    yield* page.items;
    if (page.items.length < 100) return;
  }
}

function* verifyChain(db: DatabaseSync, onProgress: (entries: number) => void): Generator<VerifyFinding, string> {
  const findings = verifyAudit(db, onProgress);
  for (;;) {
    const next = findings.next();
    if (next.done) return next.value.hash;
    yield { part: 'audit', id: String(next.value.number), what: next.value.what };
  }
}

/**
 * Verifies a data folder; yields every finding and nothing when all is well. Changes nothing.
 * @throws Fault storageUnavailable when the database or the keys cannot be read at all.
 */
export async function* verifyData(
  dataDir: string,
  onProgress: (progress: VerifyProgress) => void,
): AsyncGenerator<VerifyFinding> {
  const db = openDatabaseToRead(dataDir);
  using opened = new DisposableStack();
  const counts = { conversations: 0, of: 0, segments: 0, auditEntries: 0, auditHead: '' };
  try {
    const store = new SqliteMetadataStore(db);
    const keys = new FileKeyService(dataDir, { mayCreate: false });
    const spooled = [...readSpools(spoolFiles(join(dataDir, 'spool')), opened)];
    const verifying: Verifying = { dataDir, db, store, keys, spooled, counts };
    const auditProgress = (entries: number): void => {
      counts.auditEntries = entries;
      onProgress(counts);
    };
    counts.auditHead = yield* verifyChain(db, auditProgress);
    for await (const conversation of allConversations(verifying)) {
      yield* verifyConversation(verifying, conversation);
      onProgress(counts);
    }
  } finally {
    db.close();
  }
}
