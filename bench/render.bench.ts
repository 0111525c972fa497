/** How fast a call becomes sound: seconds of two-channel audio per second of CPU, beside a bare decode loop. */
import { Capture, type EndedSegment, Spool, storeSegment } from '@tacet/capture';
import {
  after,
  type ConversationId,
  gate,
  instant,
  type ParticipantId,
  type RecordingId,
  type SegmentDescriptor,
  type StreamId,
} from '@tacet/domain';
import { type AudioPorts, AudioRendering, type AudioScore, ClockMemory } from '@tacet/media';
import { ManualClock, MemoryBlobs, MemoryKeys, MemorySpoolFolder, seededIds, seededRandom } from '@tacet/testkit';
import { decodeG711 } from '@tacet/wire/codec';
import { writeRtpPacket } from '@tacet/wire/rtp';

const minutes = Number(process.argv[2] ?? 10);
const lengthMs = minutes * 60_000;
const origin = instant(1_780_000_000_000);
const ids = seededIds(1);
const random = seededRandom(1, 'render bench');

/** Records one direction of the call as the server does, into memory. */
async function recordStream(home: Capture['home'], blobs: MemoryBlobs, keys: MemoryKeys): Promise<SegmentDescriptor[]> {
  const onFault = (): void => undefined;
  const spool = new Spool({
    folder: new MemorySpoolFolder(),
    clock: new ManualClock(origin),
    preamble: () => [],
    onFault,
  });
  const ended: EndedSegment[] = [];
  const segments: SegmentDescriptor[] = [];
  const onSegment = (segment: EndedSegment): number => ended.push(segment);
  const capture = new Capture(home, gate.openGate(origin), { spool, keys, ids, onSegment, onInterval: onFault });
  for (let n = 0; n * 20 < lengthMs; n += 1) {
    const bytes = writeRtpPacket({
      payloadType: 0,
      sequence: n,
      timestamp: n * 160,
      ssrc: 1,
      payload: random.bytes(160),
    });
    const arrivedAt = after(origin, n * 20 + random.below(15));
    capture.receive({ bytes, arrivedAt, isAnchor: true });
    if (n % 12 !== 0) continue;
    capture.tick(arrivedAt);
    for (const segment of ended.splice(0))
      await storeSegment(segment, spool, blobs, async (s) => void segments.push(s));
  }
  capture.end(after(origin, lengthMs + 20));
  for (const segment of ended) await storeSegment(segment, spool, blobs, async (s) => void segments.push(s));
  return segments;
}

/** A call of two, each in a stream of their own. */
async function recordCall(): Promise<{ readonly score: AudioScore; readonly ports: AudioPorts }> {
  const [blobs, keys] = [new MemoryBlobs(), new MemoryKeys(1)];
  const [recordingId, conversationId] = [ids.next<RecordingId>(), ids.next<ConversationId>()];
  const sides = await Promise.all(
    [ids.next<ParticipantId>(), ids.next<ParticipantId>()].map(async (participantId) => {
      const home = { streamId: ids.next<StreamId>(), recordingId, conversationId };
      const codecs = [{ name: 'PCMU', payloadType: 0, clockRate: 8000 }];
      const owners = [{ participantId, from: origin }];
      const stream = { id: home.streamId, label: '', codecs, owners, startedAt: origin };
      return { participantId, stream, segments: await recordStream(home, blobs, keys) };
    }),
  );
  const score = {
    recording: { id: recordingId, streams: sides.map(({ stream }) => stream) },
    stretch: { from: origin, to: after(origin, lengthMs) },
    channels: sides.map(({ participantId }) => ({ participantId })),
    segments: sides.flatMap(({ segments }) => segments),
    withheld: [{ from: after(origin, 60_000), to: after(origin, 90_000) }],
  };
  return { score, ports: { blobs, keys, clocks: new ClockMemory() } };
}

function cpuSeconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1e6;
}

/** What decoding alone costs: the same number of packets into the same interleaved samples, from one warm buffer. */
function bareDecode(): number {
  const payload = random.bytes(160);
  const frames = new Int16Array(8_000 * 2);
  const from = process.cpuUsage();
  for (let second = 0; second * 1_000 < lengthMs; second += 1) {
    for (let channel = 0; channel < 2; channel += 1) {
      for (let n = 0; n < 50; n += 1) decodeG711('pcmu', payload, frames, { offset: n * 320 + channel, stride: 2 });
    }
  }
  return cpuSeconds(from);
}

async function rendered(audio: AudioRendering, fromByte: number = 0): Promise<number> {
  const from = process.cpuUsage();
  let bytes = 0;
  for await (const piece of audio.read(fromByte)) bytes += piece.length;
  if (bytes !== audio.lengthBytes - fromByte) throw new Error('the rendering is not as long as it said');
  return cpuSeconds(from);
}

function print(what: string, cpu: number, seconds: number = lengthMs / 1_000): void {
  const rate = Math.round(seconds / cpu).toLocaleString('en');
  console.log(`${what.padEnd(52)} ${rate.padStart(9)} s of audio per s of CPU`);
}

const { score, ports } = await recordCall();
for (const round of ['cold', 'warm']) {
  const bare = bareDecode();
  const cost = await rendered(new AudioRendering(score, { gap: 'silence' }, ports));
  print(`bare decode loop, two channels (${round})`, bare);
  print(`rendering: read, unseal, place, decode, mix (${round})`, cost);
  console.log(`${'rendering costs'.padEnd(52)} ${(cost / bare).toFixed(1).padStart(9)} times the bare loop`);
}
const tone = await rendered(new AudioRendering(score, { gap: 'tone' }, ports));
print('rendering with a tone in the gap', tone);
const audio = new AudioRendering(score, { gap: 'silence' }, ports);
const unknown = new AudioRendering(score, { gap: 'silence' }, { ...ports, clocks: new ClockMemory() });
const lastSecond = audio.lengthBytes - 32_000;
console.log(
  `last second, nothing known of the recording  ${((await rendered(unknown, lastSecond)) * 1e3).toFixed(1)} ms of CPU`,
);
console.log(
  `last second, rendered before                 ${((await rendered(audio, lastSecond)) * 1e3).toFixed(1)} ms of CPU`,
);
