/** Ids by which people come to a video conference, and the conversation that the conference is. */
import {
  type Actor,
  type AuditDraft,
  after,
  type ExternalId,
  Fault,
  limits,
  type MeetingId,
  type VideoMeeting,
} from '@tacet/domain';
import { type Access, demandAccess } from './access.ts';
import type { Request } from './authorise.ts';
import type { ControlContext } from './context.ts';
import { conferenceName } from './conversation-keys.ts';
import type { Newcomer } from './newcomers.ts';
import { findOrStartConversation } from './start-conversation.ts';

const access: Access = { permissions: ['video:video:access'] };
const dayMs = 86_400_000;

export interface AddMeeting extends Request {
  /** What the conference is called elsewhere; a new name where this is left out. */
  readonly conferenceId?: string;
  readonly isEphemeral: boolean;
  readonly days?: number;
}

/** Whoever asks is the first in the conference: a user, or a program. */
function firstOf({ userId, name }: Actor): Newcomer {
  return userId === undefined ? { purpose: 'api', name } : { purpose: 'agent', userId };
}

/** Meetings whose time is over, to be removed. @throws Fault conversationsExhausted when there are too many others. */
async function expired(context: ControlContext): Promise<readonly VideoMeeting[]> {
  const now = context.clock.now();
  const all = await context.store.documentsOf('videoMeeting');
  const over = all.filter(({ expiresAt }) => expiresAt <= now);
  if (all.length - over.length >= limits.videoMeetingsMax) throw new Fault('conversationsExhausted');
  return over;
}

/**
 * Makes an id for a conference. A conference that nobody has spoken of yet begins as a conversation of its own.
 * @throws Fault permissionMissing, conversationsExhausted or storageUnavailable.
 */
export async function addMeeting(context: ControlContext, command: AddMeeting): Promise<VideoMeeting> {
  const { actor, asked, isEphemeral, days = limits.meetingDays } = command;
  const over = await expired(context);
  const conferenceId = command.conferenceId ?? context.ids.next();
  const name: ExternalId = conferenceName(conferenceId);
  const { view } = await findOrStartConversation(context, name, {
    ...{ actor, asked, access, mediaType: 'video', details: { roomId: conferenceId } },
    joining: [{ who: firstOf(actor) }],
  });
  const { id: conversationId, divisionId } = view.conversation;
  const expiresAt = after(context.clock.now(), days * dayMs);
  const id = context.ids.next<MeetingId>();
  const meeting: VideoMeeting = { id, conferenceId, conversationId, divisionId, isEphemeral, expiresAt };
  const about = { at: context.clock.now(), action: 'conversationChanged', result: 'done', conversationId } as const;
  const audit: AuditDraft = { ...about, by: asked, facts: { meetingId: id } };
  await context.store.commit({
    documents: [
      { kind: 'videoMeeting', id, value: meeting },
      ...over.map((one) => ({ kind: 'videoMeeting', id: one.id, value: undefined }) as const),
    ],
    audit: [audit],
  });
  return meeting;
}

/** @throws Fault resourceUnknown for one that is not there or whose time is over, or permissionMissing. */
export async function readMeeting(context: ControlContext, actor: Actor, id: MeetingId): Promise<VideoMeeting> {
  const meeting = await context.store.document('videoMeeting', id);
  if (meeting === undefined || meeting.expiresAt <= context.clock.now()) throw new Fault('resourceUnknown');
  demandAccess(actor, access, meeting);
  return meeting;
}
