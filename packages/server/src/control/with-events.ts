/** The store as the use-cases see it: whatever they commit takes its events along, in the same transaction. */
import type { Clock, ConversationId, EventDraft, MetadataStore, RecordingFileState, RecordingId } from '@tacet/domain';
import { eventsOf, type Told } from './events-of.ts';
import type { LiveConversations } from './live-conversations.ts';

/** What was told last of each conversation that goes on. What is not known counts as changed. */
class ToldConversations {
  readonly #byId = new Map<ConversationId, Told>();

  of(id: ConversationId): Told | undefined {
    return this.#byId.get(id);
  }

  /** To be called when the events are durable. */
  note(events: readonly EventDraft[]): void {
    for (const event of events) {
      if (event.kind === 'conversationChanged') this.#noteConversation(event.conversation.id, event);
      else if (event.kind === 'recordingChanged')
        this.#noteFile(event.conversationId, event.recordingId, event.fileState);
    }
  }

  #noteConversation(id: ConversationId, conversation: NonNullable<Told['conversation']>): void {
    if (conversation.conversation.endedAt === undefined) {
      this.#byId.set(id, { conversation, fileStates: this.#byId.get(id)?.fileStates ?? new Map() });
    } else {
      this.#byId.delete(id);
    }
  }

  #noteFile(id: ConversationId, recordingId: RecordingId, fileState: RecordingFileState): void {
    const told = this.#byId.get(id);
    if (told !== undefined)
      this.#byId.set(id, { ...told, fileStates: new Map([...told.fileStates, [recordingId, fileState]]) });
  }
}

/** @returns `store`, but for commits, which are stored together with what is to be told of them. */
export function withEvents(
  store: MetadataStore,
  { clock, live }: { readonly clock: Pick<Clock, 'now'>; readonly live: LiveConversations },
): MetadataStore {
  const told = new ToldConversations();
  const look = (id: ConversationId) => ({ live: live.get(id), told: told.of(id) });
  return {
    // Rule: what is told of a change is stored in the same transaction as the change
    async commit(batch) {
      const events = eventsOf(batch, look, clock.now());
      await store.commit(events.length === 0 ? batch : { ...batch, events });
      told.note(events);
    },
    conversation: (id) => store.conversation(id),
    findConversations: (query) => store.findConversations(query),
    recording: (id) => store.recording(id),
    recordingsOf: (id) => store.recordingsOf(id),
    spansOf: (id) => store.spansOf(id),
    segmentsOf: (id) => store.segmentsOf(id),
    timelineOf: (id) => store.timelineOf(id),
    document: (kind, id) => store.document(kind, id),
    documentsOf: (kind, parentId) => store.documentsOf(kind, parentId),
    audit: (query) => store.audit(query),
  };
}
