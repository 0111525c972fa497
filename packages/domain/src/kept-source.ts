/** What an edge keeps with a recording, so that it can go on speaking to the source after the process was replaced. */
import type { RecordingId } from './ids.ts';

export interface KeptSource {
  readonly id: RecordingId;
  /** Under which the rest is sealed, wrapped by the key service, base64. */
  readonly wrappedKey: string;
  /** Captures and the edge's own state, base64; names, addresses and keys of media are in it. */
  readonly sealed: string;
}
