/** The embedded metadata store: everything that is not media, in one SQLite database. */
import type { DatabaseSync } from 'node:sqlite';
import {
  type AuditEntry,
  type AuditQuery,
  type Conversation,
  type ConversationId,
  type ConversationQuery,
  type DocumentKind,
  type DocumentKinds,
  type DueQuery,
  type DueRecording,
  type EventPruning,
  type EventRange,
  type ExpiryStore,
  Fault,
  type MetadataStore,
  type Outbox,
  type Page,
  type PlacedSegments,
  type Recording,
  type RecordingId,
  type SegmentDescriptor,
  type SegmentQuery,
  type SegmentSource,
  type StoredEvent,
  type StreamId,
  type StreamTimeline,
  type WithheldSpan,
  type WriteBatch,
} from '@tacet/domain';
import { AuditTable } from './audit-table.ts';
import { commitGroup } from './commit-group.ts';
import { ConversationSearch } from './conversation-search.ts';
import { ConversationTable } from './conversation-table.ts';
import { DocumentTable } from './document-table.ts';
import { type EventListener, EventNews } from './event-news.ts';
import { EventTable } from './event-table.ts';
import { type Failure, GroupCommit, type Schedule } from './group-commit.ts';
import { IntervalTables } from './interval-tables.ts';
import { RecordingTable } from './recording-table.ts';
import { SegmentOrder } from './segment-order.ts';
import { SegmentTable } from './segment-table.ts';
import { SpanTable } from './span-table.ts';
import { asFault } from './sqlite-error.ts';

export interface SqliteMetadataOptions {
  /** When a sync follows a commit: at the end of the turn of the event loop, unless the simulator says otherwise. */
  readonly schedule?: Schedule;
}

/**
 * All batches that are committed in one turn of the event loop share one transaction and one sync. A sync runs to its
 * end within the turn, so that a read sees either none of it or what is durable.
 */
export class SqliteMetadataStore implements MetadataStore, ExpiryStore, SegmentSource, Outbox, AsyncDisposable {
  readonly #db: DatabaseSync;
  readonly #conversations: ConversationTable;
  readonly #search: ConversationSearch;
  readonly #recordings: RecordingTable;
  readonly #spans: SpanTable;
  readonly #segments: SegmentTable;
  readonly #segmentOrder: SegmentOrder;
  readonly #intervals: IntervalTables;
  readonly #documents: DocumentTable;
  readonly #audit: AuditTable;
  readonly #events: EventTable;
  readonly #news = new EventNews();
  readonly #group: GroupCommit<WriteBatch>;
  #isStopping = false;

  /** @param db a database from `openDatabase`; whoever opened it closes it, after this store was disposed. */
  constructor(db: DatabaseSync, { schedule }: SqliteMetadataOptions = {}) {
    this.#db = db;
    this.#conversations = new ConversationTable(db);
    this.#search = new ConversationSearch(db);
    this.#recordings = new RecordingTable(db);
    this.#spans = new SpanTable(db);
    this.#segments = new SegmentTable(db);
    this.#segmentOrder = new SegmentOrder(db);
    this.#intervals = new IntervalTables(db);
    this.#documents = new DocumentTable(db);
    this.#audit = new AuditTable(db);
    this.#events = new EventTable(db);
    this.#group = new GroupCommit((batches) => this.#writeGroup(batches), schedule);
  }

