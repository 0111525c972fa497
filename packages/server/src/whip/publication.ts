/** One publisher and its recording: packets go to the gates, and key frames are asked for when they may have opened. */
import {
  type Asked,
  type CancelTimer,
  type ConversationId,
  Fault,
  type Instant,
  type RecordingId,
  type StreamId,
} from '@tacet/domain';
import { startsVp8KeyFrame } from '@tacet/wire/video';
import {
  type ControlContext,
  endRecordingSession,
  type SessionStarted,
  startRecordingSession,
} from '../control/index.ts';
import type { Log } from '../log.ts';
import type { Publisher } from '../publishing-tokens.ts';
import { describePublication } from './describe-publication.ts';
import { whipLimits } from './limits.ts';
import { Peer, type PeerSettings } from './peer.ts';

export interface WhipGround {
  readonly control: ControlContext;
  readonly log: Log;
  readonly peers: PeerSettings;
}

/** RTP without extensions and contributing sources, as the peer writes it. */
const headBytes = 12;

export class Publication {
  readonly id: string;
  readonly publisher: Publisher;
  readonly asked: Asked;
  readonly #ground: WhipGround;
  readonly #onGone: (publication: Publication) => void;
  readonly #peer: Peer;
  readonly #streams = new Map<string, StreamId>();
  /** Labels of pictures that a key frame is waited for. */
  readonly #awaited = new Set<string>();
  readonly #lastSequences = new Map<string, number>();
  #asksLeft = 0;
  #cancelAsk: CancelTimer = () => undefined;
  #cancelConnect: CancelTimer = () => undefined;
  #started: SessionStarted | undefined;
  #ending: Promise<void> | undefined;

  constructor(ground: WhipGround, publisher: Publisher, asked: Asked, onGone: (publication: Publication) => void) {
    this.#ground = ground;
    this.publisher = publisher;
    this.asked = asked;
    this.#onGone = onGone;
    this.id = ground.control.ids.next();
    this.#peer = new Peer(ground.peers, {
      now: () => ground.control.clock.now(),
      onPacket: (label, packet, arrivedAt) => this.#take(label, packet, arrivedAt),
      onState: (state) => this.#stateChanged(state),
    });
  }

  get recordingId(): RecordingId | undefined {
    return this.#started?.recordingId;
  }

  get conversationId(): ConversationId {
    return this.publisher.conversationId;
  }

  /**
   * Begins the recording, and then answers: what the client sends finds its captures there.
   * @returns the SDP answer; `undefined` where nothing in the offer can be recorded.
   * @throws Fault as a recording session that cannot begin; offerUnacceptable where the offer is none.
   */
  async begin(offer: string): Promise<string | undefined> {
    try {
      const answer = await this.#answer(offer);
      if (answer === undefined) await this.#peer.close();
      return answer;
    } catch (error) {
      await this.#peer.close().catch(() => undefined);
      throw error;
    }
  }

  /** Somebody has paused or resumed the conversation. */
  conversationChanged(): void {
    this.#askKeyFrames();
  }

  /** Ends it where the client is there no more. */
  beat(now: Instant): void {
    if (this.#started !== undefined && now - this.#peer.heardAt > whipLimits.silentMs) void this.end();
  }

  /** The recording was ended by request. */
  over(): void {
    this.#ending ??= this.#close();
  }

  /** Ends the recording in order; doing it twice is the same as once. Never rejects. */
  end(): Promise<void> {
    this.#ending ??= this.#endRecording();
    return this.#ending;
  }

  async #answer(offer: string): Promise<string | undefined> {
    const { control } = this.#ground;
    const answer = await this.#peer.answer(offer).catch((error: unknown) => {
      throw new Fault('offerUnacceptable', { what: 'sdp' }, error);
    });
    if (answer === undefined) return undefined;
    const { conversationId, mediaType } = this.publisher;
    const described = describePublication(this.#peer.streams, this.publisher);
    const about = { sourceId: this.id, sourceIdName: 'whipSession', mediaType, conversationId };
    const started = await startRecordingSession(control, { ...about, described, asked: this.asked });
    this.#started = started;
    for (const { label, streamId } of started.streams) {
      this.#streams.set(label, streamId);
      control.media.fenceBy(streamId, () => this.#peer.fence());
    }
    this.#cancelConnect = control.clock.later(whipLimits.connectMs, () => void this.end());
    return answer;
  }

  #take(label: string, packet: Uint8Array, arrivedAt: Instant): void {
    const streamId = this.#streams.get(label);
    if (streamId === undefined || this.#ending !== undefined) {
      packet.fill(0);
      return;
    }
    this.#watchSequence(label, packet);
    if (this.#awaited.has(label) && startsVp8KeyFrame(packet, headBytes, packet.length)) this.#awaited.delete(label);
    this.#ground.control.media.feed(streamId, packet, arrivedAt);
  }

  /** Pictures behind one that was lost cannot be shown before the next key frame. */
  #watchSequence(label: string, packet: Uint8Array): void {
    const sequence = ((packet[2] ?? 0) << 8) | (packet[3] ?? 0);
    const last = this.#lastSequences.get(label);
    const ahead = last === undefined ? 1 : (sequence - last) & 0xffff;
    if (ahead < 0x8000) this.#lastSequences.set(label, sequence);
    if (ahead > 1 && ahead < 0x8000 && this.#awaited.size === 0) this.#askKeyFrames();
  }

  #stateChanged(state: 'connected' | 'gone'): void {
    this.#cancelConnect();
    if (state === 'connected') this.#askKeyFrames();
    else void this.end();
  }

  /** Of every picture that is not seen to begin anew after this. */
  #askKeyFrames(): void {
    for (const { label, kind } of this.#peer.streams) if (kind === 'video') this.#awaited.add(label);
    this.#asksLeft = whipLimits.keyFrameAsksMax;
    this.#ask();
  }

  #ask(): void {
    this.#cancelAsk();
    if (this.#awaited.size === 0 || this.#asksLeft === 0 || this.#ending !== undefined) return;
    this.#asksLeft -= 1;
    this.#peer.askKeyFrames();
    this.#cancelAsk = this.#ground.control.clock.later(whipLimits.keyFrameAskMs, () => this.#ask());
  }

  async #endRecording(): Promise<void> {
    await this.#close();
    const { control, log } = this.#ground;
    const { recordingId } = this;
    if (recordingId === undefined) return;
    try {
      await endRecordingSession(control, recordingId, this.asked);
    } catch (error) {
      if (!(error instanceof Fault)) control.report(error instanceof Error ? error : new Error(String(error)));
      else log.warn('whipFailed', { fault: error.code });
    }
  }

  async #close(): Promise<void> {
    this.#cancelAsk();
    this.#cancelConnect();
    this.#onGone(this);
    await this.#peer.close().catch(() => undefined);
    for (const streamId of this.#streams.values()) this.#ground.control.media.fenceBy(streamId, undefined);
  }
}
