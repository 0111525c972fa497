/** A call recorded for a test: packets go through the real gate, seals and segments, and come out as a score. */
import { Capture, type EndedSegment, Spool, storeSegment } from '@tacet/capture';
import {
  after,
  type Codec,
  type ConversationId,
  gate,
  type Instant,
  type Interval,
  instant,
  type ParticipantId,
  type RecordingId,
  type SegmentDescriptor,
  type StreamId,
  type StreamOwner,
} from '@tacet/domain';
import { ManualClock, MemoryBlobs, MemoryKeys, MemorySpoolFolder, seededIds } from '@tacet/testkit';
import { writeRtpPacket } from '@tacet/wire/rtp';
import { type AudioChannel, type AudioScore, audioScreen, RtpSource } from '../src/index.ts';

/** The start of every recording in these tests. */
const origin: Instant = instant(1_780_000_000_000);

export function at(ms: number): Instant {
  return after(origin, ms);
}

export interface SentPacket {
  readonly payload: Uint8Array;
  readonly payloadType?: number;
  readonly ssrc: number;
  readonly sequence: number;
  readonly timestamp: number;
  /** Ms from the start of the recording. */
  readonly arrivesMs: number;
}

/** A compound RTCP packet. */
export interface SentReport {
  readonly bytes: Uint8Array;
  /** Ms from the start of the recording. */
  readonly arrivesMs: number;
}

export interface StreamScript {
  readonly packets: readonly SentPacket[];
  readonly reports?: readonly SentReport[];
  readonly codecs?: readonly Codec[];
  readonly owners?: readonly StreamOwner[];
  /** Kept when left out, unlike elsewhere: marks are no speech. */
  readonly dtmf?: 'keep' | 'mask';
}

export interface Pause {
  readonly fromMs: number;
  readonly toMs: number;
}

export interface CallScript {
  readonly streams: readonly StreamScript[];
  readonly lengthMs: number;
  readonly pauses?: readonly Pause[];
  readonly channels?: readonly AudioChannel[];
}

export interface RecordedCall {
  readonly score: AudioScore;
  readonly blobs: MemoryBlobs;
  readonly keys: MemoryKeys;
  /** The packets that the gates admitted, by stream. */
  readonly admitted: readonly (readonly SentPacket[])[];
}

export const pcmu: Codec = { name: 'PCMU', payloadType: 0, clockRate: 8000 };
export const pcma: Codec = { name: 'PCMA', payloadType: 8, clockRate: 8000 };

const ids = seededIds(20);
export const customer: ParticipantId = ids.next();
export const agent: ParticipantId = ids.next();

export function ownedBy(participantId: ParticipantId, fromMs: number = 0, toMs?: number): StreamOwner {
  return { participantId, from: at(fromMs), ...(toMs === undefined ? {} : { to: at(toMs) }) };
}

/** Steady speech: packet `n` is sent 20 ms after the one before and takes no time. */
export function steady(
  payloadOf: (number: number) => Uint8Array,
  from: { readonly ms: number; readonly count: number; readonly ssrc?: number },
): readonly SentPacket[] {
  return Array.from({ length: from.count }, (_, n) => ({
    payload: payloadOf(n),
    ssrc: from.ssrc ?? 7,
    sequence: (65_000 + n) & 0xffff,
    timestamp: (0xffff_f000 + n * 160) >>> 0,
    arrivesMs: from.ms + n * 20,
  }));
}

interface Step {
  readonly ms: number;
  readonly run: () => void;
}

const tickMs = 250;

