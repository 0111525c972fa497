/** A media worker for tests, a real thread with real files, and what it stored. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { parseSegmentFile, unsealChunks } from '@tacet/capture';
import type {
  CaptureRequest,
  Clock,
  ConversationId,
  MediaNews,
  RecordingId,
  SegmentDescriptor,
  StreamId,
} from '@tacet/domain';
import { randomIds } from '../../src/random-ids.ts';
import { steadyClock, takeEpoch } from '../../src/steady-clock.ts';
import { FileBlobStore, FileKeyService } from '../../src/store/index.ts';
import { WorkerNode } from '../../src/voice/index.ts';
import { SocketFences } from '../../src/voice/socket-fences.ts';
import { temporaryFolder } from '../store-samples.ts';

const epoch = takeEpoch();
export const clock: Clock = steadyClock(epoch);

export class WorkerUnderTest implements AsyncDisposable {
  readonly news: MediaNews[] = [];
  readonly troubles: string[] = [];
  lostCount = 0;
  readonly fences = new SocketFences();
  onNews: (news: MediaNews) => Promise<void> = async () => undefined;
  readonly dataDir: string;
  readonly #folder = temporaryFolder();
  #node: WorkerNode | undefined;

  constructor() {
    this.dataDir = this.#folder.path;
  }

  static async start(): Promise<WorkerUnderTest> {
    const under = new WorkerUnderTest();
    new FileKeyService(under.dataDir, { mayCreate: true });
    await under.startWorker();
    return under;
  }

  get node(): WorkerNode {
    return this.#node ?? assert.fail('no worker was started');
  }

  async startWorker(): Promise<void> {
    const settings = {
      epoch,
      dataDir: this.dataDir,
      spoolPrefix: 'w1',
      bindAddress: '127.0.0.1',
      receiver: 'dgram' as const,
    };
    this.#node = await WorkerNode.start(settings, {
      clock,
      fences: this.fences,
      onNews: async (news) => {
        await this.onNews(news);
        this.news.push(news);
      },
      onTrouble: (message) => void this.troubles.push(message),
      onLost: () => {
        this.lostCount += 1;
      },
    });
  }

  /** A capture of a conversation of its own. */
  request(): CaptureRequest {
    const home = { recordingId: randomIds.next<RecordingId>(), conversationId: randomIds.next<ConversationId>() };
    return { streamId: randomIds.next<StreamId>(), ...home, payloadTypes: [0], clockRate: 8_000, isOpen: true };
  }

  /** Numbers of the packets in store, in order of the chain. */
  async stored(streamId: StreamId): Promise<readonly number[]> {
    const segments = this.news.flatMap((news) => (news.kind === 'segmentStored' ? [news.segment] : []));
    const mine = segments.filter((one) => one.streamId === streamId).sort((a, b) => a.number - b.number);
    return (await Promise.all(mine.map((one) => this.read(one)))).flat();
  }

  async read({ blobName, wrappedKey, id }: SegmentDescriptor): Promise<readonly number[]> {
    const bytes = await new FileBlobStore(join(this.dataDir, 'blobs')).read(blobName);
    const key = new FileKeyService(this.dataDir, { mayCreate: false }).unwrap(Buffer.from(wrappedKey, 'base64'), id);
    const file = parseSegmentFile(Buffer.from(bytes));
    assert.ok(file !== undefined && key !== undefined);
    return [...unsealChunks(file, key)].flatMap((outcome) => {
      assert.ok(outcome.ok);
      return outcome.chunk.units.map((unit) => Buffer.from(unit.bytes).subarray(-4).readUInt32LE(0));
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#node?.dispose().catch(() => undefined);
    this.#folder[Symbol.dispose]();
  }
}
