/** One page in a chat: what it writes is recorded, or withheld, and reaches the others either way. */
import {
  type Actor,
  builtInRight,
  type CancelTimer,
  type CommunicationId,
  type ConversationId,
  Fault,
  openCommunications,
  type RequestId,
  toIso,
} from '@tacet/domain';
import type { WebSocket } from 'ws';
import { type ControlContext, type JustWritten, sendItem, viewOf } from '../control/index.ts';
import type { Log } from '../log.ts';
import type { Publisher, PublishingTokens } from '../publishing-tokens.ts';
import { type CloseReason, closeCodes, webChatLimits } from './limits.ts';
import { type PageWord, readPageWord } from './page-word.ts';

export interface ChatGround {
  readonly control: ControlContext;
  readonly log: Log;
  readonly tokens: PublishingTokens;
}

/** A page that was let in. */
interface Writer {
  readonly publisher: Publisher;
  readonly communicationId: CommunicationId;
}

const access = { permissions: ['conversation:webchat:create'] } as const;

/** Whoever gave out the token has let this page in, for this conversation alone. */
function actorOf({ by: { clientId, name } }: Publisher): Actor {
  return { clientId, name, rights: [builtInRight('recorder-integration', '*')] } as Actor;
}

export class ChatConnection {
  readonly #ground: ChatGround;
  readonly #webSocket: WebSocket;
  readonly #from: string;
  readonly #pending = new Set<Promise<void>>();
  #writer: Writer | undefined;
  #stopReading: () => void = () => undefined;
  #cancelHello: CancelTimer;
  #isHeard = true;
  #isClosing = false;
  /** How much may be written now, and as of when. */
  #budget: number = webChatLimits.burstMessages;
  #budgetAt: number;

