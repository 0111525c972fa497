/** Ports and queue of the use-cases with somebody watching, so that no use-case has to think of it. */
import type { ConversationId, MediaHost, MetadataStore } from '@tacet/domain';
import { type Command, ConversationQueue, type Observer } from '../control/index.ts';

/** @returns `store`, whose commits are steps. */
export function watchedStore(store: MetadataStore, observer: Observer): MetadataStore {
  return {
    commit: (batch) => observer.step('commit', {}, () => store.commit(batch)),
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

/** @returns `media`, whose captures and gates are steps. */
export function watchedMedia(media: MediaHost, observer: Observer): MediaHost {
  return {
    start: (request) => observer.step('captureStart', {}, () => media.start(request)),
    close: (ids, deadlineMs) => observer.step('gatesClose', { gates: ids.length }, () => media.close(ids, deadlineMs)),
    open: (ids, notBefore, deadlineMs) =>
      observer.step('gatesOpen', { gates: ids.length }, () => media.open(ids, notBefore, deadlineMs)),
    end: (id) => observer.step('captureEnd', {}, () => media.end(id)),
    onNews: (listener) => media.onNews(listener),
  };
}

/** A queue in which waiting for one's turn is a step. */
export class WatchedQueue extends ConversationQueue {
  readonly #observer: Observer;

  constructor(observer: Observer) {
    super();
    this.#observer = observer;
  }

  override run<T>(id: ConversationId, command: Command<T>): Promise<T> {
    const turn = Promise.withResolvers<void>();
    void this.#observer.step('queue', {}, () => turn.promise);
    return super.run(id, (superseded) => {
      turn.resolve();
      return command(superseded);
    });
  }
}
