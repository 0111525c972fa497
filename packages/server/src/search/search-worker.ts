/** The thread of the index: reads what is in store, and answers questions, one after the other. */
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { Fault, needs, type PlacedSegment } from '@tacet/domain';
import { readItems, type SegmentPorts } from '@tacet/media';
import { MailDesk } from '../mail/mail-desk.ts';
import { FileBlobStore, FileKeyService } from '../store/index.ts';
import { termsOfItem } from './item-terms.ts';
import { openIndex, removeIndex } from './open-index.ts';
import { type IndexedItem, SearchIndex } from './search-index.ts';
import type { FromSearchWorker, SearchAnswers, SearchSettings, ToSearchWorker } from './search-messages.ts';

needs(parentPort !== null, 'the index has a thread of its own');
const port = parentPort;
const { dataDir } = workerData as SearchSettings;
const keys = new FileKeyService(dataDir, { mayCreate: false });
const ports: SegmentPorts = { blobs: new FileBlobStore(join(dataDir, 'blobs')), keys };
const mails = new MailDesk();
const index = new SearchIndex(openIndex(dataDir, keys));

async function itemsOf({ segment }: PlacedSegment): Promise<readonly IndexedItem[]> {
  const items: IndexedItem[] = [];
  try {
    for await (const read of readItems([segment], ports)) {
      // What is behind damage cannot be read by anybody, and is not found either.
      if ('fault' in read) continue;
      const terms = await termsOfItem(read, (bytes) => mails.open(bytes));
      items.push({ itemId: read.head.id, arrivedAt: read.arrivedAt, terms });
    }
  } catch (error) {
    // Whatever else an item brings about must not keep the others out for ever.
    if (error instanceof Fault && error.code !== 'recordingDamaged') throw error;
  }
  return items;
}

async function add(placed: PlacedSegment): Promise<void> {
  const { segment, recording, divisionId } = placed;
  if (index.hasSegment(segment.id)) return;
  const { id: recordingId, conversationId, mediaType } = recording;
  index.add(segment.id, { recordingId, conversationId, mediaType, divisionId }, await itemsOf(placed));
}

async function answer(asked: ToSearchWorker): Promise<SearchAnswers[keyof SearchAnswers]> {
  if (asked.kind === 'find') return index.find(asked.terms, asked.query);
  if (asked.kind === 'forget') index.forget(asked.recordingId);
  if (asked.kind === 'clear') index.clear();
  if (asked.kind === 'add') {
    for (const one of asked.segments) await add(one);
    index.place = asked.upTo;
  }
  return index.place;
}

const corrupt = new Set([11, 26]);

async function take(asked: ToSearchWorker): Promise<void> {
  const { id } = asked;
  const send = (message: FromSearchWorker): void => port.postMessage(message);
  try {
    send({ id, answer: await answer(asked) });
  } catch (error) {
    send({ id, fault: error instanceof Fault ? error.code : 'storageUnavailable' });
    if (!corrupt.has((error as { readonly errcode?: number }).errcode ?? 0)) return;
    // The next thread finds none, and makes it again from the recordings.
    index.close();
    removeIndex(dataDir);
    process.exit(1);
  }
}

let last: Promise<void> = Promise.resolve();
port.on('message', (asked: ToSearchWorker) => {
  last = last.then(() => take(asked));
});