  commit(batch: WriteBatch): Promise<void> {
    if (this.#isStopping) return Promise.reject(new Fault('stopping'));
    return this.#group.add(batch);
  }

  async conversation(id: ConversationId): Promise<Conversation | undefined> {
    return this.#read(() => this.#conversations.get(id));
  }

  async findConversations(query: ConversationQuery): Promise<Page<Conversation>> {
    return this.#read(() => this.#search.find(query));
  }

  async recording(id: RecordingId): Promise<Recording | undefined> {
    return this.#read(() => this.#recordings.get(id));
  }

  async recordingsOf(id: ConversationId): Promise<readonly Recording[]> {
    return this.#read(() => this.#recordings.of(id));
  }

  async spansOf(id: ConversationId): Promise<readonly WithheldSpan[]> {
    return this.#read(() => this.#spans.of(id));
  }

  async segmentsOf(id: RecordingId): Promise<readonly SegmentDescriptor[]> {
    return this.#read(() => this.#segments.of(id));
  }

  async timelineOf(id: StreamId): Promise<StreamTimeline> {
    return this.#read(() => this.#intervals.of(id));
  }

  async document<K extends DocumentKind>(kind: K, id: string): Promise<DocumentKinds[K] | undefined> {
    return this.#read(() => this.#documents.get(kind, id));
  }

  async documentsOf<K extends DocumentKind>(kind: K, parentId?: string): Promise<readonly DocumentKinds[K][]> {
    return this.#read(() => this.#documents.of(kind, parentId));
  }

  async audit(query: AuditQuery): Promise<Page<AuditEntry>> {
    return this.#read(() => this.#audit.find(query));
  }

  async events(after: number, limit: number): Promise<readonly StoredEvent[]> {
    return this.#read(() => this.#events.after(after, limit));
  }

  async eventRange(): Promise<EventRange> {
    return this.#read(() => this.#events.range());
  }

  onEvents(listener: EventListener): () => void {
    return this.#news.listen(listener);
  }

  async pruneEvents(pruning: EventPruning): Promise<number> {
    return this.#read(() => this.#events.prune(pruning));
  }

  async dueRecordings(query: DueQuery): Promise<readonly DueRecording[]> {
    return this.#read(() => this.#recordings.due(query));
  }

  async segmentsAfter(query: SegmentQuery): Promise<PlacedSegments> {
    return this.#read(() => this.#segmentOrder.after(query));
  }

  /** Keys in commits that still wait are destroyed as well, and a protection among them holds. */
  async destroyKeys(id: RecordingId, unlessProtected?: ConversationId): Promise<number> {
    this.#group.flush();
    return this.#read(() => {
      const isProtected =
        unlessProtected !== undefined && this.#documents.get('deletionProtection', unlessProtected) !== undefined;
      if (isProtected) throw new Fault('recordingProtected', { conversationId: unlessProtected });
      const count = this.#segments.destroyKeys(id);
      // The log still holds the pages as they were before; moving it into the database and emptying it removes them.
      const isBusy = this.#db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()?.['busy'] !== 0;
      if (isBusy) throw new Fault('storageUnavailable', { recordingId: id });
      return count;
    });
  }

  /** Forgets every batch that has not been synced, as a crash would; their promises are never settled. */
  drop(): void {
    this.#group.drop();
  }

  /** Syncs what waits; later commits are refused with Fault stopping. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopping = true;
    this.#group.flush();
  }

  #writeGroup(batches: readonly WriteBatch[]): readonly (Failure | undefined)[] {
    const outcomes = commitGroup(this.#db, batches, (batch, place) => this.#write(batch, place));
    this.#news.settle(outcomes);
    return outcomes;
  }

  #write(batch: WriteBatch, place: number): void {
    const { conversations, recordings, spans, segments, timelines, documents, audit, events } = batch;
    for (const conversation of conversations ?? []) this.#conversations.put(conversation);
    for (const recording of recordings ?? []) this.#recordings.put(recording);
    for (const span of spans ?? []) this.#spans.put(span);
    for (const segment of segments ?? []) this.#segments.put(segment);
    for (const timeline of timelines ?? []) this.#intervals.add(timeline);
    for (const document of documents ?? []) this.#documents.put(document);
    if (audit !== undefined && audit.length > 0) this.#audit.append(audit);
    if (events !== undefined && events.length > 0) this.#news.note(place, this.#events.append(events));
  }

  #read<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw asFault(error);
    }
  }
}
