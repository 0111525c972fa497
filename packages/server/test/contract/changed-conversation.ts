/** A conversation to change, and its ids as the paths of operations name them. */
import assert from 'node:assert/strict';
import { type Communication, type Conversation, type MediaType, mediaTypeRows, type Participant } from '@tacet/domain';
import { agentUser } from '../http/http-under-test.ts';
import type { ContractUnderTest } from './contract-under-test.ts';
import type { Ids } from './given-for.ts';

/** The type that the name of an operation speaks of; calls for those that speak of none. */
function mediaTypeIn(operation: string): MediaType {
  const named = /^[a-z]+Conversations([A-Z][a-z]+)/.exec(operation)?.[1]?.toLowerCase();
  return mediaTypeRows.find(({ type }) => type === named)?.type ?? 'call';
}

export class Changed {
  readonly scene: ContractUnderTest;
  readonly operation: string;
  readonly ids: Ids;
  /** Of the user who takes part. */
  readonly token: string;

  private constructor(scene: ContractUnderTest, operation: string, ids: Ids) {
    this.scene = scene;
    this.operation = operation;
    this.ids = ids;
    this.token = scene.under.tokens.issue({ role: 'admin', userId: agentUser });
  }

  /** A recorded call where the operation is about calls, otherwise a conversation of its type. */
  static async start(scene: ContractUnderTest, operation: string): Promise<Changed> {
    const { under } = scene;
    const type = mediaTypeIn(operation);
    const conversationId =
      type === 'call' ? (await under.startCall()).conversationId : await under.addConversation(type);
    const { participants } = (await under.control.store.conversation(conversationId)) ?? assert.fail();
    const agent = participants.find(({ userId }) => userId === agentUser) ?? assert.fail();
    const communicationId = agent.communications[0]?.id ?? assert.fail();
    return new Changed(scene, operation, { conversationId, participantId: agent.id, communicationId });
  }

  call<Answer = unknown>(
    body?: unknown,
    more: { readonly path?: Ids; readonly operation?: string } = {},
  ): Promise<Answer> {
    const path = { ...this.ids, ...more.path };
    const given = body === undefined ? { path } : { path, body };
    return this.scene.call(more.operation ?? this.operation, given, this.token);
  }

  async conversation(): Promise<Conversation> {
    const { conversationId } = this.ids;
    return (await this.scene.under.control.store.conversation(conversationId as Conversation['id'])) ?? assert.fail();
  }

  async participant(): Promise<Participant> {
    const { participants } = await this.conversation();
    return participants.find(({ id }) => id === this.ids['participantId']) ?? assert.fail();
  }

  async communication(): Promise<Communication> {
    return (await this.participant()).communications[0] ?? assert.fail();
  }

  /** The one who came last. */
  async newest(): Promise<Participant> {
    return (await this.conversation()).participants.at(-1) ?? assert.fail();
  }

  /** The other one of a call. */
  async customerId(): Promise<string> {
    return (await this.conversation()).participants[0]?.id ?? assert.fail();
  }
}
