/** Tracks of frames as a WebM file, put together by a library; nothing is decoded or encoded. */
import type { RenderedTrack } from '@tacet/media';
import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  Output,
  WebMOutputFormat,
} from 'mediabunny';

type Add = (at: number) => Promise<void>;

interface Source {
  readonly track: RenderedTrack;
  readonly add: Add;
  next: number;
}

const pieceBytes = 1_048_576;

/** The time until the next frame, in seconds; the last one stands for a moment. */
function secondsOf({ frames }: RenderedTrack, at: number): number {
  const [frame, next] = [frames[at], frames[at + 1]];
  return frame === undefined || next === undefined ? 0.02 : Math.max(0, next.atMs - frame.atMs) / 1_000;
}

function packetOf(track: RenderedTrack, at: number): EncodedPacket | undefined {
  const frame = track.frames[at];
  if (frame === undefined) return undefined;
  const { data, isKeyFrame, atMs } = frame;
  return new EncodedPacket(data, isKeyFrame ? 'key' : 'delta', atMs / 1_000, secondsOf(track, at));
}

function addTo(output: Output, track: RenderedTrack): Add {
  if (track.kind === 'video') {
    const source = new EncodedVideoPacketSource('vp8');
    output.addVideoTrack(source);
    const decoderConfig = { codec: 'vp8', codedWidth: track.width, codedHeight: track.height };
    return async (at) => {
      const packet = packetOf(track, at);
      if (packet !== undefined) await source.add(packet, { decoderConfig });
    };
  }
  const source = new EncodedAudioPacketSource('opus');
  output.addAudioTrack(source);
  const decoderConfig = { codec: 'opus', numberOfChannels: 2, sampleRate: 48_000 };
  return async (at) => {
    const packet = packetOf(track, at);
    if (packet !== undefined) await source.add(packet, { decoderConfig });
  };
}

/** The source whose next frame stands first. */
function earliestOf(sources: readonly Source[]): Source | undefined {
  let found: Source | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const source of sources) {
    const at = source.track.frames[source.next]?.atMs;
    if (at !== undefined && at < least) [found, least] = [source, at];
  }
  return found;
}

/** The whole file, in pieces; tracks without frames are left out. */
export async function* webmFile(tracks: readonly RenderedTrack[]): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void> {
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const sources: Source[] = tracks
    .filter(({ frames }) => frames.length > 0)
    .map((track) => ({ track, add: addTo(output, track), next: 0 }));
  if (sources.length === 0) return;
  await output.start();
  for (let source = earliestOf(sources); source !== undefined; source = earliestOf(sources)) {
    await source.add(source.next);
    source.next += 1;
  }
  await output.finalize();
  const bytes = new Uint8Array(target.buffer ?? new ArrayBuffer(0));
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.slice(at, at + pieceBytes);
}
