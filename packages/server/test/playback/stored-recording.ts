/** A recording in the stores of a data folder, and the plan to play it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Capture, type EndedSegment, Spool, storeSegment } from '@tacet/capture';
import {
  after,
  type ConversationId,
  gate,
  type Instant,
  instant,
  type ParticipantId,
  type Recording,
  type RecordingId,
  type SegmentDescriptor,
  type StreamId,
} from '@tacet/domain';
import { ManualClock, MemorySpoolFolder, seededIds } from '@tacet/testkit';
import { writeRtpPacket } from '@tacet/wire/rtp';
import type { PlaybackPlan } from '../../src/control/index.ts';
import { FileBlobStore, FileKeyService } from '../../src/store/index.ts';

const origin: Instant = instant(1_780_000_000_000);
const ids = seededIds(11);

/** A data folder that is removed with everything in it. */
export function dataFolder(): Disposable & { readonly dataDir: string } {
  const dataDir = mkdtempSync(join(tmpdir(), 'tacet-playback-'));
  return { dataDir, [Symbol.dispose]: () => rmSync(dataDir, { recursive: true }) };
}

function record(capture: Capture, lengthMs: number): void {
  for (let n = 0; n * 20 < lengthMs; n += 1) {
    // Every packet sounds a little different, so that a piece in the wrong place is noticed.
    const payload = Uint8Array.from({ length: 160 }, (_, place) => 1 + ((n * 7 + place) % 120));
    const bytes = writeRtpPacket({ payloadType: 0, sequence: n & 0xffff, timestamp: n * 160, ssrc: 1, payload });
    const arrivedAt = after(origin, n * 20);
    capture.receive({ bytes, arrivedAt, isAnchor: true, media: { source: 1, time: n * 160, clockRate: 8000 } });
    if (n % 25 === 0) capture.tick(arrivedAt);
  }
  capture.end(after(origin, lengthMs));
}

/** Records one stream of steady sound into the folder. */
export async function storeRecording(dataDir: string, lengthMs: number): Promise<PlaybackPlan> {
  const clock = new ManualClock(origin);
  const spool = new Spool({ folder: new MemorySpoolFolder(), clock, preamble: () => [], onFault: () => undefined });
  const ended: EndedSegment[] = [];
  const home = {
    streamId: ids.next<StreamId>(),
    recordingId: ids.next<RecordingId>(),
    conversationId: ids.next<ConversationId>(),
  };
  const keys = new FileKeyService(dataDir, { mayCreate: true });
  const onSegment = (segment: EndedSegment): number => ended.push(segment);
  record(new Capture(home, gate.openGate(origin), { spool, keys, ids, onSegment, onInterval: () => {} }), lengthMs);
  const blobs = new FileBlobStore(join(dataDir, 'blobs'));
  const segments: SegmentDescriptor[] = [];
  for (const segment of ended) await storeSegment(segment, spool, blobs, async (stored) => void segments.push(stored));
  return planOf(home, segments, lengthMs);
}

function planOf(home: Capture['home'], segments: readonly SegmentDescriptor[], lengthMs: number): PlaybackPlan {
  const participantId = ids.next<ParticipantId>();
  const endedAt = after(origin, lengthMs);
  const recording: Recording = {
    id: home.recordingId,
    conversationId: home.conversationId,
    mediaType: 'call',
    startedAt: origin,
    endedAt,
    fileState: 'AVAILABLE',
    streams: [
      {
        id: home.streamId,
        label: '1',
        codecs: [{ name: 'PCMU', payloadType: 0, clockRate: 8000 }],
        owners: [{ participantId, from: origin }],
        startedAt: origin,
      },
    ],
    sourceId: 'a call',
  };
  const channels = [{ participantId, purpose: 'customer' as const }];
  const withheld = [{ from: after(origin, 500), to: after(origin, 900) }];
  return { recording, stretch: { from: origin, to: endedAt }, channels, segments, withheld, timelines: [] };
}
