/** The name that another system gives a conversation. */
import { Fault, limits, type Permission } from '@tacet/domain';
import { type Changed, changeConversation } from './change-conversation.ts';
import type { ControlContext } from './context.ts';
import { withPermission } from './permits.ts';

/** @throws Fault conversationUnknown, permissionMissing, constraintBroken or storageUnavailable. */
export async function tagConversation(
  context: ControlContext,
  command: Changed & { readonly externalTag: string; readonly permissions: readonly Permission[] },
): Promise<void> {
  const { externalTag, permissions } = command;
  const maximum = limits.externalTagCharactersMax;
  await changeConversation(context, command, {
    action: 'conversationChanged',
    permit: withPermission(permissions),
    facts: { members: ['externalTag'] },
    become: (before) => {
      if (externalTag.length > maximum) {
        throw new Fault('constraintBroken', { field: 'externalTag', problem: `is longer than ${maximum}` });
      }
      return { ...before, externalTag };
    },
  });
}
