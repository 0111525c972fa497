/** The index as the main thread has it, over a store that a test plays. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type {
  Clock,
  DivisionId,
  PlacedSegment,
  PlacedSegments,
  Recording,
  RecordingId,
  SegmentQuery,
} from '@tacet/domain';
import { instant } from '@tacet/domain';
import { makeSearch } from '../../src/make-search.ts';
import { openIndex } from '../../src/search/open-index.ts';
import { SearchHost } from '../../src/search/search-host.ts';
import { SearchIndex } from '../../src/search/search-index.ts';
import type { Core } from '../../src/server-core.ts';
import { FileKeyService } from '../../src/store/index.ts';
import { someSegment } from '../store-samples.ts';

/** A store that has got up to a place, and a host whose looks a test begins. */
class Looked implements AsyncDisposable {
  readonly dataDir = mkdtempSync(join(tmpdir(), 'tacet-search-host-'));
  readonly keys = new FileKeyService(this.dataDir, { mayCreate: true });
  readonly queries: SegmentQuery[] = [];
  newest = 0;
  items: readonly PlacedSegment[] = [];
  readonly host: SearchHost;
  #task: () => void = () => undefined;

  constructor(place = 0) {
    const index = new SearchIndex(openIndex(this.dataDir, this.keys));
    index.place = place;
    index.close();
    const clock: Clock = {
      now: () => instant(0),
      later: (_, task) => {
        this.#task = task;
        return () => undefined;
      },
    };
    const source = { segmentsAfter: async (query: SegmentQuery) => this.#after(query) };
    this.host = new SearchHost({ dataDir: this.dataDir, clock, source, onTrouble: () => undefined });
  }

  #after(query: SegmentQuery): PlacedSegments {
    this.queries.push(query);
    const items = query.after < this.newest ? this.items : [];
    return { items, upTo: this.newest };
  }

  /** Looks, and waits for the look to be over. */
  async look(): Promise<void> {
    const before = this.#task;
    before();
    while (this.#task === before) await new Promise(setImmediate);
  }

  /** Segments that the index has taken in. */
  segments(): readonly string[] {
    const { db } = openIndex(this.dataDir, this.keys);
    const ids = db.prepare('SELECT id FROM segments ORDER BY id').all();
    db.close();
    return ids.map(({ id }) => String(id));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.host[Symbol.asyncDispose]();
    rmSync(this.dataDir, { recursive: true });
  }
}

function placed(name: string, number: number, more: Partial<Recording> = {}, wrappedKey = 'a2V5'): PlacedSegment {
  const id = name as RecordingId;
  const recording = { id, conversationId: `c of ${name}`, mediaType: 'chat', fileState: 'AVAILABLE', ...more };
  return {
    segment: someSegment(id, number, wrappedKey),
    recording: recording as Recording,
    divisionId: 'd' as DivisionId,
  };
}

// Rule: what is deleted is not indexed
test('what is deleted is not indexed', async () => {
  await using looked = new Looked();
  const kept = placed('kept', 0);
  await looked.host.forget('forgotten' as RecordingId);
  looked.items = [
    kept,
    placed('deleted', 0, { fileState: 'DELETED' }),
    placed('keyless', 0, {}, ''),
    placed('forgotten', 0),
  ];
  looked.newest = 4;
  await looked.look();
  assert.deepEqual(looked.segments(), [kept.segment.id]);
});

// Rule: an index that is ahead of its store is made anew
test('an index that is ahead of its store is made anew', async () => {
  await using looked = new Looked(9);
  const again = placed('again', 0);
  looked.items = [again];
  looked.newest = 4;
  await looked.look();
  assert.deepEqual(
    looked.queries.map(({ after }) => after),
    [9, 0, 4],
  );
  assert.deepEqual(looked.segments(), [again.segment.id]);
});

test('a look goes on where the one before ended, also after the thread of the index was started anew', async () => {
  await using looked = new Looked(3);
  looked.newest = 5;
  await looked.look();
  looked.newest = 6;
  await looked.look();
  assert.deepEqual(
    looked.queries.map(({ after }) => after),
    [3, 5, 5, 6],
  );
});

test('a question that waits when the server stops is told so', async () => {
  const looked = new Looked();
  const asked = looked.host.find({ words: 'something', limit: 1, offset: 0 });
  const refused = assert.rejects(asked, { code: 'stopping' });
  await looked[Symbol.asyncDispose]();
  await refused;
});

// Rule: an index that is switched off is removed
test('an index that is switched off is removed', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'tacet-search-off-'));
  const path = join(dataDir, 'search.db');
  writeFileSync(path, 'an index');
  await using stack = new AsyncDisposableStack();
  assert.equal(makeSearch({ config: { search: false, dataDir } } as Core, stack), undefined);
  assert.equal(existsSync(path), false);
  rmSync(dataDir, { recursive: true });
});
