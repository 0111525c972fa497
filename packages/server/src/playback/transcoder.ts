/** The port to whatever encodes sound. */
import type { Sound, TranscodedFormat } from './transcode-formats.ts';

export interface TranscodeTarget {
  readonly format: TranscodedFormat;
  readonly sound: Sound;
}

export interface Transcoder {
  /**
   * Encodes a WAV file. The result is whole or there is none: whatever is wrong with the sound on its way ends it with
   * that fault. It reads no faster than its pieces are taken, and leaves nothing behind when it is left early.
   * @param signal ends it at once.
   * @throws Fault as reading `wav` has it; mediaUnavailable.
   */
  transcode(
    wav: AsyncIterable<Uint8Array>,
    target: TranscodeTarget,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>, void, void>;
}