/** Records one stream; what it stores ends up in `blobs` and `segments`. */
async function recordStream(
  script: StreamScript,
  call: CallScript,
  into: { readonly home: Capture['home']; readonly segments: SegmentDescriptor[] } & Pick<
    RecordedCall,
    'blobs' | 'keys'
  >,
): Promise<readonly SentPacket[]> {
  const clock = new ManualClock(origin);
  const onFault = (fault: Error): never => {
    throw fault;
  };
  const spool = new Spool({ folder: new MemorySpoolFolder(), clock, preamble: () => [], onFault });
  const ended: EndedSegment[] = [];
  const codecs = script.codecs ?? [pcmu];
  const screen = audioScreen({ codecs, dtmf: script.dtmf ?? 'keep' });
  const ports = {
    spool,
    keys: into.keys,
    ids,
    onSegment: (e: EndedSegment) => void ended.push(e),
    onInterval: () => {},
    ...(screen === undefined ? {} : { screen }),
  };
  const capture = new Capture(into.home, gate.openGate(origin), ports);
  const clockRate = codecs[0]?.clockRate ?? 8_000;
  const rtp = new RtpSource({ payloadTypes: [...codecs.map((c) => c.payloadType), 101], clockRate });
  const admitted: SentPacket[] = [];
  const receive = (packet: SentPacket): void => {
    const bytes = writeRtpPacket({ payloadType: codecs[0]?.payloadType ?? 0, ...packet });
    const unit = rtp.accept(bytes, { address: '192.0.2.1', port: 4000 }, at(packet.arrivesMs));
    if (typeof unit === 'string') return;
    capture.receive(unit);
    // What was withheld has been overwritten.
    if (bytes[0] !== 0) admitted.push(packet);
  };
  const resume = (now: Instant): void => {
    capture.gatekeeper.open({ notBefore: now, needsAnchor: false });
    capture.gatekeeper.fenceSent(now);
    capture.fencePassed(now);
  };
  const steps: Step[] = script.packets.map((packet) => ({ ms: packet.arrivesMs, run: () => receive(packet) }));
  for (const { bytes, arrivesMs } of script.reports ?? []) {
    const run = (): void => {
      // Overwritten where it is withheld, and sent again to another recording.
      const unit = rtp.acceptRtcp(bytes.slice(), { address: '192.0.2.1', port: 4001 }, at(arrivesMs));
      if (typeof unit !== 'string') capture.receive(unit);
    };
    steps.push({ ms: arrivesMs, run });
  }
  for (const { fromMs, toMs } of call.pauses ?? []) {
    steps.push({ ms: fromMs, run: () => void capture.close(at(fromMs)) }, { ms: toMs, run: () => resume(at(toMs)) });
  }
  for (let ms = tickMs; ms < call.lengthMs; ms += tickMs) steps.push({ ms, run: () => capture.tick(at(ms)) });
  steps.sort((a, b) => a.ms - b.ms);
  for (const step of steps) step.run();
  capture.end(at(call.lengthMs));
  for (const segment of ended) {
    await storeSegment(segment, spool, into.blobs, async (stored) => void into.segments.push(stored));
  }
  return admitted;
}

/** Records the whole call. The customer is heard left and the agent right, unless the script says otherwise. */
export async function recordCall(call: CallScript): Promise<RecordedCall> {
  const [blobs, keys, segments] = [new MemoryBlobs(), new MemoryKeys(1), [] as SegmentDescriptor[]];
  const recordingId = ids.next<RecordingId>();
  const conversationId = ids.next<ConversationId>();
  const defaults = call.streams.length === 1 ? [customer] : [customer, agent];
  const admitted: (readonly SentPacket[])[] = [];
  const streams: AudioScore['recording']['streams'][number][] = [];
  for (const [place, script] of call.streams.entries()) {
    const streamId = ids.next<StreamId>();
    const home = { streamId, recordingId, conversationId };
    admitted.push(await recordStream(script, call, { home, segments, blobs, keys }));
    const owners = script.owners ?? [ownedBy(defaults[place] ?? customer)];
    streams.push({ id: streamId, label: `${place}`, codecs: script.codecs ?? [pcmu], owners, startedAt: origin });
  }
  const withheld = (call.pauses ?? []).map(({ fromMs, toMs }): Interval => ({ from: at(fromMs), to: at(toMs) }));
  const channels = call.channels ?? defaults.map((participantId) => ({ participantId }));
  const stretch = { from: origin, to: at(call.lengthMs) };
  return {
    score: { recording: { id: recordingId, streams }, stretch, channels, segments, withheld },
    blobs,
    keys,
    admitted,
  };
}
