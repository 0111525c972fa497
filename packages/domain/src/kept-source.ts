/** What an edge keeps with a recording, so that it can go on speaking to the source after the process was replaced. */
import type { RecordingId } from './ids.ts';
import type { Instant } from './instant.ts';
import type { Asked } from './withheld-span.ts';

export interface SealedSource {
  readonly id: RecordingId;
  /** Under which the rest is sealed, wrapped by the key service, base64. */
  readonly wrappedKey: string;
  /** Captures and the edge's own state, base64; names, addresses and keys of media are in it. */
  readonly sealed: string;
}

/** The source has gone for good: nobody takes the recording up any more, however far its end has come. */
export interface SourceGone {
  readonly id: RecordingId;
  readonly goneAt: Instant;
  readonly by: Asked;
}

export type KeptSource = SealedSource | SourceGone;
