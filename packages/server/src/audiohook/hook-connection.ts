/** One AudioHook client on its socket: frames in, answers out, and the recording behind it. */
import { type CancelTimer, causeOf, Fault, type Instant } from '@tacet/domain';
import {
  chooseMedia,
  nullUuid,
  type OfferedMedia,
  type OpenParameters,
  ServerSession,
  type SessionStep,
} from '@tacet/wire/audiohook';
import type { RawData, WebSocket } from 'ws';
import { startRecordingSession } from '../control/index.ts';
import type { AdmittedClient } from './admission.ts';
import { describeHook } from './describe-hook.ts';
import { type HookGround, hookAsks, noteHookFailure } from './hook-ground.ts';
import { type Feeder, HookRecording } from './hook-recording.ts';
import { audioHookEdgeLimits } from './limits.ts';

/** What goes on at the edge. */
export interface HookEdge extends HookGround {
  readonly recordings: Set<HookRecording>;
  isStopping: boolean;
}

export class HookConnection implements Feeder {
  readonly #edge: HookEdge;
  readonly #webSocket: WebSocket;
  readonly #client: AdmittedClient;
  readonly #from: string;
  readonly #hook: ServerSession;
  #recording: HookRecording | undefined;
  #heardAt: Instant;
  #cancelOpening: CancelTimer;
  #isGone = false;
  #beginning: Promise<void> = Promise.resolve();

  /** @param from remote address, for the audit log. */
  constructor(edge: HookEdge, webSocket: WebSocket, client: AdmittedClient, from: string) {
    this.#edge = edge;
    this.#webSocket = webSocket;
    this.#client = client;
    this.#from = from;
    const { clock } = edge.control;
    this.#heardAt = clock.now();
    this.#hook = new ServerSession(client.sessionId, this.#heardAt);
    this.#cancelOpening = clock.later(audioHookEdgeLimits.openMsMax, () => this.#part('error', 'Not opened in time'));
    webSocket.on('message', (data, isBinary) => this.#hear(data, isBinary));
    webSocket.on('error', () => webSocket.terminate());
    webSocket.on('close', () => this.#gone());
  }

  /** Cuts off a client that says nothing any more; its recording waits for it to come back. */
  beat(now: Instant): void {
    if (now - this.#heardAt > audioHookEdgeLimits.silentMsMax) this.#webSocket.terminate();
  }

  /** Asks the client to come back in a new session: the server stops. */
  askReconnect(): void {
    const steps = this.#hook.reconnect('The server stops.');
    this.#carryOut(steps);
    if (steps.length === 0) this.#part('completed');
  }

  /** The server has stopped. */
  cut(): void {
    this.#webSocket.terminate();
  }

  dismiss(why: 'over' | 'replaced'): void {
    this.#recording = undefined;
    // A client that has come back says goodbye here itself.
    if (why === 'over') this.#part('completed');
  }

  // Rule: a client is asked to pause while its conversation is paused, and to resume after that
  conversationChanged(): void {
    if (this.#recording !== undefined)
      this.#carryOut(this.#hook.wish(this.#isPaused(this.#recording) ? 'pause' : 'resume'));
  }

  /** Whether somebody else than a source has paused: a source knows of its own pauses. */
  #isPaused({ conversationId }: HookRecording): boolean {
    const control = this.#edge.control.live.get(conversationId)?.conversation.control;
    if (control === undefined) return false;
    const isAsked = (['securePause', 'holdSuppression'] as const).some(
      (cause) => causeOf(control, cause) !== undefined,
    );
    return isAsked || control.hasUnconfirmedPause;
  }

  #hear(data: RawData, isBinary: boolean): void {
    const now = this.#edge.control.clock.now();
    this.#heardAt = now;
    const frame = data as Buffer;
    if (!isBinary) this.#carryOut(this.#hook.hear(frame.toString('utf8'), now));
    else this.#hearAudio(frame, now);
  }

  /** First thing after the socket: stamped, cut into packets and handed to the worker, whose gate decides. */
  #hearAudio(frame: Buffer, now: Instant): void {
    const position = this.#hook.positionSamples;
    const steps = this.#hook.hearAudio(frame.length, now);
    if (steps === undefined) this.#recording?.take(frame, position, now);
    frame.fill(0);
    if (steps !== undefined) this.#carryOut(steps);
  }

  #carryOut(steps: readonly SessionStep[]): void {
    for (const step of steps) this.#do(step);
  }

