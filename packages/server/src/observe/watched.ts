/** Ports and queue of the use-cases with somebody watching, so that no use-case has to think of it. */
import type { ConversationId, MediaHost, MetadataStore } from '@tacet/domain';
import { type Command, ConversationQueue, type Observer } from '../control/index.ts';

/** All methods of a port, to be spread below those that are watched. */
function methodsOf<T extends object>(port: T): T {
  const methods: { [name: string]: unknown } = {};
  for (let at: object = port; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (typeof value === 'function' && name !== 'constructor') methods[name] ??= value.bind(port);
    }
  }
  return methods as T;
}

/** @returns `store`, whose commits are steps. */
export function watchedStore(store: MetadataStore, observer: Observer): MetadataStore {
  return { ...methodsOf(store), commit: (batch) => observer.step('commit', {}, () => store.commit(batch)) };
}

/** @returns `media`, whose captures and gates are steps. */
export function watchedMedia(media: MediaHost, observer: Observer): MediaHost {
  return {
    ...methodsOf(media),
    start: (request) => observer.step('captureStart', {}, () => media.start(request)),
    close: (ids, deadlineMs) => observer.step('gatesClose', { gates: ids.length }, () => media.close(ids, deadlineMs)),
    open: (ids, notBefore, deadlineMs) =>
      observer.step('gatesOpen', { gates: ids.length }, () => media.open(ids, notBefore, deadlineMs)),
    end: (id) => observer.step('captureEnd', {}, () => media.end(id)),
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
