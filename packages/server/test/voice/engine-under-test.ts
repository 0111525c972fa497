/** A media engine over simulated time, ports and disk, whose recordings are read back by content. */
import { parseSegmentFile, unsealChunks } from '@tacet/capture';
import type {
  ConversationId,
  MediaNews,
  RecordingId,
  SegmentDescriptor,
  StreamId,
  StreamInterval,
} from '@tacet/domain';
import { ManualClock, MemoryBlobs, MemoryKeys, MemorySpoolFolder, seededIds } from '@tacet/testkit';
import { writeRtpPacket } from '@tacet/wire/rtp';
import { MediaEngine } from '../../src/voice/index.ts';
import { type HandFedPort, HandFedPorts } from './hand-fed-ports.ts';

export const packetMs = 20;
const payloadType = 0;

/** An RTP packet whose payload is its number, over and over. */
export function numbered(sequence: number, ssrc = 7): Buffer {
  const payload = Buffer.alloc(160);
  for (let at = 0; at < payload.length; at += 4) payload.writeUInt32LE(sequence, at);
  return Buffer.from(
    writeRtpPacket({ payloadType, sequence: sequence & 0xffff, timestamp: sequence * 160, ssrc, payload }),
  );
}

export class EngineUnderTest {
  readonly clock = new ManualClock();
  readonly ids = seededIds(5);
  readonly keys = new MemoryKeys(1);
  readonly blobs = new MemoryBlobs();
  readonly spool = new MemorySpoolFolder();
  readonly ports = new HandFedPorts(this.clock);
  readonly segments: SegmentDescriptor[] = [];
  readonly intervals: StreamInterval[] = [];
  readonly news: MediaNews[] = [];
  readonly reports: unknown[] = [];
  /** Fences that fed captures asked for. */
  readonly fencesWanted: { readonly streamId: StreamId; readonly number: number }[] = [];
  /** What becomes of news before it is taken. */
  onNews: (news: MediaNews) => void | Promise<void> = () => undefined;
  readonly engine = new MediaEngine({
    clock: this.clock,
    ids: this.ids,
    keys: this.keys,
    blobs: this.blobs,
    spoolFolder: this.spool,
    datagrams: this.ports,
    wantFence: (streamId, number) => void this.fencesWanted.push({ streamId, number }),
    tell: (news) => this.#take(news),
    report: (error) => void this.reports.push(error),
  });
  #nextPort = 20_000;

  /** Starts a capture on a port of its own. */
  async start(isOpen = true): Promise<{ readonly streamId: StreamId; readonly port: HandFedPort }> {
    const streamId = this.ids.next<StreamId>();
    const home = { recordingId: this.ids.next<RecordingId>(), conversationId: this.ids.next<ConversationId>() };
    this.#nextPort += 2;
    const request = { streamId, ...home, payloadTypes: [payloadType], clockRate: 8_000, isOpen };
    const { port } = await this.passUntil(this.engine.start(request, this.#nextPort));
    return { streamId, port: this.ports.at(port) };
  }

  /** Packets `first` to `last` arrive, one each packet time. */
  async send(port: HandFedPort, first: number, last: number): Promise<void> {
    for (let sequence = first; sequence <= last; sequence += 1) {
      port.arrive(numbered(sequence));
      await this.clock.pass(packetMs);
    }
  }

  /** Numbers of the packets in store, in order of the chain. */
  async stored(streamId: StreamId): Promise<readonly number[]> {
    const mine = this.segments.filter((s) => s.streamId === streamId).sort((a, b) => a.number - b.number);
    const numbers: number[] = [];
    for (const segment of mine) {
      const file = parseSegmentFile(Buffer.from(await this.blobs.read(segment.blobName)));
      const key = this.keys.unwrap(Buffer.from(segment.wrappedKey, 'base64'), segment.id);
      if (file === undefined || key === undefined) throw new Error('a segment cannot be read');
      for (const outcome of unsealChunks(file, key)) {
        if (!outcome.ok) throw new Error(outcome.flaw);
        numbers.push(...outcome.chunk.units.map(({ bytes }) => Buffer.from(bytes).subarray(-4).readUInt32LE(0)));
      }
    }
    return numbers;
  }

  /** Stops the engine, letting time pass as it needs it. */
  stop(): Promise<void> {
    return this.passUntil(this.engine.dispose());
  }

  async passUntil<T>(done: Promise<T>, stepMs = 10): Promise<T> {
    let isDone = false;
    const end = done.finally(() => {
      isDone = true;
    });
    end.catch(() => undefined);
    while (!isDone) await this.clock.pass(stepMs);
    return end;
  }

  async #take(news: MediaNews): Promise<void> {
    await this.onNews(news);
    this.news.push(news);
    if (news.kind === 'segmentStored') this.segments.push(news.segment);
    if (news.kind === 'timelineGrown') this.intervals.push(...news.timeline.intervals);
  }
}

/** Whole numbers from `first` to `last`. */
export function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, place) => first + place);
}
