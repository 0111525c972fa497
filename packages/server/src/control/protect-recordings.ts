/** Deletion protection: while it stands, nobody deletes the recordings of a conversation. */
import {
  type Actor,
  type Conversation,
  type ConversationId,
  Fault,
  type FaultCode,
  may,
  type Permission,
} from '@tacet/domain';
import type { Request } from './authorise.ts';
import type { ControlContext } from './context.ts';

export interface ProtectionFailure {
  readonly conversationId: ConversationId;
  readonly fault: FaultCode;
}

async function whyNot(
  context: ControlContext,
  actor: Actor,
  id: ConversationId,
  permission: Permission,
): Promise<FaultCode | undefined> {
  const conversation: Conversation | undefined = await context.store.conversation(id);
  if (conversation === undefined) return 'conversationUnknown';
  return may(actor, permission, conversation.divisionId) ? undefined : 'permissionMissing';
}

/**
 * Protects conversations, or takes protection away; those that cannot be changed are named, the others are changed.
 * @throws Fault storageUnavailable; nothing is changed then.
 */
export async function changeProtection(
  context: ControlContext,
  { actor, asked }: Request,
  ids: readonly ConversationId[],
  isProtected: boolean,
): Promise<readonly ProtectionFailure[]> {
  const permission = isProtected ? 'recording:deletionProtection:apply' : 'recording:deletionProtection:revoke';
  const judged = await Promise.all(
    [...new Set(ids)].map(async (id) => ({ id, fault: await whyNot(context, actor, id, permission) })),
  );
  const changed = judged.filter(({ fault }) => fault === undefined);
  const since = context.clock.now();
  const what = isProtected ? 'protected' : 'unprotected';
  await context.store.commit({
    documents: changed.map(({ id }) => ({
      kind: 'deletionProtection',
      id,
      value: isProtected ? { id, since } : undefined,
    })),
    audit: changed.map(({ id }) => ({
      at: since,
      action: 'deletionProtectionChanged',
      result: 'done',
      by: asked,
      conversationId: id,
      facts: { change: what },
    })),
  });
  return judged.flatMap(({ id, fault }) => (fault === undefined ? [] : [{ conversationId: id, fault }]));
}

/** Those of `ids` that are protected and within the reach of the reader. */
export async function protectedAmong(
  context: ControlContext,
  actor: Actor,
  ids: readonly ConversationId[],
): Promise<readonly ConversationId[]> {
  const judged = await Promise.all(
    [...new Set(ids)].map(async (id) => {
      const isProtected = (await context.store.document('deletionProtection', id)) !== undefined;
      return isProtected && (await whyNot(context, actor, id, 'recording:recording:view')) === undefined ? [id] : [];
    }),
  );
  return judged.flat();
}

/** @throws Fault recordingProtected. */
export async function demandUnprotected(context: ControlContext, id: ConversationId): Promise<void> {
  if ((await context.store.document('deletionProtection', id)) !== undefined) {
    throw new Fault('recordingProtected', { conversationId: id });
  }
}
