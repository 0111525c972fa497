/** What the HTTP edge needs from the rest of the server. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Actor } from '@tacet/domain';
import type { ControlContext, PlaybackPlan } from '../control/index.ts';

/** Tells who holds a bearer token. */
export interface TokenChecker {
  /** @throws Fault tokenInvalid or tokenExpired. */
  check(bearer: string): Promise<Actor>;
  /**
   * Makes the token worthless from now on; one that is so already is no failure.
   * @param from remote address of the request, for the audit log.
   */
  revoke(bearer: string, from: string): Promise<void>;
}

/** The OAuth edge's listener; it shares our port. */
export interface OauthListener {
  /** Whether a request URL (path and query) is its to answer. */
  handlesPath(url: string): boolean;
  /** Answers a request whose body has not been read. */
  handle(request: IncomingMessage, response: ServerResponse): void;
}

/** What is heard where the recording was paused: silence of true length, nothing, or a quiet tone of true length. */
export const gapStyles = ['silence', 'cut', 'tone'] as const;
export type GapStyle = (typeof gapStyles)[number];

/** A recording rendered as one file, of which any part can be read. */
export interface OpenedPlayback {
  readonly lengthBytes: number;
  readonly contentType: string;
  /**
   * Bytes from `from` up to, but not including, `to`; each is verified before it is handed out.
   * @throws Fault recordingDamaged or storageUnavailable, on the way.
   */
  read(from: number, to: number): AsyncIterable<Uint8Array>;
}

/** Renders recordings. */
export interface PlaybackPort {
  /** @throws Fault recordingDamaged, formatUnavailable or storageUnavailable. */
  open(plan: PlaybackPlan, options: { readonly gap: GapStyle; readonly format: 'WAV' }): Promise<OpenedPlayback>;
}

export interface HttpPorts {
  readonly control: ControlContext;
  readonly tokens: TokenChecker;
  readonly playback: PlaybackPort;
  readonly oauth?: OauthListener;
  /** Scheme, host and port that callers use, without a path, for links in answers; taken from each request if absent. */
  readonly publicUrl?: string;
  /** Why the server cannot do its work now, a sentence each; empty when it can. */
  readonly notReadyBecause: () => readonly string[];
}
