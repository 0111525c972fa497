/**
 * One page on its socket. Its events go to the gate in the order in which they come, and a full snapshot is an anchor only
 * if it answers the mark that was sent after the conversation went on (ADR 31).
 */
import { type CancelTimer, Fault, type Instant } from '@tacet/domain';
import { type PageFrame, type PageHello, readPageFrame, writeServerWord } from '@tacet/wire/cobrowse';
import type { RawData, WebSocket } from 'ws';
import { beginRecording, type CobrowseEdge } from './begin-recording.ts';
import { noteFailure } from './ground.ts';
import { type CloseReason, closeCodes, cobrowseEdgeLimits } from './limits.ts';
import { Pace } from './pace.ts';
import type { Feeder, PageRecording } from './page-recording.ts';
import { readEvent } from './read-event.ts';

type ShownFrame = Exclude<PageFrame, { readonly kind: 'hello' }>;

/** Close codes with which a page takes leave: it closed the socket itself, or it is being left (RFC 6455 §7.4.1). */
const cleanCodes: ReadonlySet<number> = new Set([1000, 1001]);

export class PageConnection implements Feeder {
  readonly #ground: CobrowseEdge;
  readonly #webSocket: WebSocket;
  readonly #from: string;
  readonly #pace: Pace;
  #state: 'stranger' | 'beginning' | 'feeding' | 'closing' = 'stranger';
  #recording: PageRecording | undefined;
  #cancelHello: CancelTimer;
  #isHeard = true;
  /** The newest mark that was sent. */
  #mark = 0;
  /** The mark whose snapshot may open the gate; none while the conversation is paused. */
  #openingMark: number | undefined;
  /** Since when that snapshot is waited for. */
  #askedAt: Instant | undefined;
  /** A snapshot has come over this socket: what follows can be understood. */
  #hasShown = false;
  #refusedAt: Instant | undefined;

