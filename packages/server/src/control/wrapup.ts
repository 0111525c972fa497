/** How the work of a participant was concluded, and with which codes. */
import {
  assignedWrapup,
  type CommunicationId,
  type Conversation,
  communicationsIn,
  Fault,
  type Wrapup,
} from '@tacet/domain';
import { demandConversation } from './change-conversation.ts';
import type { ChangedParticipant } from './change-participant.ts';
import type { ControlContext } from './context.ts';
import { forParticipants } from './permits.ts';

function demandReadable(context: ControlContext, command: ChangedParticipant): Promise<Conversation> {
  return demandConversation(context, command, forParticipants(command.participantId, command.permissions));
}

/**
 * The newest wrap-up of a participant, or of one communication.
 * @throws Fault conversationUnknown, permissionMissing, participantUnknown, or resourceUnknown where there is none.
 */
export async function readWrapup(
  context: ControlContext,
  command: ChangedParticipant & { readonly communicationId?: CommunicationId; readonly isProvisional: boolean },
): Promise<Wrapup> {
  const { participantId, mediaType, communicationId, isProvisional } = command;
  const scope = {
    participantId,
    ...(mediaType === undefined ? {} : { mediaType }),
    ...(communicationId === undefined ? {} : { communicationId }),
  };
  const found = assignedWrapup(await demandReadable(context, command), scope, isProvisional);
  if (found === undefined) throw new Fault('resourceUnknown');
  return found;
}

/** A code by which work was concluded. */
export interface WrapupCode {
  readonly code: string;
  readonly name?: string;
}

/**
 * The codes in use for a participant. There is no catalogue of codes here, any is taken; these are the ones that the
 * participant's communications were given.
 * @throws Fault conversationUnknown, permissionMissing or participantUnknown.
 */
export async function readWrapupCodes(
  context: ControlContext,
  command: ChangedParticipant,
): Promise<readonly WrapupCode[]> {
  const { participantId, mediaType } = command;
  const conversation = await demandReadable(context, command);
  const scope = { participantId, ...(mediaType === undefined ? {} : { mediaType }) };
  const given = communicationsIn(conversation, scope).flatMap(({ wrapup }) => wrapup ?? []);
  const codes = new Map(given.map(({ code, name }) => [code, name === undefined ? { code } : { code, name }]));
  return [...codes.values()];
}
