/** The recording of one tab: it outlasts a socket and a page, so that both can be lost and come back. */
import {
  type Asked,
  type CancelTimer,
  type ConversationId,
  type Instant,
  needs,
  type RecordingId,
  type StreamId,
  startsClosed,
} from '@tacet/domain';
import type { PageHello } from '@tacet/wire/cobrowse';
import { endRecordingSession, type SessionStarted } from '../control/index.ts';
import { type CobrowseGround, noteFailure } from './ground.ts';
import { cobrowseEdgeLimits } from './limits.ts';

/** The socket over which its page comes now. */
export interface Feeder {
  /** The recording is over, another socket of the same page has taken its place, or nothing can be kept of it any more. */
  dismiss(why: 'over' | 'replaced' | 'unavailable'): void;
  /** The pauses of the conversation may be others now. */
  conversationChanged(): void;
}

export interface PageRecordingGiven {
  readonly started: SessionStarted;
  readonly tab: string;
  readonly asked: Asked;
  /** Nobody can come back to it any more. */
  readonly onGone: (recording: PageRecording) => void;
}

export class PageRecording {
  readonly conversationId: ConversationId;
  readonly recordingId: RecordingId;
  readonly tab: string;
  readonly #ground: CobrowseGround;
  readonly #asked: Asked;
  readonly #streamId: StreamId;
  readonly #onGone: (recording: PageRecording) => void;
  #feeder: Feeder | undefined;
  #page = '';
  #next = 0;
  #lastAt: Instant;
  /** The socket broke off: what its page showed since then may be missing. */
  #wasCut = false;
  #cancelWait: CancelTimer = () => undefined;
  #ending: Promise<void> | undefined;

  constructor(ground: CobrowseGround, { started, tab, asked, onGone }: PageRecordingGiven) {
    const [stream] = started.streams;
    needs(stream !== undefined, 'a page is one stream');
    this.#ground = ground;
    this.#asked = asked;
    this.#onGone = onGone;
    this.#streamId = stream.streamId;
    this.tab = tab;
    this.conversationId = started.conversationId;
    this.recordingId = started.recordingId;
    this.#lastAt = ground.control.clock.now();
  }

  get isOver(): boolean {
    return this.#ending !== undefined;
  }

  /** Whether the conversation is paused, as far as this thread knows: the gate decides by what is known where it stands. */
  get isShut(): boolean {
    const live = this.#ground.control.live.get(this.conversationId);
    return live === undefined || startsClosed(live.conversation.control);
  }

  /** Whether a page may go on with it: the same one again, or the next one of a tab whose page has gone. */
  isFor(conversationId: ConversationId, { tab, page }: PageHello): boolean {
    const isFree = this.#feeder === undefined || this.#page === page;
    return isFree && !this.isOver && this.conversationId === conversationId && this.tab === tab;
  }

  /** A socket feeds it from now on; what fed it before is told to go. */
  attach(feeder: Feeder, { page, next }: PageHello): void {
    this.#cancelWait();
    const before = this.#feeder;
    this.#feeder = feeder;
    // Rule: what a page showed while it was cut off is told as lost, as many events as it numbered
    const missing = this.#page === page ? next - this.#next : Number(this.#wasCut);
    if (missing > 0) this.#lost(missing);
    this.#wasCut = false;
    this.#page = page;
    this.#next = next;
    before?.dismiss('replaced');
  }

  /** The socket has gone; its page, or the next page of its tab, may come. @param isClean the page said goodbye. */
  detach(feeder: Feeder, isClean: boolean): void {
    if (this.#feeder !== feeder) return;
    this.#feeder = undefined;
    this.#wasCut = !isClean;
    if (this.isOver) return;
    this.#waitForPage(cobrowseEdgeLimits.reconnectMs);
  }

  /** It goes on with one that was live before a restart: its page has been cut off, and is waited for. */
  await(): void {
    this.#wasCut = true;
    this.#waitForPage(cobrowseEdgeLimits.restartMs);
  }

  /** The next process goes on with it. */
  leave(): void {
    this.#ending ??= Promise.resolve();
    this.#gone();
  }

  #waitForPage(ms: number): void {
    this.#cancelWait();
    this.#cancelWait = this.#ground.control.clock.later(ms, () => void this.end());
  }

  /** Whether an event with this number is the one that comes next. */
  takeNumber(number: number): boolean {
    if (number !== this.#next) return false;
    this.#next += 1;
    return true;
  }

  /** @returns whether it was taken; what was not is noted as lost. */
  feed(unit: Uint8Array, arrivedAt: Instant, isAnchor: boolean): boolean {
    this.#lastAt = arrivedAt;
    return this.#ground.control.media.feed(this.#streamId, unit, arrivedAt, isAnchor);
  }

  conversationChanged(): void {
    if (this.isOver) return;
    // Rule: a page whose capture has failed is sent away, and comes back to a recording of its own
    if (this.#ground.control.live.get(this.conversationId)?.captures.has(this.#streamId) === false) {
      const feeder = this.#feeder;
      void this.end();
      feeder?.dismiss('unavailable');
    } else this.#feeder?.conversationChanged();
  }

  /** It was ended by request. */
  over(): void {
    this.#ending ??= Promise.resolve();
    this.#gone();
    this.#feeder?.dismiss('over');
  }

  /** Ends the recording in order; doing it twice is the same as once. Never rejects. */
  end(): Promise<void> {
    if (this.#wasCut && this.#ending === undefined) this.#lost(1);
    this.#ending ??= endRecordingSession(this.#ground.control, this.recordingId, this.#asked)
      .then(
        () => undefined,
        (error) => noteFailure(this.#ground, error),
      )
      .finally(() => this.#gone());
    return this.#ending;
  }

  #gone(): void {
    this.#cancelWait();
    this.#onGone(this);
  }

  /** Between the last event and now so many could not reach us. */
  #lost(unitCount: number): void {
    const { clock, media } = this.#ground.control;
    const [from, to] = [this.#lastAt, clock.now()];
    media.feedGap(this.#streamId, { from, to, unitCount, reason: 'network' });
    this.#lastAt = to;
  }
}
