/** The doors to wrap-ups: of participants, and of their single communications in all nine media types. */
import { type CommunicationId, type Permission, toIso, type Wrapup } from '@tacet/domain';
import { Type } from 'typebox';
import { changeParticipant, readWrapup, readWrapupCodes } from '../control/index.ts';
import { everyType, type ParticipantPlace, participantPlaces, placeOf } from './changeable-types.ts';
import { type Answer, type GuardedCall, type GuardedDoor, ok, withBody } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { AssignedWrapupCode, WrapupCode, WrapupInput } from './models/participant-change.ts';
import { changedIn } from './participant-call.ts';
import { communicationIdOf } from './path-ids.ts';
import { type ChoiceParameter, choiceOf } from './query.ts';
import { wrapupNote } from './wrapup-body.ts';

const provisionalParameter: ChoiceParameter<'true' | 'false'> = {
  kind: 'choice',
  name: 'provisional',
  values: ['true', 'false'],
};

/** Participants need no permission (contract: NO); others need the one to view communications. */
const viewing: readonly Permission[] = ['conversation:communication:view'];

function assignedModel({ code, notes, tags, durationSeconds, endedAt }: Wrapup) {
  return {
    code,
    ...(notes === undefined ? {} : { notes }),
    ...(tags === undefined ? {} : { tags: [...tags] }),
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
    endTime: toIso(endedAt),
  };
}

async function answerWrapup(
  { control }: HttpContext,
  call: GuardedCall,
  place: ParticipantPlace,
  communicationId?: CommunicationId,
): Promise<Answer> {
  const isProvisional = choiceOf(call.query, provisionalParameter) === 'true';
  const one = communicationId === undefined ? {} : { communicationId };
  return ok(assignedModel(await readWrapup(control, { ...changedIn(call, place, viewing), ...one, isProvisional })));
}

function ofParticipant(http: HttpContext, place: ParticipantPlace): readonly GuardedDoor[] {
  const shared = { method: 'GET', ...place.mark, access: viewing, isForParticipants: true } as const;
  return [
    {
      ...shared,
      path: `${place.path}/wrapup`,
      operation: `get${place.name}Wrapup`,
      summary: 'The newest wrap-up of a participant; 404 while there is none.',
      parameters: [provisionalParameter],
      answers: { 200: AssignedWrapupCode },
      answer: (call) => answerWrapup(http, call, place),
    },
    {
      ...shared,
      path: `${place.path}/wrapupcodes`,
      operation: `get${place.name}Wrapupcodes`,
      summary: 'The codes that a participant was given. There is no catalogue of codes: any can be assigned.',
      answers: { 200: Type.Array(WrapupCode) },
      answer: async (call) => {
        const codes = await readWrapupCodes(http.control, changedIn(call, place, viewing));
        return ok(codes.map(({ code, name = code }) => ({ id: code, name })));
      },
    },
  ];
}

function ofCommunication(http: HttpContext, place: ParticipantPlace): readonly GuardedDoor[] {
  const path = `${place.path}/communications/{communicationId}/wrapup`;
  const name = `${place.name}CommunicationWrapup`;
  const wrapping: readonly Permission[] = ['conversation:participant:wrapup'];
  return [
    {
      method: 'GET',
      path,
      operation: `get${name}`,
      summary: 'The wrap-up of one communication; 404 while there is none.',
      ...place.mark,
      access: viewing,
      isForParticipants: true,
      parameters: [provisionalParameter],
      answers: { 200: AssignedWrapupCode },
      answer: (call) => answerWrapup(http, call, place, communicationIdOf(call)),
    },
    withBody({
      method: 'POST',
      path,
      operation: `post${name}`,
      summary: 'Wraps one communication up, while it goes on or after it.',
      ...place.mark,
      access: wrapping,
      body: WrapupInput,
      answers: { 202: undefined },
      answer: async (call) => {
        const about = { ...changedIn(call, place, wrapping), communicationId: communicationIdOf(call) };
        const wrapup = wrapupNote(call.body);
        await changeParticipant(http.control, { ...about, change: {}, wrapup, isRestricted: true });
        return { status: 202 };
      },
    }),
  ];
}

export function wrapupDoors(http: HttpContext): readonly GuardedDoor[] {
  return [
    ...participantPlaces.flatMap((place) => ofParticipant(http, place)),
    ...everyType.flatMap((type) => ofCommunication(http, placeOf(type))),
  ];
}
