/** A conversation in which the agent takes part, and the agent's token. */
import assert from 'node:assert/strict';
import type { Conversation, ConversationId, MediaType, Participant } from '@tacet/domain';
import { agentUser } from '../http/http-under-test.ts';
import type { ContractUnderTest } from './contract-under-test.ts';

/** Ids under the names that paths have for them. */
export interface AgentPath {
  readonly conversationId: ConversationId;
  readonly participantId: string;
  readonly communicationId: string;
  readonly [name: string]: string;
}

export interface AgentScene {
  readonly path: AgentPath;
  /** Of the agent, who works on conversations. */
  readonly token: string;
}

export function conversationIn({ under }: ContractUnderTest, id: ConversationId): Conversation {
  return under.control.live.get(id)?.conversation ?? assert.fail('the conversation is over');
}

/** The agent's participant as it is now. */
function agentIn(scene: ContractUnderTest, id: ConversationId): Participant {
  const { participants } = conversationIn(scene, id);
  return participants.find(({ userId }) => userId === agentUser) ?? assert.fail('the agent takes no part');
}

/** A call is one that is recorded; of other types there is nothing but the conversation. */
export async function agentScene(scene: ContractUnderTest, type: MediaType = 'call'): Promise<AgentScene> {
  const { under } = scene;
  const conversationId = type === 'call' ? (await under.startCall()).conversationId : await under.addConversation(type);
  const { id: participantId, communications } = agentIn(scene, conversationId);
  const communicationId = communications[0]?.id ?? assert.fail();
  const token = under.tokens.issue({ role: 'agent', userId: agentUser, name: 'Agent' });
  return { path: { conversationId, participantId, communicationId }, token };
}

/** Reads the conversation by every door that shows it, so that each of its models is held against the contract. */
export async function readWhole(scene: ContractUnderTest, path: AgentPath, oneOf?: string): Promise<unknown> {
  if (oneOf !== undefined) await scene.call(`getConversations${oneOf}`, { path });
  return scene.call('getConversation', { path });
}
