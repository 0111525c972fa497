/** Links to media: unguessable, short-lived, each for one recording, and gone with the process. */
import { randomBytes } from 'node:crypto';
import { type Actor, after, type Clock, type ConversationId, type Instant, type RecordingId } from '@tacet/domain';
import { httpLimits } from './http-limits.ts';
import type { MediaFile } from './media-file-name.ts';

/** What a link leads to, and on whose behalf. */
export interface MediaLink {
  readonly conversationId: ConversationId;
  readonly recordingId: RecordingId;
  readonly actor: Actor;
  /** The token that asked for the link: revoking it ends the link as well. */
  readonly bearer: string;
  /** WAV under a name of ours when left out. */
  readonly file?: MediaFile;
}

interface Entry extends MediaLink {
  readonly endsAt: Instant;
}

export class MediaLinks {
  readonly #clock: Pick<Clock, 'now'>;
  /** In the order of making, by which they are forgotten. */
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  get count(): number {
    return this.#entries.size;
  }

  /**
   * Makes a link that is good for a while, an hour at most.
   * @returns the secret part of its address, 43 characters.
   */
  add(link: MediaLink, lifeMs: number = httpLimits.mediaLinkMs): string {
    this.#forget();
    const token = randomBytes(32).toString('base64url');
    this.#entries.set(token, { ...link, endsAt: after(this.#clock.now(), Math.min(lifeMs, httpLimits.mediaLinkMs)) });
    return token;
  }

  find(token: string): MediaLink | undefined {
    const entry = this.#entries.get(token);
    return entry === undefined || entry.endsAt <= this.#clock.now() ? undefined : entry;
  }

  remove(token: string): void {
    this.#entries.delete(token);
  }

  /** Makes room: links that have ended go, and the oldest one where there are too many. */
  #forget(): void {
    const now = this.#clock.now();
    for (const [token, { endsAt }] of this.#entries) {
      if (endsAt > now && this.#entries.size < httpLimits.mediaLinksMax) return;
      this.#entries.delete(token);
    }
  }
}
