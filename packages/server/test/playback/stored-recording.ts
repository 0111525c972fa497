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

/** 160 codes of µ-law: what a packet says at its number. */
export type Voice = (packet: number) => Uint8Array;

export interface StoredCall {
  /** One participant and one stream each, the customer first. */
  readonly voices: readonly Voice[];
  readonly lengthMs: number;
  /** Where it was paused, in ms: nothing of it is stored. */
  readonly pause: { readonly fromMs: number; readonly toMs: number };
}

/** Every packet sounds a little different, so that a piece in the wrong place is noticed. */
function numbered(packet: number): Uint8Array {
  return Uint8Array.from({ length: 160 }, (_, place) => 1 + ((packet * 7 + place) % 120));
}

function record(capture: Capture, voice: Voice, { lengthMs, pause }: StoredCall): void {
  for (let n = 0; n * 20 < lengthMs; n += 1) {
    if (n * 20 >= pause.fromMs && n * 20 < pause.toMs) continue;
    const bytes = writeRtpPacket({
      payloadType: 0,
      sequence: n & 0xffff,
      timestamp: n * 160,
      ssrc: 1,
      payload: voice(n),
    });
    const arrivedAt = after(origin, n * 20);
    capture.receive({ bytes, arrivedAt, isAnchor: true, media: { source: 1, time: n * 160, clockRate: 8000 } });
    if (n % 25 === 0) capture.tick(arrivedAt);
  }
  capture.end(after(origin, lengthMs));
}

/** Records one stream of steady sound into the folder; it says that it was paused, and was not. */
export async function storeRecording(dataDir: string, lengthMs: number): Promise<PlaybackPlan> {
  const call = { voices: [numbered], lengthMs, pause: { fromMs: 0, toMs: 0 } };
  return { ...(await storeCall(dataDir, call)), withheld: [{ from: after(origin, 500), to: after(origin, 900) }] };
}

/** Records a call into the folder. */
export async function storeCall(dataDir: string, call: StoredCall): Promise<PlaybackPlan> {
  const clock = new ManualClock(origin);
  const spool = new Spool({ folder: new MemorySpoolFolder(), clock, preamble: () => [], onFault: () => undefined });
  const keys = new FileKeyService(dataDir, { mayCreate: true });
  const blobs = new FileBlobStore(join(dataDir, 'blobs'));
  const [recordingId, conversationId] = [ids.next<RecordingId>(), ids.next<ConversationId>()];
  const segments: SegmentDescriptor[] = [];
  const streams: StreamId[] = [];
  for (const voice of call.voices) {
    const home = { streamId: ids.next<StreamId>(), recordingId, conversationId };
    const ended: EndedSegment[] = [];
    const onSegment = (segment: EndedSegment): number => ended.push(segment);
    const capture = new Capture(home, gate.openGate(origin), { spool, keys, ids, onSegment, onInterval: () => {} });
    record(capture, voice, call);
    for (const segment of ended)
      await storeSegment(segment, spool, blobs, async (stored) => void segments.push(stored));
    streams.push(home.streamId);
  }
  return planOf({ recordingId, conversationId, streams }, segments, call);
}

interface Ids {
  readonly recordingId: RecordingId;
  readonly conversationId: ConversationId;
  readonly streams: readonly StreamId[];
}

function planOf(named: Ids, segments: readonly SegmentDescriptor[], { lengthMs, pause }: StoredCall): PlaybackPlan {
  const endedAt = after(origin, lengthMs);
  const purposes = ['customer', 'agent', 'agent'] as const;
  const sides = named.streams.map((streamId) => ({ streamId, participantId: ids.next<ParticipantId>() }));
  const recording: Recording = {
    id: named.recordingId,
    conversationId: named.conversationId,
    mediaType: 'call',
    startedAt: origin,
    endedAt,
    fileState: 'AVAILABLE',
    streams: sides.map(({ streamId, participantId }, place) => ({
      id: streamId,
      label: `${place + 1}`,
      codecs: [{ name: 'PCMU', payloadType: 0, clockRate: 8000 }],
      owners: [{ participantId, from: origin }],
      startedAt: origin,
    })),
    sourceId: 'a call',
  };
  const channels = sides.map(({ participantId }, place) => ({ participantId, purpose: purposes[place] }));
  const withheld = [{ from: after(origin, pause.fromMs), to: after(origin, pause.toMs) }];
  return { recording, stretch: { from: origin, to: endedAt }, channels, segments, withheld, timelines: [] };
}
