/** Who may pause, view and play; every refusal is written down (P9, P12). */
import {
  type Actor,
  type Asked,
  type AuditAction,
  type Conversation,
  type ConversationId,
  Fault,
  isActiveParticipant,
  may,
  type Permission,
} from '@tacet/domain';
import type { ControlContext } from './context.ts';

/** A request as an edge hands it over: who, and through which door. */
export interface Request {
  readonly actor: Actor;
  readonly asked: Asked;
}

/** Writes a refused attempt into the audit log; what could not be written down is refused all the same. */
export async function noteRefusal(
  context: ControlContext,
  asked: Asked,
  refusal: { readonly action: AuditAction; readonly fault: Fault; readonly conversationId?: ConversationId },
): Promise<void> {
  const { action, fault, conversationId } = refusal;
  const about = conversationId === undefined ? {} : { conversationId };
  const facts = { fault: fault.code, ...fault.facts };
  const entry = { at: context.clock.now(), action, result: 'refused', by: asked, ...about, facts } as const;
  await context.store.commit({ audit: [entry] });
}

/** Writes down that somebody was refused at the door of signalling, before any conversation was looked at. */
export async function noteRefusedSource(context: ControlContext, asked: Asked, because: string): Promise<void> {
  const entry = { at: context.clock.now(), action: 'sourceRefused', result: 'refused', by: asked } as const;
  await context.store.commit({ audit: [{ ...entry, facts: { because } }] });
}

/** @throws Fault permissionMissing. */
export function demand(actor: Actor, permission: Permission, conversation: Pick<Conversation, 'divisionId'>): void {
  if (!may(actor, permission, conversation.divisionId)) {
    throw new Fault('permissionMissing', { permissions: [permission] });
  }
}

/**
 * Pausing others' conversations needs `pauseOthers` and nothing else: no user, no participation.
 * Pausing one's own needs a user who is an active participant, and `pause` (contract §10 row 1).
 * @throws Fault permissionMissing, userNeeded or notParticipant.
 */
export function demandPauseRight(actor: Actor, right: 'own' | 'others', conversation: Conversation): void {
  if (right === 'others') {
    // Rule: pausing others' conversations needs pauseOthers and no participation
    demand(actor, 'conversation:recording:pauseOthers', conversation);
    return;
  }
  if (actor.userId === undefined) throw new Fault('userNeeded');
  // Rule: pausing one's own conversation needs an active participant
  if (!isActiveParticipant(conversation, actor.userId)) throw new Fault('notParticipant');
  demand(actor, 'conversation:recording:pause', conversation);
}
