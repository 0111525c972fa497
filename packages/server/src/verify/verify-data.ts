/** The proof of a whole data folder, from its files alone: audit chain, segment chains, seals, and disjoint intervals. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { proveStream, type RecoveredCapture } from '@tacet/capture';
import type { Conversation, Interval, KeyService, Recording, SegmentDescriptor, WithheldSpan } from '@tacet/domain';
import { readSpools, type SpoolFiles } from '../recover-spools.ts';
import { FileKeyService, openDatabaseToRead, SqliteMetadataStore, verifyAudit } from '../store/index.ts';
import { checkSpans } from './check-spans.ts';
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

/** The spool files as they lie there. A running server may remove one between our listing and our reading it. */
function spoolFiles(path: string): SpoolFiles {
  return {
    names: () =>
      existsSync(path)
        ? readdirSync(path)
            .filter((name) => name.endsWith('.spool'))
            .sort()
        : [],
    readAll: (name) => (existsSync(join(path, name)) ? readFileSync(join(path, name)) : Buffer.alloc(0)),
  };
}

async function readBlob(dataDir: string, segment: SegmentDescriptor): Promise<Buffer | undefined> {
  try {
    return await readFile(join(dataDir, 'blobs', segment.blobName));
  } catch {
    return undefined;
  }
}

async function* verifyRecording(
  verifying: Verifying,
  recording: Recording,
  spans: readonly WithheldSpan[],
): AsyncGenerator<VerifyFinding> {
  const { store, keys, dataDir, counts } = verifying;
  const segments = await store.segmentsOf(recording.id);
  for (const stream of recording.streams) {
    const { intervals } = await store.timelineOf(stream.id);
    const spool = verifying.spooled.find((capture) => capture.live.streamId === stream.id);
    const ownWithheld = [...intervals, ...(spool?.intervals ?? [])].filter((interval) => interval.kind === 'withheld');
    const stored = segments.filter((segment) => segment.streamId === stream.id);
    const waiting = (spool?.segments ?? []).filter(({ descriptor }) => !stored.some((s) => s.id === descriptor.id));
    const evidence = {
      streamId: stream.id,
      segments: [...stored, ...waiting.map(({ descriptor }) => descriptor)],
      withheld: [...ownWithheld, ...spanIntervals(spans)],
    };
    const read = async (segment: SegmentDescriptor): Promise<Buffer | undefined> =>
      waiting.find(({ descriptor }) => descriptor.id === segment.id)?.bytes ?? readBlob(dataDir, segment);
    counts.segments += evidence.segments.length;
    for await (const finding of proveStream(evidence, { read, keys })) {
      yield { part: 'recording', id: recording.id, what: `${finding.flaw}: ${finding.detail}` };
    }
  }
}

async function* verifyConversation(verifying: Verifying, conversation: Conversation): AsyncGenerator<VerifyFinding> {
  const spans = await verifying.store.spansOf(conversation.id);
  yield* checkSpans(verifying.store, conversation, spans);
  for (const recording of await verifying.store.recordingsOf(conversation.id)) {
    yield* verifyRecording(verifying, recording, spans);
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
  const counts = { conversations: 0, of: 0, segments: 0, auditEntries: 0, auditHead: '' };
  try {
    const store = new SqliteMetadataStore(db);
    const keys = new FileKeyService(dataDir, { mayCreate: false });
    const spooled = [...readSpools(spoolFiles(join(dataDir, 'spool')))];
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
