/** The server's side of one AudioHook session: what a frame means in the state it comes in, and what is answered. */
import { audioHookLimits } from './limits.ts';
import type { OfferedMedia } from './media.ts';
import {
  type ClientSaying,
  type CloseReason,
  type DisconnectReason,
  nullUuid,
  type OpenParameters,
  readEnvelope,
  readSaying,
  type ServerSaying,
} from './message.ts';
import { Pace } from './pace.ts';

/**
 * `waiting` for an open, `opening` while the edge starts a recording, `failed` when the client was told to go. What comes
 * in `failed` is passed over, but for its close.
 */
export type SessionState = 'waiting' | 'opening' | 'active' | 'paused' | 'closing' | 'closed' | 'failed';

/** What the edge has to do after a frame. */
export type SessionStep =
  | { readonly kind: 'send'; readonly text: string }
  | { readonly kind: 'open'; readonly parameters: OpenParameters }
  /** The client sends no more audio. `isAsked`: as we had asked it to. */
  | { readonly kind: 'paused'; readonly isAsked: boolean }
  /** It sends again; so much was not sent meanwhile. */
  | { readonly kind: 'resumed'; readonly discardedMs: number }
  /** It had to let go of audio, while nothing was paused. */
  | { readonly kind: 'discarded'; readonly discardedMs: number }
  | { readonly kind: 'clientFailed'; readonly code: number }
  /** The edge ends what it began and then says `closed`. */
  | { readonly kind: 'close'; readonly reason: CloseReason }
  /** The client broke a rule, and was told to go. */
  | { readonly kind: 'broken'; readonly rule: string };

const millisecond = 1000;

export class ServerSession {
  #id: string;
  #state: SessionState = 'waiting';
  #sentSeq = 0;
  #heardSeq = 0;
  #media: OfferedMedia | undefined;
  /** What the client was last asked to do. */
  #wish: 'pause' | 'resume' = 'resume';
  #positionSamples = 0;
  #openedAtMs = 0;
  #audioSamples = 0;
  readonly #texts: Pace;
  readonly #audios: Pace;

  /** @param id from the header of the request; the null UUID when the first message is to give it. */
  constructor(id: string, nowMs: number) {
    this.#id = id;
    this.#texts = new Pace(audioHookLimits.textBurst, audioHookLimits.textsPerSecond, nowMs);
    this.#audios = new Pace(audioHookLimits.audioBurst, audioHookLimits.audiosPerSecond, nowMs);
  }

  get id(): string {
    return this.#id;
  }

  get state(): SessionState {
    return this.#state;
  }

  get media(): OfferedMedia | undefined {
    return this.#media;
  }

  /** Where the next sample stands in the client's media, in samples. */
  get positionSamples(): number {
    return this.#positionSamples;
  }

