/** Runs the suites of the ports against the embedded stores and against the fakes in memory. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileBlobStore, FileKeyService, inMemory, openDatabase, SqliteMetadataStore } from '@tacet/server/store';
import { MemoryBlobs } from '../memory-blobs.ts';
import { MemoryKeys } from '../memory-keys.ts';
import { blobStoreSuite } from './blob-store.suite.ts';
import { keyServiceSuite } from './key-service.suite.ts';
import { metadataStoreSuite } from './metadata-store.suite.ts';

function folderIn(disposal: AsyncDisposableStack): string {
  const folder = mkdtempSync(join(tmpdir(), 'tacet-suite-'));
  disposal.defer(() => rmSync(folder, { recursive: true }));
  return folder;
}

function sqliteIn(folder: string, disposal: AsyncDisposableStack): SqliteMetadataStore {
  const db = disposal.use(openDatabase(folder));
  return disposal.use(new SqliteMetadataStore(db));
}

metadataStoreSuite('SQLite in a file', async () => {
  const disposal = new AsyncDisposableStack();
  const folder = folderIn(disposal);
  return {
    store: sqliteIn(folder, disposal),
    // A copy of the files while they are open is what a killed process leaves behind.
    reopen: async () => {
      const left = join(folderIn(disposal), 'left');
      cpSync(folder, left, { recursive: true });
      return sqliteIn(left, disposal);
    },
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  };
});

metadataStoreSuite('SQLite in memory', async () => {
  const disposal = new AsyncDisposableStack();
  const db = disposal.use(openDatabase(inMemory));
  const store = disposal.use(new SqliteMetadataStore(db));
  return {
    store,
    reopen: async () => {
      store.drop();
      return disposal.use(new SqliteMetadataStore(db));
    },
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  };
});

blobStoreSuite('files in a folder', async () => {
  const disposal = new AsyncDisposableStack();
  const folder = join(folderIn(disposal), 'blobs');
  return {
    store: new FileBlobStore(folder),
    reopen: async () => new FileBlobStore(folder),
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  };
});

blobStoreSuite('in memory', async () => {
  const store = new MemoryBlobs();
  return { store, reopen: async () => store, [Symbol.asyncDispose]: async () => undefined };
});

keyServiceSuite('a key file', async () => {
  const disposal = new AsyncDisposableStack();
  const folder = folderIn(disposal);
  return {
    keys: new FileKeyService(folder, { mayCreate: true }),
    reopen: async () => new FileKeyService(folder, { mayCreate: false }),
    [Symbol.asyncDispose]: () => disposal.disposeAsync(),
  };
});

let seed = 0;
keyServiceSuite('in memory', async () => {
  seed += 1;
  const own = seed;
  return {
    keys: new MemoryKeys(own),
    reopen: async () => new MemoryKeys(own),
    [Symbol.asyncDispose]: async () => undefined,
  };
});
