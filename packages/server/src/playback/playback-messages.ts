/** The protocol between the main thread and the playback worker: a reader pulls, the worker renders one piece. */
import type { FaultCode, FaultFacts } from '@tacet/domain';
import type { AudioStyle } from '@tacet/media';
import type { PlaybackPlan } from '../control/index.ts';
import type { TranscodeTarget } from './transcoder.ts';

/** Where the worker finds blobs and keys, and the program that encodes. */
export interface PlaybackSettings {
  readonly dataDir: string;
  /** Absent where there is none. */
  readonly ffmpeg?: string;
}

/** One range of a rendered recording, or the whole of it in a format that has to be encoded. */
export interface RenderOrder {
  readonly plan: PlaybackPlan;
  readonly style: AudioStyle;
  /** Bytes from `from` up to, but not including, `to`; for a target, those that it is made from. */
  readonly from: number;
  readonly to: number;
  readonly target?: TranscodeTarget;
  /** It has pictures: it becomes a file of what was stored, whatever sound is encoded as. */
  readonly isPictures?: true;
}

/** Main thread → worker. Ids name reads and are never used twice. */
export type ToPlaybackWorker =
  | { readonly kind: 'begin'; readonly id: number; readonly order: RenderOrder }
  /** One more piece; a reader asks again only after it was answered. */
  | { readonly kind: 'pull'; readonly id: number }
  /** The reader is gone; nothing more is answered. */
  | { readonly kind: 'cancel'; readonly id: number }
  /** The server stops: every read is cancelled, and the worker ends. */
  | { readonly kind: 'stop' };

/** Worker → main thread: one answer to each pull; after `end` or `fault` the read is over. */
export type PullAnswer =
  | { readonly kind: 'chunk'; readonly id: number; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: 'end'; readonly id: number }
  | { readonly kind: 'fault'; readonly id: number; readonly code: FaultCode; readonly facts: FaultFacts };

export type FromPlaybackWorker =
  | PullAnswer
  /** Something that should not happen, in words without content. */
  | { readonly kind: 'trouble'; readonly message: string };