  /** A text frame has come. */
  hear(text: string, nowMs: number): readonly SessionStep[] {
    if (this.#state === 'closed') return [];
    if (this.#state !== 'failed') {
      if (!this.#texts.take(nowMs)) return this.#broken('Too many messages');
      if (text.length > audioHookLimits.textBytesMax) return this.#broken('Text message too large');
    }
    const envelope = readEnvelope(text);
    if (!envelope.ok) return this.#broken(`Message not well formed: ${envelope.fault.detail}`);
    const { id, seq, serverseq } = envelope.value;
    // Rule: a client whose sequence numbers have a gap is disconnected
    if (seq !== this.#heardSeq + 1) return this.#broken('Invalid seq value (not monotonically increasing)');
    this.#heardSeq = seq;
    if (serverseq > this.#sentSeq) return this.#broken('Invalid serverseq value');
    if (this.#id === nullUuid && seq === 1) this.#id = id;
    if (id !== this.#id) return this.#broken('Session identifier mismatch');
    const saying = readSaying(envelope.value);
    if (!saying.ok) return this.#broken(`Invalid message: ${saying.fault.detail}`);
    if (this.#state === 'failed' && saying.value.type !== 'close') return [];
    return this.#take(saying.value, nowMs);
  }

  /**
   * A binary frame has come.
   * @returns steps when it must not be used, `undefined` when it may; then the position moves on behind it.
   */
  hearAudio(byteCount: number, nowMs: number): readonly SessionStep[] | undefined {
    if (this.#state === 'failed' || this.#state === 'closed') return [];
    // Rule: a binary frame in any state but active is a breach of the protocol
    if (this.#state !== 'active') return this.#broken(`Received audio in state ${this.#state.toUpperCase()}`);
    const media = this.#media;
    if (media === undefined) return this.#broken('Received audio without media');
    const frameBytes = media.channels.length * (media.format === 'L16' ? 2 : 1);
    if (byteCount % frameBytes !== 0) return this.#broken('Audio is not whole samples');
    if (byteCount > audioHookLimits.audioBytesMax || !this.#audios.take(nowMs)) return this.#broken('Too much audio');
    const samples = byteCount / frameBytes;
    this.#audioSamples += samples;
    const aheadMs = (this.#audioSamples / media.rate) * millisecond - (nowMs - this.#openedAtMs);
    // Rule: a client whose audio runs faster than real time is cut off
    if (aheadMs > audioHookLimits.aheadMsMax) return this.#broken('Audio faster than real time');
    this.#positionSamples += samples;
    return undefined;
  }

  /** The recording runs. @param media none for a probe. */
  opened(media: OfferedMedia | undefined, isPaused: boolean, nowMs: number): readonly SessionStep[] {
    if (this.#state !== 'opening') return [];
    this.#media = media;
    this.#openedAtMs = nowMs;
    this.#state = isPaused ? 'paused' : 'active';
    this.#wish = isPaused ? 'pause' : 'resume';
    const parameters = { media: media === undefined ? [] : [media], startPaused: isPaused };
    return [this.#say({ type: 'opened', parameters })];
  }

  /** Asks the client to stop, or to go on; nothing when that was asked last. */
  wish(wish: 'pause' | 'resume'): readonly SessionStep[] {
    const isLive = this.#state === 'active' || this.#state === 'paused';
    if (!isLive || this.#wish === wish) return [];
    this.#wish = wish;
    return [this.#say({ type: wish, parameters: {} })];
  }

  /** Asks the client to come back in a new session that continues this one. */
  reconnect(info: string): readonly SessionStep[] {
    const isLive = this.#state === 'active' || this.#state === 'paused';
    return isLive ? [this.#say({ type: 'reconnect', parameters: { info } })] : [];
  }

  /** What the session began has ended in order. */
  closed(): readonly SessionStep[] {
    if (this.#state !== 'closing') return [];
    this.#state = 'closed';
    return [this.#say({ type: 'closed', parameters: {} })];
  }

  /** Tells the client to go. */
  disconnect(reason: DisconnectReason, info?: string): readonly SessionStep[] {
    if (this.#state === 'closing' || this.#state === 'closed' || this.#state === 'failed') return [];
    this.#state = 'failed';
    return [this.#say({ type: 'disconnect', parameters: { reason, ...(info === undefined ? {} : { info }) } })];
  }

  #take(saying: ClientSaying, nowMs: number): readonly SessionStep[] {
    const isFirst = this.#state === 'waiting';
    if (isFirst && saying.type !== 'open' && saying.type !== 'close') return this.#broken('The first message opens');
    switch (saying.type) {
      case 'open':
        return this.#open(saying.parameters, nowMs);
      case 'ping':
        return [this.#say({ type: 'pong', parameters: {} })];
      case 'paused':
        return this.#paused();
      case 'resumed':
        return this.#resumed(saying);
      case 'discarded':
        return this.#discarded(saying);
      case 'update':
        // The language means nothing to a recorder; the client waits for the answer all the same.
        return this.#isLive() ? [this.#say({ type: 'updated', parameters: {} })] : [];
      case 'error':
        return [{ kind: 'clientFailed', code: saying.code }];
      case 'close':
        if (this.#state === 'closing') return [];
        this.#state = 'closing';
        return [{ kind: 'close', reason: saying.reason }];
    }
  }

  #isLive(): boolean {
    return this.#state === 'active' || this.#state === 'paused';
  }

  #open(parameters: OpenParameters, nowMs: number): readonly SessionStep[] {
    if (this.#state !== 'waiting') return this.#broken('Only the first message opens');
    this.#state = 'opening';
    this.#openedAtMs = nowMs;
    return [{ kind: 'open', parameters }];
  }

  #paused(): readonly SessionStep[] {
    if (this.#state !== 'active') return [];
    this.#state = 'paused';
    return [{ kind: 'paused', isAsked: this.#wish === 'pause' }];
  }

  #resumed(gap: { readonly start: number; readonly discarded: number }): readonly SessionStep[] {
    if (this.#state !== 'paused') return [];
    this.#state = 'active';
    return [{ kind: 'resumed', discardedMs: this.#skip(gap) }];
  }

  #discarded(gap: { readonly start: number; readonly discarded: number }): readonly SessionStep[] {
    const wasActive = this.#state === 'active';
    if (!this.#isLive()) return [];
    const discardedMs = this.#skip(gap);
    return wasActive ? [{ kind: 'discarded', discardedMs }] : [];
  }

  /** The position moves on over what was not sent. @returns how much that is, in ms. */
  #skip({ start, discarded }: { readonly start: number; readonly discarded: number }): number {
    const before = this.#positionSamples;
    const rate = this.#media?.rate ?? 8000;
    const behind = Math.round((start + discarded) * rate);
    // A client that counts otherwise than we do has still left out as much as it says.
    this.#positionSamples = Math.max(behind, before + Math.round(discarded * rate));
    return ((this.#positionSamples - before) / rate) * millisecond;
  }

  #broken(rule: string): readonly SessionStep[] {
    const told = this.disconnect('error', `Client Error: ${rule}`);
    return told.length === 0 ? [] : [...told, { kind: 'broken', rule }];
  }

  #say(saying: ServerSaying): SessionStep {
    this.#sentSeq += 1;
    const envelope = { version: '2', id: this.#id, type: saying.type, seq: this.#sentSeq, clientseq: this.#heardSeq };
    return { kind: 'send', text: JSON.stringify({ ...envelope, parameters: saying.parameters }) };
  }
}
