/** The index of a data folder of its own, without its thread. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type ConversationId,
  type DivisionId,
  type FoundItem,
  instant,
  type MediaType,
  type RecordingId,
  type SegmentId,
  type WordQuery,
} from '@tacet/domain';
import { type Item, termsAsked } from '@tacet/media';
import { openMail } from '../../src/mail/open-mail.ts';
import { termsOfItem } from '../../src/search/item-terms.ts';
import { openIndex } from '../../src/search/open-index.ts';
import { type ItemHome, SearchIndex } from '../../src/search/search-index.ts';
import { FileKeyService } from '../../src/store/index.ts';

export const origin = 1_780_000_000_000;

export class IndexUnderTest implements Disposable {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'tacet-search-'));
  keys = new FileKeyService(this.dataDir, { mayCreate: true });
  index = new SearchIndex(openIndex(this.dataDir, this.keys));
  #count = 0;

  home(recording = 'r1', more: Partial<ItemHome> = {}): ItemHome {
    return {
      recordingId: recording as RecordingId,
      conversationId: `c of ${recording}` as ConversationId,
      divisionId: 'd1' as DivisionId,
      mediaType: 'message',
      ...more,
    };
  }

  /** A segment with one item. */
  async write(item: Item, home = this.home(), atMs = 0): Promise<SegmentId> {
    this.#count += 1;
    const id = `segment ${this.#count}` as SegmentId;
    const arrivedAt = instant(origin + atMs);
    const terms = await termsOfItem({ ...item, arrivedAt }, (bytes) => openMail(bytes, false));
    this.index.add(id, home, [{ itemId: item.head.id, arrivedAt, terms }]);
    return id;
  }

  text(text: string, home = this.home(), atMs = 0): Promise<SegmentId> {
    return this.write({ head: { id: text, kind: 'message', text }, body: new Uint8Array() }, home, atMs);
  }

  page(words: string, more: Partial<WordQuery> = {}): { readonly items: readonly FoundItem[]; readonly total: number } {
    const terms = termsAsked(words) ?? new Set(['']);
    return this.index.find(terms, { words, limit: 100, offset: 0, ...more });
  }

  /** Ids of what is found. */
  found(words: string, more: Partial<WordQuery> = {}): readonly string[] {
    return this.page(words, more).items.map(({ itemId }) => itemId);
  }

  reopen(): void {
    this.index.close();
    this.index = new SearchIndex(openIndex(this.dataDir, this.keys));
  }

  [Symbol.dispose](): void {
    this.index.close();
    rmSync(this.dataDir, { recursive: true });
  }
}

export const types: readonly MediaType[] = ['chat', 'email', 'message', 'social'];
