/** A store whose commits wait until a test lets them through. */
import type { MetadataStore, WriteBatch } from '@tacet/domain';

export class HeldStore {
  #release: () => void = () => undefined;
  #open: Promise<void> = Promise.resolve();
  waiting = 0;

  hold(): void {
    this.#open = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  release(): void {
    this.#release();
  }

  wrap(store: MetadataStore): MetadataStore {
    const commit = async (batch: WriteBatch): Promise<void> => {
      this.waiting += 1;
      await this.#open;
      this.waiting -= 1;
      await store.commit(batch);
    };
    return new Proxy(store, {
      get: (target, name) => (name === 'commit' ? commit : Reflect.get(target, name, target).bind(target)),
    });
  }
}
