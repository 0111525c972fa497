/** Codecs that are not decoded by us: Opus by a library, G.729 and AMR by ffmpeg, where there is one. */
import type { Codec } from '@tacet/domain';
import { Fault } from '@tacet/domain';
import type { DecodeRun } from '@tacet/media';
import { amrFrames, amrStorageHead, g729Frames } from '@tacet/wire/codec';
import { decodeOpus } from './decode-opus.ts';
import { type FfmpegPorts, runFfmpeg } from './run-ffmpeg.ts';

/** The frames of each payload, as a file of them has them. */
interface FrameFile {
  readonly format: string;
  readonly head: Uint8Array;
  readonly samplesPerFrame: number;
  readonly framesOf: (codec: Codec, payload: Uint8Array) => readonly Uint8Array[];
}

function amrFile(isWideband: boolean): FrameFile {
  const framesOf = ({ formatParameters = '' }: Codec, payload: Uint8Array): readonly Uint8Array[] =>
    amrFrames(payload, { isWideband, isOctetAligned: /(?:^|;)\s*octet-align=1/.test(formatParameters) });
  return { format: 'amr', head: amrStorageHead(isWideband), samplesPerFrame: isWideband ? 320 : 160, framesOf };
}

const files: { readonly [name: string]: FrameFile } = {
  G729: { format: 'g729', head: new Uint8Array(), samplesPerFrame: 80, framesOf: (_codec, bytes) => g729Frames(bytes) },
  AMR: amrFile(false),
  'AMR-WB': amrFile(true),
};

async function decodeFrames(
  file: FrameFile,
  frames: readonly (readonly Uint8Array[])[],
  ports: FfmpegPorts,
): Promise<Int16Array> {
  const input = Buffer.concat([file.head, ...frames.flat()]);
  const bytes = await runFfmpeg(ports, ['-f', file.format, '-i', 'pipe:0', '-f', 's16le', '-ac', '1', 'pipe:1'], input);
  return new Int16Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 2));
}

/** @param ffmpeg absent where there is none: then G.729 and AMR cannot be heard. */
export function outsideDecoders(ffmpeg: FfmpegPorts | undefined): DecodeRun {
  return async (codec, payloads) => {
    if (codec.name === 'OPUS') return decodeOpus(payloads);
    const file = files[codec.name];
    if (file === undefined || ffmpeg === undefined) throw new Fault('mediaUnavailable', { what: 'ffmpeg' });
    const frames = payloads.map((payload) => file.framesOf(codec, payload));
    if (frames.every((some) => some.length === 0)) return payloads.map(() => new Int16Array());
    const sound = await decodeFrames(file, frames, ffmpeg);
    let at = 0;
    return frames.map((some) => {
      const end = at + some.length * file.samplesPerFrame;
      const samples = sound.slice(at, end);
      at = end;
      return samples;
    });
  };
}
