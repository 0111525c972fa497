/** Conversations that mail began end when no further one came for long: nobody else would end them. */
import { type Actor, type ConversationId, Fault, openCommunications, startsClosed } from '@tacet/domain';
import { type ControlContext, disconnectConversation, type LiveConversation, systemAsks } from '../control/index.ts';
import { smtpLimits } from './limits.ts';

const permissions = ['tacet:conversation:add'] as const;

export interface IdleGround {
  readonly context: ControlContext;
  readonly idleMs: number;
  /** As whom they are ended. */
  readonly local: Actor;
}

/** Whether nothing but mail is going on in it, begun by mail. */
function isOfMail({ conversation }: LiveConversation): boolean {
  const open = openCommunications(conversation);
  return (
    open.length > 0 && open.every(({ mediaType, details }) => mediaType === 'email' && details?.provider === 'SMTP')
  );
}

export class IdleConversations {
  readonly #ground: IdleGround;
  /** When something last came in them; what is not known of was busy when this run began. */
  #heardAt = new Map<ConversationId, number>();
  #cancel: () => void = () => undefined;

  constructor(ground: IdleGround) {
    this.#ground = ground;
  }

  heard(id: ConversationId): void {
    this.#heardAt.set(id, this.#ground.context.clock.now());
  }

  /** Looks from now on. */
  start(): void {
    const { clock } = this.#ground.context;
    this.#cancel = clock.later(smtpLimits.idleCheckMs, () => {
      this.look()
        .catch((error: Error) => this.#ground.context.report(error))
        .finally(() => this.start());
    });
  }

  stop(): void {
    this.#cancel();
  }

  async look(): Promise<void> {
    const { context, idleMs } = this.#ground;
    const now = context.clock.now();
    const known = new Map<ConversationId, number>();
    const over: ConversationId[] = [];
    for (const live of context.live.all()) {
      if (!isOfMail(live)) continue;
      const { id, control } = live.conversation;
      const heardAt = this.#heardAt.get(id) ?? now;
      known.set(id, heardAt);
      // An answer after its end would begin one that is not paused.
      if (now - heardAt >= idleMs && !startsClosed(control)) over.push(id);
    }
    this.#heardAt = known;
    for (const id of over) await this.#end(id);
  }

  async #end(conversationId: ConversationId): Promise<void> {
    const { context, local } = this.#ground;
    const asked = systemAsks(context, 'mail idle');
    try {
      await disconnectConversation(context, { actor: local, asked, conversationId, permissions });
    } catch (error) {
      // Somebody else ended it in the meantime.
      if (!(error instanceof Fault) || error.code !== 'conversationUnknown') throw error;
    }
  }
}
