/** The doors to the ids by which people come to video conferences. */
import { Fault, type MeetingId, toIso, uuidAs, type VideoMeeting } from '@tacet/domain';
import type { Static } from 'typebox';
import { addMeeting, readMeeting } from '../control/index.ts';
import { type GuardedDoor, ok, withBody } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { GenerateMeetingIdRequest, MeetingIdRecord } from './models/creation.ts';
import { conversationHeader } from './routes-creation-messages.ts';
import { given } from './view-communication.ts';

const path = '/api/v2/conversations/videos/meetings';

function meetingModel({ id, isEphemeral, conferenceId, expiresAt }: VideoMeeting): Static<typeof MeetingIdRecord> {
  return { id, ephemeral: isEphemeral, conferenceId, dateExpired: toIso(expiresAt), selfUri: `${path}/${id}` };
}

export function videoCreationDoors({ control }: HttpContext): readonly GuardedDoor[] {
  return [
    withBody({
      method: 'POST',
      path,
      operation: 'postConversationsVideosMeetings',
      summary: 'Makes an id for a video conference, which begins as a conversation if it has not.',
      description: `The header \`${conversationHeader}\` names the conversation, which has conferenceId as an external id.`,
      access: ['video:video:access'],
      body: GenerateMeetingIdRequest,
      answers: { 200: MeetingIdRecord },
      answer: async ({ actor, asked, body }) => {
        const { ephemeral: isEphemeral, conferenceId, expireTimeDays } = body;
        const wish = { isEphemeral, ...given('conferenceId', conferenceId), ...given('days', expireTimeDays) };
        const meeting = await addMeeting(control, { actor, asked, ...wish });
        return { ...ok(meetingModel(meeting)), headers: { [conversationHeader]: meeting.conversationId } };
      },
    }),
    {
      method: 'GET',
      path: `${path}/{meetingId}`,
      operation: 'getConversationsVideosMeeting',
      summary: 'The conference that the id of a meeting leads to.',
      access: ['video:video:access'],
      answers: { 200: MeetingIdRecord },
      answer: async ({ actor, path: { meetingId = '' } }) => {
        const id = uuidAs<MeetingId>(meetingId);
        if (id === undefined) throw new Fault('resourceUnknown');
        return ok(meetingModel(await readMeeting(control, actor, id)));
      },
    },
  ];
}
