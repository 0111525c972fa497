/** Conversations that tests begin by request, as an integration would. */
import assert from 'node:assert/strict';
import type { ConversationId, MediaType } from '@tacet/domain';
import { agentUser, type HttpUnderTest, type Received } from './http-under-test.ts';

export const customerNumber = '+15550100';

/** A customer and the agent, who have this medium with each other. */
export function bodyOf(mediaType: MediaType, more: object = {}): object {
  const participants = [
    { purpose: 'customer', address: customerNumber, name: 'Customer' },
    { purpose: 'agent', userId: agentUser },
  ];
  return { mediaType, participants, ...more };
}

export function start(under: HttpUnderTest, body: object, token?: string): Promise<Received> {
  const admin = token ?? under.tokens.issue({ role: 'admin' });
  return under.send('POST', '/tacet/v1/conversations', { token: admin, body });
}

/** @returns the id of the conversation that began. */
export async function begun(under: HttpUnderTest, mediaType: MediaType, more: object = {}): Promise<ConversationId> {
  const { status, json } = await start(under, bodyOf(mediaType, more));
  assert.equal(status, 201, JSON.stringify(json));
  return (json as { readonly id: ConversationId }).id;
}