  /** @param from remote address, for the audit log. */
  constructor(ground: ChatGround, webSocket: WebSocket, from: string) {
    this.#ground = ground;
    this.#webSocket = webSocket;
    this.#from = from;
    const { clock } = ground.control;
    this.#budgetAt = clock.now();
    this.#cancelHello = clock.later(webChatLimits.helloMsMax, () => this.#part('malformed'));
    webSocket.on('message', (data, isBinary) => this.#hear(data as Buffer, isBinary));
    webSocket.on('pong', () => {
      this.#isHeard = true;
    });
    webSocket.on('error', () => webSocket.terminate());
    webSocket.on('close', () => this.#gone());
  }

  get isStranger(): boolean {
    return this.#writer === undefined;
  }

  get conversationId(): ConversationId | undefined {
    return this.#writer?.publisher.conversationId;
  }

  beat(): void {
    if (!this.#isHeard) this.#webSocket.terminate();
    this.#isHeard = false;
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#webSocket.ping();
  }

  /** Resolves when everything that the page has written is told to it. */
  async leave(): Promise<void> {
    await Promise.allSettled(this.#pending);
    this.#part('stopping');
  }

  cut(): void {
    this.#webSocket.terminate();
  }

  /** Those who write may see whether it is recorded. */
  stateChanged(): void {
    const { control } = this.#ground;
    const live = this.conversationId === undefined ? undefined : control.live.get(this.conversationId);
    if (live === undefined) return;
    this.#say({ kind: 'state', isRecorded: viewOf(control, live.conversation).recordingState === 'ACTIVE' });
  }

  #hear(data: Buffer, isBinary: boolean): void {
    const word = isBinary || this.#isClosing ? undefined : readPageWord(data);
    // Nothing of it is left where it came in.
    data.fill(0);
    this.#isHeard = true;
    if (this.#isClosing) return;
    const why = word === undefined ? 'malformed' : this.#take(word);
    if (why !== undefined) this.#broken(why);
  }

  #take(word: PageWord): CloseReason | undefined {
    if (word.kind === 'hello') return this.#writer === undefined ? this.#begin(word.token) : 'malformed';
    const writer = this.#writer;
    if (writer === undefined) return 'malformed';
    // Rule: a chat page that writes faster than anybody can is cut off
    if (!this.#isSlowEnough() || this.#pending.size >= webChatLimits.pendingMax) return 'tooFast';
    const sending = this.#send(writer, word).catch((error) => this.#failed(word.ref, error));
    this.#pending.add(sending);
    sending.finally(() => this.#pending.delete(sending)).catch(this.#ground.control.report);
    return undefined;
  }

  #isSlowEnough(): boolean {
    const { burstMessages, messagesPerSecondMax } = webChatLimits;
    const now = this.#ground.control.clock.now();
    const earned = (Math.max(now - this.#budgetAt, 0) / 1000) * messagesPerSecondMax;
    this.#budgetAt = now;
    this.#budget = Math.min(this.#budget + earned, burstMessages) - 1;
    return this.#budget >= 0;
  }

  #begin(token: string): CloseReason | undefined {
    const publisher = this.#ground.tokens.read(token, ['chat']);
    // Rule: a chat page whose token is worthless is told nothing
    if (publisher?.communicationId === undefined) return 'tokenInvalid';
    const { conversationId, communicationId } = publisher;
    if (!this.#isIn(conversationId, communicationId)) {
      this.#part('over');
      return undefined;
    }
    this.#cancelHello();
    this.#writer = { publisher, communicationId };
    const { live } = this.#ground.control;
    this.#stopReading = live.readers.join(conversationId, {
      hear: (written) => this.#tell(written),
      over: () => this.#part('over'),
    });
    this.#ground.log.info('webChatOpened', { conversationId });
    this.#say({ kind: 'welcome' });
    this.stateChanged();
    return undefined;
  }

  #isIn(conversationId: ConversationId, communicationId: CommunicationId): boolean {
    const { live } = this.#ground.control;
    const conversation = live.get(conversationId)?.conversation;
    return conversation !== undefined && openCommunications(conversation).some(({ id }) => id === communicationId);
  }

  async #send({ publisher, communicationId }: Writer, { ref, text }: PageWord & { kind: 'message' }): Promise<void> {
    const { control } = this.#ground;
    const { conversationId, by } = publisher;
    const door = 'Web chat /tacet/v1/webchat/socket';
    const asked = { ...by, from: this.#from, door, requestId: control.ids.next<RequestId>() };
    const command = { actor: actorOf(publisher), asked, access, conversationId, communicationId } as const;
    const { outcome } = await sendItem(control, { ...command, mediaType: 'chat', head: { text } });
    this.#say({ kind: 'sent', ref, isRecorded: outcome === 'kept' });
  }

  #tell({ item, at, communicationId }: JustWritten): void {
    const { id, text = '', from } = item;
    const isMine = communicationId === this.#writer?.communicationId;
    this.#say({ kind: 'message', id, text, at: toIso(at), from: from?.name ?? from?.purpose ?? '', isMine });
  }

  #failed(ref: string, error: unknown): void {
    const { control, log } = this.#ground;
    const code = error instanceof Fault ? error.code : 'defect';
    if (!(error instanceof Fault)) control.report(error instanceof Error ? error : new Error(String(error)));
    log.warn('webChatFailed', { fault: code });
    // What is over will not be there again; everything else may be tried once more.
    const isOver = code === 'conversationUnknown' || code === 'constraintBroken';
    this.#say({ kind: 'failed', ref, isOver });
    if (isOver) this.#part('over');
  }

  #say(word: object): void {
    if (this.#webSocket.readyState !== this.#webSocket.OPEN) return;
    // A reader who does not read is cut off.
    if (this.#webSocket.bufferedAmount > webChatLimits.unreadBytesMax) this.#webSocket.terminate();
    else this.#webSocket.send(JSON.stringify(word));
  }

  #broken(why: CloseReason): void {
    this.#ground.log.warn('webChatBroken', { why, from: this.#from });
    this.#part(why);
  }

  /** Closes the socket and says why; a page that does not close its side is cut off. */
  #part(why: CloseReason): void {
    if (this.#isClosing) return;
    this.#isClosing = true;
    this.#cancelHello();
    this.#stopReading();
    this.#webSocket.close(closeCodes[why], why);
    const cancel = this.#ground.control.clock.later(webChatLimits.closingMs, () => this.#webSocket.terminate());
    this.#webSocket.once('close', cancel);
  }

  #gone(): void {
    this.#isClosing = true;
    this.#cancelHello();
    this.#stopReading();
  }
}
