/** How the rules of a metadata store get hold of one. */
import type { MetadataStore, Outbox } from '@tacet/domain';

export interface MetadataStoreUnderTest extends AsyncDisposable {
  /** Empty at first. */
  readonly store: MetadataStore & Outbox;
  /** The store as the next process finds it after this one was killed now: all that was in memory is lost. */
  reopen(): Promise<MetadataStore & Outbox>;
}

/** Makes a store that shares nothing with those made before. */
export type MakeMetadataStore = () => Promise<MetadataStoreUnderTest>;
