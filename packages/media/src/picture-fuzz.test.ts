/** Packets of pictures and sound in any order, with losses and damage: what is rendered of them has its bounds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Capture, type EndedSegment, Spool, storeSegment } from '@tacet/capture';
import {
  after,
  type Codec,
  type ConversationId,
  gate,
  type Instant,
  instant,
  type RecordedStream,
  type RecordingId,
  type SegmentDescriptor,
  type StreamId,
} from '@tacet/domain';
import { ManualClock, MemoryBlobs, MemoryKeys, MemorySpoolFolder, seededIds } from '@tacet/testkit';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import { createRtpHeader, readRtpHeader, writeRtpPacket } from '@tacet/wire/rtp';
import { type PictureScore, type RenderedTrack, renderPictures } from './render-pictures.ts';

const origin: Instant = instant(1_780_000_000_000);
const card = { frame: Uint8Array.from([0x10, 0, 0, 0x9d, 0x01, 0x2a, 16, 0, 16, 0, 1]), everyMs: 1_000 };
const lengthMs = 4_000;

/** Payloads of a key frame, a frame after it, and sound; and of codecs that nobody asked for. */
const payloads: readonly Uint8Array[] = [
  Uint8Array.from([0x90, 0x80, 0x12, 0x10, 0, 0, 0x9d, 0x01, 0x2a, 0x80, 0x02, 0x68, 0x01, 9, 9]),
  Uint8Array.from([0x90, 0x80, 0x13, 0x31, 0, 0, 1, 2, 3, 4]),
  Uint8Array.from([0x80, 0x80, 0x13, 7, 7, 7]),
  Uint8Array.from([0x8a, 0x81, 0x10, 0x49, 0x83, 0x42, 0, 1]),
  Uint8Array.from([0x7c, 0x85, 0xb8, 0, 4, 0, 1]),
  Uint8Array.from([0xfc, 0xff, 0xfe, 1, 2, 3]),
];

function corpusOf(payloadType: number): readonly Uint8Array[] {
  return payloads.map((payload, place) =>
    writeRtpPacket({
      ...{ payloadType, sequence: 100 + place, timestamp: 3_000 * place, ssrc: 7, payload },
      marker: place % 2 === 0,
    }),
  );
}

const streams = [
  { codec: { name: 'VP8', payloadType: 96, clockRate: 90_000 }, ticks: 3_000 },
  { codec: { name: 'OPUS', payloadType: 111, clockRate: 48_000, channels: 2 }, ticks: 960 },
] as const;

interface Stored {
  readonly stream: RecordedStream;
  readonly segments: readonly SegmentDescriptor[];
}

class Store {
  readonly #ids = seededIds(5);
  readonly #home = {
    recordingId: this.#ids.next<RecordingId>(),
    conversationId: this.#ids.next<ConversationId>(),
  };
  readonly keys = new MemoryKeys(5);
  readonly blobs = new MemoryBlobs();

  async stream(codec: Codec, packets: readonly Uint8Array[]): Promise<Stored> {
    const clock = new ManualClock(origin);
    const spool = new Spool({ folder: new MemorySpoolFolder(), clock, preamble: () => [], onFault: () => undefined });
    const home = { ...this.#home, streamId: this.#ids.next<StreamId>() };
    const ended: EndedSegment[] = [];
    const onSegment = (segment: EndedSegment): number => ended.push(segment);
    const ports = { spool, keys: this.keys, ids: this.#ids, onSegment, onInterval: () => undefined };
    const capture = new Capture(home, gate.openGate(origin), ports);
    for (const [place, bytes] of packets.entries()) {
      const arrivedAt = after(origin, (place * lengthMs) / packets.length);
      capture.receive({ bytes, arrivedAt, isAnchor: true });
      capture.tick(arrivedAt);
    }
    capture.end(after(origin, lengthMs));
    const segments: SegmentDescriptor[] = [];
    for (const segment of ended)
      await storeSegment(segment, spool, this.blobs, async (stored) => void segments.push(stored));
    return { stream: { id: home.streamId, label: '1', codecs: [codec], owners: [], startedAt: origin }, segments };
  }

  score(stored: readonly Stored[]): PictureScore {
    return {
      recording: { id: this.#home.recordingId, streams: stored.map(({ stream }) => stream) },
      stretch: { from: origin, to: after(origin, lengthMs) },
      segments: stored.flatMap(({ segments }) => segments),
      withheld: [{ from: after(origin, 1_000), to: after(origin, 2_500) }],
      timelines: [],
    };
  }
}

/** @returns how many frames of its own it has. */
function judge(track: RenderedTrack, packets: readonly Uint8Array[]): number {
  const bytes = packets.reduce((sum, packet) => sum + packet.length, 0);
  const own = track.frames.filter(({ data }) => data !== card.frame && data.length > 3);
  assert.ok(own.reduce((sum, { data }) => sum + data.length, 0) <= bytes, 'a byte is shown once');
  // A frame may stand where its clock puts it, but not ages from when it came: a file would be as long as that.
  assert.ok(track.frames.length <= packets.length + 2 + (lengthMs * 4) / 20, `${track.frames.length} frames`);
  let last = -1;
  for (const { atMs } of track.frames) {
    assert.ok(Number.isSafeInteger(atMs) && atMs > last, 'frames stand in order, each in a place of its own');
    assert.ok(atMs <= lengthMs * 4, `a frame stands at ${atMs}`);
    last = atMs;
  }
  assert.ok(track.width >= 0 && track.width < 16_384 && track.height >= 0 && track.height < 16_384);
  return own.length;
}

/** Most packets of a stream go on as those of a browser do; the others are as the fuzzer left them. */
function asSent(bytes: Uint8Array, place: number, ticks: number): Uint8Array {
  const header = createRtpHeader();
  if (place % 7 === 3 || readRtpHeader(bytes, header) !== 'ok') return bytes;
  const payload = bytes.slice(header.payloadOffset, header.payloadOffset + header.payloadBytes);
  const sequence = (65_500 + place + (place % 5 === 0 ? 2 : 0)) & 0xffff;
  const timestamp = (4_294_960_000 + place * ticks) >>> 0;
  const { payloadType } = header;
  return writeRtpPacket({ payloadType, sequence, timestamp, ssrc: 7, payload, marker: place % 3 === 0 });
}

test('whatever packets are kept of screens and cameras, what is shown of them is bounded and in order', async () => {
  const perRecording = 60;
  for (const [place, { codec, ticks }] of streams.entries()) {
    let packets: Uint8Array[] = [];
    let shown = 0;
    for (const input of fuzzInputs(81 + place, corpusOf(codec.payloadType), 3_000, `pictures as ${codec.name}`)) {
      packets.push(asSent(input, packets.length, ticks));
      if (packets.length < perRecording) continue;
      const store = new Store();
      const kept = packets.map((packet) => packet.slice());
      const score = store.score([await store.stream(codec, packets)]);
      const tracks = await renderPictures(score, card, store);
      assert.equal(tracks.length, 1);
      for (const track of tracks) shown += judge(track, kept);
      packets = [];
    }
    assert.ok(shown > 20, `only ${shown} frames of ${codec.name} were shown`);
  }
});
