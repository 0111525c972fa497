/** Requests that change a conversation, as the tests of the use-cases make them. */
import assert from 'node:assert/strict';
import type {
  Actor,
  ConsultVoice,
  ConversationId,
  ParticipantId,
  Permission,
  TransferType,
  UserId,
} from '@tacet/domain';
import {
  assignUser,
  type ControlContext,
  cancelConsult,
  changeParticipant,
  disconnectConversation,
  replaceParticipant,
  setAttributes,
  startConsult,
  type TargetWish,
  tagConversation,
  turnConsult,
} from '../../src/control/index.ts';
import { actorWith, agentUser, type ControlUnderTest } from './control-under-test.ts';

export type Change = Parameters<typeof changeParticipant>[1]['change'];

/** A user who takes part in the sample call, with everything an agent may. */
export const agentActor: Actor = actorWith('agent', '*', agentUser);

const handling: readonly Permission[] = ['conversation:participant:wrapup', 'conversation:communication:disconnect'];
const transferring: readonly Permission[] = ['conversation:communication:blindTransfer'];
const consulting: readonly Permission[] = ['conversation:communication:consultTransfer'];

/** What somebody asks of one conversation. */
export class Requests {
  readonly #under: ControlUnderTest;
  readonly #id: ConversationId;
  readonly #actor: Actor;
  readonly #context: ControlContext;

  constructor(under: ControlUnderTest, id: ConversationId, actor: Actor = agentActor, context = under.context) {
    this.#under = under;
    this.#id = id;
    this.#actor = actor;
    this.#context = context;
  }

  /** The participant at an address who is there, or was the last who was. */
  idOf(address: string): ParticipantId {
    const participants = this.#context.live.get(this.#id)?.conversation.participants ?? [];
    const here = participants.findLast((p) => p.address === address && p.leftAt === undefined);
    return (here ?? participants.findLast((p) => p.address === address))?.id ?? assert.fail(`nobody at ${address}`);
  }

  #about(address: string, permissions: readonly Permission[]) {
    const asked = this.#under.asked('PATCH participant');
    return { actor: this.#actor, asked, conversationId: this.#id, participantId: this.idOf(address), permissions };
  }

  change(address: string, change: Change): Promise<void> {
    return changeParticipant(this.#context, { ...this.#about(address, handling), change, isRestricted: true });
  }

  hold(address: string, isHeld = true): Promise<void> {
    return this.change(address, { isHeld });
  }

  wrapUp(address: string, code: string, notes = ''): Promise<void> {
    const about = { ...this.#about(address, handling), change: {}, isRestricted: true };
    return changeParticipant(this.#context, { ...about, wrapup: { code, notes } });
  }

  describe(address: string, attributes: { readonly [name: string]: string }): Promise<unknown> {
    const permissions: readonly Permission[] = ['conversation:participant:attributesedit'];
    return setAttributes(this.#context, { ...this.#about(address, permissions), attributes });
  }

  replace(address: string, to: TargetWish, transferType: TransferType = 'Unattended'): Promise<void> {
    return replaceParticipant(this.#context, { ...this.#about(address, transferring), to, transferType });
  }

  consult(address: string, to: TargetWish, speakTo: ConsultVoice = 'DESTINATION', consultingUserId?: UserId) {
    const named = consultingUserId === undefined ? {} : { consultingUserId };
    return startConsult(this.#context, { ...this.#about(address, consulting), ...named, to, speakTo });
  }

  turn(address: string, speakTo: ConsultVoice): Promise<ParticipantId> {
    return turnConsult(this.#context, { ...this.#about(address, consulting), speakTo });
  }

  cancel(address: string): Promise<void> {
    return cancelConsult(this.#context, this.#about(address, consulting));
  }

  assign(userId: UserId, actor: Actor): Promise<void> {
    const about = { actor, asked: this.#under.asked('POST assign'), conversationId: this.#id };
    return assignUser(this.#context, { ...about, userId });
  }

  tag(externalTag: string): Promise<void> {
    const about = { actor: this.#actor, asked: this.#under.asked('PUT tags'), conversationId: this.#id };
    return tagConversation(this.#context, {
      ...about,
      externalTag,
      permissions: ['conversation:externalTag:edit'],
    });
  }

  disconnect(): Promise<unknown> {
    const about = { actor: this.#actor, asked: this.#under.asked('DELETE'), conversationId: this.#id };
    const permissions: readonly Permission[] = ['conversation:communication:disconnect'];
    return disconnectConversation(this.#context, { ...about, permissions });
  }
}
