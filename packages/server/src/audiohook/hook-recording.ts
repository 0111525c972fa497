/** A recording that an AudioHook client feeds: it outlasts a socket, so that the client can come back to it. */
import {
  type Asked,
  after,
  type CancelTimer,
  type ConversationId,
  type Instant,
  latest,
  type RecordingId,
  type StreamId,
} from '@tacet/domain';
import { audioHookLimits, type ChannelRun, type OfferedMedia, packetsOfChannel } from '@tacet/wire/audiohook';
import {
  endRecordingSession,
  type SessionDescription,
  type SessionStarted,
  updateRecordingSession,
} from '../control/index.ts';
import { type HookGround, noteHookFailure } from './hook-ground.ts';
import { audioHookEdgeLimits } from './limits.ts';

/** The socket that feeds it now. */
export interface Feeder {
  /** The recording was ended by request, or another socket has taken its place. */
  dismiss(why: 'over' | 'replaced'): void;
  /** The pauses of the conversation may be others now. */
  conversationChanged(): void;
}

interface Channel {
  readonly streamId: StreamId;
  run: ChannelRun;
}

export interface HookRecordingGiven {
  readonly started: SessionStarted;
  readonly described: SessionDescription;
  readonly media: OfferedMedia;
  readonly asked: Asked;
  /** Name of the client's key, and the conversation as the client calls it: who continues must have both. */
  readonly keyName: string;
  readonly hookConversationId: string;
}

export class HookRecording {
  readonly conversationId: ConversationId;
  readonly recordingId: RecordingId;
  /** Every session that fed it. */
  readonly sessionIds = new Set<string>();
  readonly #edge: HookGround;
  readonly #onGone: (recording: HookRecording) => void;
  readonly #given: HookRecordingGiven;
  readonly #channels: readonly Channel[];
  #feeder: Feeder | undefined;
  #cancelWait: CancelTimer = () => undefined;
  #lastAt: Instant;
  #ending: Promise<void> | undefined;
  /** Changes reach control one after the other. */
  #work: Promise<void> = Promise.resolve();
  #isSourcePaused = false;

  /** @param onGone nobody can come back to it any more. */
  constructor(edge: HookGround, given: HookRecordingGiven, onGone: (recording: HookRecording) => void) {
    this.#onGone = onGone;
    this.#edge = edge;
    this.#given = given;
    this.conversationId = given.started.conversationId;
    this.recordingId = given.started.recordingId;
    this.#lastAt = edge.control.clock.now();
    const streams = new Map(given.started.streams.map(({ label, streamId }) => [label, streamId]));
    this.#channels = given.media.channels.flatMap((label) => {
      const streamId = streams.get(label);
      return streamId === undefined ? [] : [{ streamId, run: this.#freshRun() }];
    });
  }

  get isOver(): boolean {
    return this.#ending !== undefined;
  }

  /** Whether a session with this key, conversation and media may go on with it. */
  isFor({
    keyName,
    hookConversationId,
    media,
  }: Pick<HookRecordingGiven, 'keyName' | 'hookConversationId' | 'media'>): boolean {
    const own = this.#given;
    const isSame = own.media.format === media.format && own.media.channels.join() === media.channels.join();
    return isSame && own.keyName === keyName && own.hookConversationId === hookConversationId && !this.isOver;
  }

  /** A socket feeds it from now on; what fed it before is told to go. */
  attach(feeder: Feeder, sessionId: string): void {
    this.#cancelWait();
    const before = this.#feeder;
    const wasCut = before === undefined && this.sessionIds.size > 0;
    this.#feeder = feeder;
    this.sessionIds.add(sessionId);
    // The client counts its media anew: a run of its own keeps the two apart.
    for (const channel of this.#channels) channel.run = this.#freshRun();
    if (wasCut) this.#noteCut();
    before?.dismiss('replaced');
  }

  /** The socket has gone without a word: the client may come back. */
  detach(feeder: Feeder): void {
    if (this.#feeder !== feeder) return;
    this.#feeder = undefined;
    if (this.isOver) return;
    this.#cancelWait = this.#edge.control.clock.later(audioHookEdgeLimits.reconnectMs, () => {
      this.#noteCut();
      void this.end();
    });
  }

  /** A frame of the client's, whose first sample stands at `position`; nothing of it is left behind. */
  take(frame: Uint8Array, position: number, arrivedAt: Instant): void {
    const { media } = this.#edge.control;
    for (const [place, { streamId, run }] of this.#channels.entries()) {
      const where = { media: this.#given.media, run, position };
      packetsOfChannel(frame, place, where, (packet) => media.feed(streamId, packet, arrivedAt));
    }
    frame.fill(0);
    this.#lastAt = arrivedAt;
  }

  /** The client had to let go of so much, while it was to send. */
  discarded(discardedMs: number, now: Instant): void {
    if (discardedMs <= 0) return;
    this.#lost(latest(after(now, -discardedMs), this.#lastAt), now, discardedMs);
    this.#lastAt = now;
  }

  /**
   * The client has paused or goes on by itself: a cause of its own in the conversation. Resolves when every gate has
   * confirmed, or that has failed and is noted.
   */
  sourcePaused(isPaused: boolean): Promise<void> {
    if (this.#isSourcePaused === isPaused) return Promise.resolve();
    this.#isSourcePaused = isPaused;
    const described = { ...this.#given.described, source: { isPaused } };
    const command = { recordingId: this.recordingId, described, asked: this.#given.asked };
    return this.#inTurn(async () => {
      if (!this.isOver) await updateRecordingSession(this.#edge.control, command);
    });
  }

  conversationChanged(): void {
    this.#feeder?.conversationChanged();
  }

  /** It was ended by request. */
  over(): void {
    this.#ending ??= Promise.resolve();
    this.#gone();
    this.#feeder?.dismiss('over');
  }

  /** Ends the recording in order; doing it twice is the same as once. Never rejects. */
  end(): Promise<void> {
    this.#ending ??= this.#inTurn(() =>
      endRecordingSession(this.#edge.control, this.recordingId, this.#given.asked),
    ).finally(() => this.#gone());
    return this.#ending;
  }

  #gone(): void {
    this.#cancelWait();
    this.#onGone(this);
  }

  /** What goes wrong is noted here; nobody who waits could do more about it. */
  #inTurn(step: () => Promise<unknown>): Promise<void> {
    this.#work = this.#work.then(step).then(
      () => undefined,
      (error) => noteHookFailure(this.#edge, error),
    );
    return this.#work;
  }

  /** Between the last unit and now nothing could reach us. */
  #noteCut(): void {
    const now = this.#edge.control.clock.now();
    this.#lost(this.#lastAt, now, now - this.#lastAt);
    this.#lastAt = now;
  }

  #lost(from: Instant, to: Instant, ms: number): void {
    const { media } = this.#edge.control;
    const packetMs = (audioHookLimits.packetSamples / this.#given.media.rate) * 1000;
    const unitCount = Math.max(1, Math.round(ms / packetMs));
    for (const { streamId } of this.#channels) media.feedGap(streamId, { from, to, unitCount, reason: 'network' });
  }

  #freshRun(): ChannelRun {
    const ssrc = Number.parseInt(this.#edge.control.ids.next().slice(0, 8), 16);
    return { ssrc, sequence: 0 };
  }
}