  /** @param from remote address, for the audit log. */
  constructor(ground: CobrowseEdge, webSocket: WebSocket, from: string) {
    this.#ground = ground;
    this.#webSocket = webSocket;
    this.#from = from;
    const { clock } = ground.control;
    this.#pace = new Pace(clock.now());
    this.#cancelHello = clock.later(cobrowseEdgeLimits.helloMsMax, () => this.part('malformed'));
    webSocket.on('message', (data, isBinary) => this.#hear(data as Buffer, isBinary));
    webSocket.on('pong', () => {
      this.#isHeard = true;
    });
    webSocket.on('error', () => webSocket.terminate());
    webSocket.on('close', (code) => this.#gone(code));
  }

  get isStranger(): boolean {
    return this.#state === 'stranger' || this.#state === 'beginning';
  }

  /** Cuts off a page that does not answer any more; its recording waits for it to come back. */
  beat(): void {
    const askedAt = this.#askedAt ?? Number.POSITIVE_INFINITY;
    // Rule: a page that is asked to show itself anew and does not is cut off, and its recording ends
    const isFrozen = this.#ground.control.clock.now() - askedAt > cobrowseEdgeLimits.answerMsMax;
    if (!this.#isHeard || isFrozen) this.#webSocket.terminate();
    this.#isHeard = false;
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#webSocket.ping();
  }

  dismiss(why: 'over' | 'replaced' | 'unavailable'): void {
    this.#recording = undefined;
    this.part(why);
  }

  /** Closes the socket and says why; a page that does not close its side is cut off. */
  part(why: CloseReason): void {
    if (this.#state === 'closing') return;
    this.#state = 'closing';
    this.#cancelHello();
    this.#webSocket.close(closeCodes[why], why);
    const cancel = this.#ground.control.clock.later(cobrowseEdgeLimits.closingMs, () => this.#webSocket.terminate());
    this.#webSocket.once('close', cancel);
  }

  cut(): void {
    this.#webSocket.terminate();
  }

  /**
   * A mark of before a pause opens nothing after it: another one is sent when the conversation goes on, and the page shows
   * everything anew.
   */
  conversationChanged(): void {
    this.#openingMark = undefined;
    this.#askedAt = undefined;
    if (this.#recording !== undefined && !this.#recording.isShut) this.#askAnew();
  }

  #askAnew(): void {
    this.#mark += 1;
    // Rule: a mark that was sent while the conversation was paused opens no gate
    this.#openingMark = this.#recording?.isShut === false ? this.#mark : undefined;
    this.#askedAt = this.#openingMark === undefined ? undefined : this.#ground.control.clock.now();
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    this.#webSocket.send(writeServerWord({ kind: 'mark', number: this.#mark }));
  }

  #hear(data: RawData & Buffer, isBinary: boolean): void {
    const now = this.#ground.control.clock.now();
    if (this.#state === 'closing') {
      data.fill(0);
      return;
    }
    this.#isHeard = true;
    const frame = isBinary ? undefined : readPageFrame(data);
    const why = frame === undefined ? 'malformed' : this.#take(frame, data, now);
    if (why !== undefined) {
      data.fill(0);
      this.#broken(why);
    }
  }

  #take(frame: PageFrame, data: Buffer, now: Instant): CloseReason | undefined {
    if (frame.kind === 'hello') {
      if (this.#state !== 'stranger') return 'malformed';
      this.#state = 'beginning';
      this.#cancelHello();
      this.#begin(frame).catch((error) => this.#failed(error));
      return undefined;
    }
    const recording = this.#recording;
    if (this.#state !== 'feeding' || recording === undefined) return 'malformed';
    // Rule: a page that sends faster than anybody can look is cut off
    if (!this.#pace.take(data.length, now)) return 'tooFast';
    const isInOrder = frame.kind === 'anchor' ? frame.mark <= this.#mark : this.#hasShown;
    // Rule: events come in order, and none before the page was shown as a whole
    if (!isInOrder || !recording.takeNumber(frame.number)) return 'malformed';
    return this.#feed(recording, frame, data, now);
  }

  #feed(recording: PageRecording, frame: ShownFrame, data: Buffer, now: Instant): CloseReason | undefined {
    let unit: Uint8Array | undefined = data.subarray(frame.bodyAt);
    // Rule: what a page sends while its conversation is paused is counted and never read
    if (recording.isShut) {
      data.fill(0);
      unit = new Uint8Array(1);
    } else unit = readEvent(unit, frame.kind);
    if (unit === undefined) return 'malformed';
    if (frame.kind === 'anchor') this.#hasShown = true;
    const isAnchor = frame.kind === 'anchor' && frame.mark === this.#openingMark;
    if (isAnchor) this.#askedAt = undefined;
    if (!recording.feed(unit, now, isAnchor)) this.#refusedAt ??= now;
    // What follows units that were refused can only be understood after a snapshot.
    else if (this.#refusedAt !== undefined && now - this.#refusedAt > cobrowseEdgeLimits.anewMsMin) {
      this.#refusedAt = undefined;
      this.#askAnew();
    }
    return undefined;
  }

  async #begin(hello: PageHello): Promise<void> {
    const publisher = this.#ground.tokens.read(hello.token, ['cobrowsesession']);
    // Rule: a page whose token is worthless is not recorded
    if (publisher === undefined) return this.#broken('tokenInvalid');
    const known = [...this.#ground.recordings].find((one) => one.isFor(publisher.conversationId, hello));
    const recording = known ?? (await beginRecording(this.#ground, publisher, hello, this.#from));
    if (this.#state !== 'beginning' || recording.isOver) {
      // It has gone while its recording began: nobody will feed that.
      if (known === undefined) await recording.end();
      this.part('unavailable');
      return;
    }
    this.#recording = recording;
    this.#state = 'feeding';
    recording.attach(this, hello);
    const { conversationId, recordingId } = recording;
    const facts = { conversationId, recordingId, isContinued: String(known !== undefined) };
    this.#ground.log.info('cobrowseOpened', facts);
    this.#askAnew();
  }

  #failed(error: unknown): void {
    const isOver = error instanceof Fault && error.code === 'conversationUnknown';
    if (!isOver) noteFailure(this.#ground, error);
    this.part(isOver ? 'over' : 'unavailable');
  }

  #broken(why: CloseReason): void {
    this.#ground.log.warn('cobrowseBroken', { why, from: this.#from });
    this.part(why);
  }

  #gone(code: number): void {
    this.#state = 'closing';
    this.#cancelHello();
    this.#recording?.detach(this, cleanCodes.has(code));
    this.#recording = undefined;
  }
}