  #do(step: SessionStep): void {
    switch (step.kind) {
      case 'send':
        this.#send(step.text);
        return;
      case 'open':
        this.#cancelOpening();
        this.#beginning = this.#open(step.parameters);
        return;
      case 'paused':
        if (!step.isAsked) void this.#recording?.sourcePaused(true);
        return;
      case 'resumed':
        void this.#recording?.sourcePaused(false);
        return;
      case 'discarded':
        this.#recording?.discarded(step.discardedMs, this.#edge.control.clock.now());
        return;
      case 'clientFailed':
        this.#edge.log.warn('audioHookClientError', { client: this.#client.key.name, code: step.code });
        return;
      case 'broken':
        this.#edge.log.warn('audioHookBroken', { client: this.#client.key.name, rule: step.rule });
        void this.#recording?.end();
        this.#closeSoon();
        return;
      case 'close':
        void this.#close(step.reason === 'reconnect');
        return;
    }
  }

  #send(text: string): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    if (this.#webSocket.bufferedAmount > audioHookEdgeLimits.bufferedBytesMax) this.#webSocket.terminate();
    else this.#webSocket.send(text);
  }

  async #open(open: OpenParameters): Promise<void> {
    try {
      const { organizationId } = this.#client;
      if (open.organizationId !== organizationId) return this.#part('error', 'Organization mismatch');
      if (this.#edge.isStopping) return this.#part('error', 'The server stops');
      // Rule: a probe is answered like a session, and nothing is recorded of it
      if (open.conversationId === nullUuid) return this.#opened(undefined, false);
      const media = chooseMedia(open.media);
      if (media === undefined) return this.#part('error', 'No media that can be recorded');
      await this.#begin(open, media);
    } catch (error) {
      noteHookFailure(this.#edge, error);
      const isFull = error instanceof Fault && error.kind === 'unavailable';
      this.#part('error', isFull ? 'The server cannot record now' : 'The server failed');
    }
  }

  /** Goes on with the recording of a session that this one continues, or begins another. */
  async #begin(open: OpenParameters, media: OfferedMedia): Promise<void> {
    const { key } = this.#client;
    const wanted = { keyName: key.name, hookConversationId: open.conversationId, media };
    const ids = [this.#hook.id, ...open.continuedSessions.map(({ id }) => id)];
    const known = [...this.#edge.recordings].find(
      (one) => one.isFor(wanted) && ids.some((id) => one.sessionIds.has(id)),
    );
    const recording = known ?? (await this.#start(open, media));
    const isWanted = this.#hook.state === 'opening' && !this.#isGone && !recording.isOver;
    if (!isWanted) {
      // It has closed or gone while its recording began: nobody will feed that.
      if (known === undefined) await recording.end();
      return;
    }
    this.#recording = recording;
    recording.attach(this, this.#hook.id);
    this.#opened(media, this.#isPaused(recording));
    const { conversationId, recordingId } = recording;
    const facts = { conversationId, recordingId, client: key.name, isContinued: String(known !== undefined) };
    this.#edge.log.info('audioHookOpened', facts);
    this.conversationChanged();
  }

  async #start(open: OpenParameters, media: OfferedMedia): Promise<HookRecording> {
    const { key } = this.#client;
    const sourceId = this.#hook.id;
    const described = describeHook(open, media);
    const asked = hookAsks(this.#edge, key.name, this.#from);
    const started = await startRecordingSession(this.#edge.control, {
      sourceId,
      sourceIdName: 'audioHookSession',
      described,
      asked,
    });
    const whose = { keyName: key.name, hookConversationId: open.conversationId };
    const given = { started, described, media, asked, ...whose };
    const recording = new HookRecording(this.#edge, given, (gone) => this.#edge.recordings.delete(gone));
    this.#edge.recordings.add(recording);
    return recording;
  }

  #opened(media: OfferedMedia | undefined, isPaused: boolean): void {
    this.#carryOut(this.#hook.opened(media, isPaused, this.#edge.control.clock.now()));
  }

  /** The client says goodbye; it is answered when its recording is closed and stored. */
  async #close(comesBack: boolean): Promise<void> {
    await this.#beginning;
    const recording = this.#recording;
    if (comesBack) recording?.detach(this);
    else await recording?.end();
    this.#carryOut(this.#hook.closed());
    this.#closeSoon();
  }

  #part(reason: 'completed' | 'error', info?: string): void {
    this.#carryOut(this.#hook.disconnect(reason, info));
    this.#closeSoon();
  }

  /** The client closes the socket; one that does not is cut off. */
  #closeSoon(): void {
    const cancel = this.#edge.control.clock.later(audioHookEdgeLimits.closingMs, () => this.#webSocket.terminate());
    this.#webSocket.once('close', cancel);
  }

  #gone(): void {
    this.#isGone = true;
    this.#cancelOpening();
    this.#recording?.detach(this);
  }
}
