/** A conversation that begins by request; no recording session is needed to keep it going. */
import {
  type Actor,
  type AuditDraft,
  type Conversation,
  type ConversationId,
  type DivisionId,
  type ExternalId,
  Fault,
  limits,
  openCommunications,
  runningControl,
  withExternalIds,
} from '@tacet/domain';
import { type Access, demandAccess } from './access.ts';
import type { Request } from './authorise.ts';
import type { ControlContext } from './context.ts';
import { keyOf, keysOf } from './conversation-keys.ts';
import { type ConversationView, viewOf } from './find-conversations.ts';
import { recordItems } from './item-recordings.ts';
import { type JoinedMedia, type Joining, withJoining } from './newcomers.ts';

export interface StartConversation extends Request, JoinedMedia {
  readonly access: Access;
  readonly divisionId?: DivisionId;
  readonly joining: readonly Joining[];
  readonly externalIds?: readonly ExternalId[];
}

/** The division that the request names, or that of the user who asks, or the home division. */
function divisionFor(context: ControlContext, actor: Actor, named: DivisionId | undefined): DivisionId {
  if (named !== undefined && !context.hasDivision(named)) {
    throw new Fault('constraintBroken', { field: 'divisionId', problem: 'names no division' });
  }
  const user = actor.userId === undefined ? undefined : context.findUser(actor.userId);
  return named ?? user?.divisionId ?? context.homeDivision;
}

/** @throws Fault as `startConversation`. */
function conversationFrom(context: ControlContext, command: StartConversation): Conversation {
  const { actor, access, joining, externalIds = [] } = command;
  const divisionId = divisionFor(context, actor, command.divisionId);
  demandAccess(actor, access, { divisionId });
  if (context.live.count >= limits.conversationsLiveMax) throw new Fault('conversationsExhausted');
  const id = context.ids.next<ConversationId>();
  const startedAt = context.clock.now();
  const empty = { id, divisionId, startedAt, participants: [], externalIds: [], control: runningControl };
  return withExternalIds(withJoining(context, empty, command, joining), externalIds);
}

/**
 * Begins a conversation; it goes on, over restarts too, until every communication was ended by request. Names that lead
 * to another conversation go on leading there.
 * @throws Fault permissionMissing, permissionsMissing, constraintBroken, conversationsExhausted or storageUnavailable.
 */
export async function startConversation(
  context: ControlContext,
  command: StartConversation,
): Promise<ConversationView> {
  const conversation = conversationFrom(context, command);
  const { id, startedAt, participants } = conversation;
  const keys = keysOf(conversation);
  context.live.learn(keys, id);
  return context.queue.run(id, async () => {
    const facts = { mediaType: command.mediaType, participants: participants.length };
    const about = { at: startedAt, action: 'conversationStarted', result: 'done', conversationId: id } as const;
    const audit: AuditDraft = { ...about, by: command.asked, facts };
    try {
      await context.store.commit({ conversations: [conversation], audit: [audit] });
    } catch (error) {
      context.live.unlearn(keys, id);
      throw error;
    }
    const live = context.live.add(conversation);
    await recordItems(context, live, command.asked);
    return viewOf(context, conversation);
  });
}

/** A conversation that was there, or was begun. */
export interface FoundOrStarted {
  readonly view: ConversationView;
  readonly isNew: boolean;
}

/**
 * The conversation that goes on under the name, with the media type open in it; begins one where there is none. Two
 * requests at the same time find the same one.
 * @throws Fault as `startConversation`.
 */
export async function findOrStartConversation(
  context: ControlContext,
  name: ExternalId,
  command: Omit<StartConversation, 'externalIds'>,
): Promise<FoundOrStarted> {
  const key = keyOf(name);
  const known = key === undefined ? undefined : context.live.idOfKeys([key]);
  if (known !== undefined) {
    // What began at the same moment is there when its turn is over.
    const found = await context.queue.run(known, async () => context.live.get(known)?.conversation);
    if (found !== undefined && openCommunications(found).some((c) => c.mediaType === command.mediaType)) {
      demandAccess(command.actor, command.access, found);
      return { view: viewOf(context, found), isNew: false };
    }
    // The medium is over in it: what comes now is a conversation of its own.
    if (key !== undefined) context.live.unlearn([key], known);
  }
  return { view: await startConversation(context, { ...command, externalIds: [name] }), isNew: true };
}
