/** The real store with faults on demand, and a look at every batch before it is durable. */
import { Fault, type MetadataStore, type WriteBatch } from '@tacet/domain';

export interface FaultyStore {
  readonly store: MetadataStore;
  /** Lets commits for which `isDue` holds fail until further notice; nothing of them is kept. */
  failWhen(isDue: (batch: WriteBatch) => boolean): void;
  /** Commits succeed again. */
  heal(): void;
  /** Runs before each commit is handed to the real store; what it returns is awaited. */
  onCommit: (batch: WriteBatch) => void | Promise<void>;
}

export function faultyStore(real: MetadataStore): FaultyStore {
  let isDue: (batch: WriteBatch) => boolean = () => false;
  const faulty: FaultyStore = {
    store: {
      async commit(batch) {
        const waits = faulty.onCommit(batch);
        if (waits !== undefined) await waits;
        if (isDue(batch)) throw new Fault('storageUnavailable', { what: 'disk' });
        return real.commit(batch);
      },
      conversation: (id) => real.conversation(id),
      findConversations: (query) => real.findConversations(query),
      recording: (id) => real.recording(id),
      recordingsOf: (id) => real.recordingsOf(id),
      spansOf: (id) => real.spansOf(id),
      segmentsOf: (id) => real.segmentsOf(id),
      timelineOf: (id) => real.timelineOf(id),
      document: (kind, id) => real.document(kind, id),
      documentsOf: (kind, parentId) => real.documentsOf(kind, parentId),
      audit: (query) => real.audit(query),
    },
    failWhen: (when) => {
      isDue = when;
    },
    heal: () => {
      isDue = () => false;
    },
    onCommit: () => undefined,
  };
  return faulty;
}
