/** The doors at which a participant is changed: for all media types, and for each of the six that have their own. */
import { Fault, type Permission } from '@tacet/domain';
import { changeParticipant, setAttributes, setFlag } from '../control/index.ts';
import { changeableTypes, type ParticipantPlace, participantPlaces, placeOf } from './changeable-types.ts';
import { type GuardedDoor, withBody } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { participantWish } from './media-participant-body.ts';
import {
  Empty,
  MediaParticipantRequest,
  ParkingStateRequest,
  ParticipantAttributes,
} from './models/participant-change.ts';
import { changedIn } from './participant-call.ts';
import { communicationIdOf, userIdOf } from './path-ids.ts';
import { instantIn } from './wrapup-body.ts';

const handling: readonly Permission[] = [
  'conversation:participant:wrapup',
  'conversation:call:record',
  'conversation:communication:disconnect',
];

function handlingAt({ type }: ParticipantPlace): readonly Permission[] {
  return type?.type === 'email' ? [...handling, 'conversation:email:park'] : handling;
}

function changeDoor({ control }: HttpContext, place: ParticipantPlace): GuardedDoor {
  const access = handlingAt(place);
  return withBody({
    method: 'PATCH',
    path: place.path,
    operation: `patch${place.name}`,
    summary: 'Connects, disconnects, holds, mutes or wraps up a participant; all that is asked for, or nothing.',
    description:
      'Tacet moves no media: this is what it knows of the conversation. Where hold suppression is set, a hold is ' +
      'answered when every stream has confirmed that it is withheld.',
    ...place.mark,
    access,
    needsUser: true,
    body: MediaParticipantRequest,
    answers: { 202: undefined },
    answer: async (call) => {
      const wish = participantWish(call.body, place.type?.type);
      await changeParticipant(control, { ...changedIn(call, place, access), ...wish, isRestricted: true });
      return { status: 202 };
    },
  });
}

function attributesDoor({ control }: HttpContext, place: ParticipantPlace): GuardedDoor {
  const access: readonly Permission[] = ['conversation:participant:attributesedit'];
  return withBody({
    method: 'PATCH',
    path: `${place.path}/attributes`,
    operation: `patch${place.name}Attributes`,
    summary: 'Notes names and values about a participant; those that are there already stay.',
    ...place.mark,
    access,
    isForParticipants: true,
    body: ParticipantAttributes,
    answers: { 202: place.type === undefined ? undefined : ParticipantAttributes },
    answer: async (call) => {
      const { attributes: given = {} } = call.body;
      const attributes = await setAttributes(control, { ...changedIn(call, place, access), attributes: given });
      return { status: 202, ...(place.type === undefined ? {} : { json: { attributes } }) };
    },
  });
}

function communicationDoor({ control }: HttpContext, place: ParticipantPlace): GuardedDoor {
  const access: readonly Permission[] = ['conversation:communication:disconnect'];
  return withBody({
    method: 'PATCH',
    path: `${place.path}/communications/{communicationId}`,
    operation: `patch${place.name}Communication`,
    summary: 'Ends one communication of a participant; nothing else can be asked of it.',
    ...place.mark,
    access,
    isForParticipants: true,
    needsUser: true,
    body: MediaParticipantRequest,
    answers: { 200: Empty },
    answer: async (call) => {
      const { change, wrapup } = participantWish(call.body, place.type?.type);
      const communicationId = communicationIdOf(call);
      const about = {
        ...changedIn(call, place, access),
        communicationId,
        isRestricted: false,
        isEndOnly: true,
      } as const;
      await changeParticipant(control, { ...about, change, ...(wrapup === undefined ? {} : { wrapup }) });
      return { status: 200, json: {} };
    },
  });
}

/** A program acts for a user who takes part. */
function onBehalfDoor({ control }: HttpContext, place: ParticipantPlace): GuardedDoor {
  const access: readonly Permission[] = [...handling, 'conversation:agentlessCall:add'];
  return withBody({
    method: 'PATCH',
    path: `${place.path}/user/{userId}`,
    operation: `patch${place.name}UserUserId`,
    summary: 'Changes a participant on behalf of a user who takes part in the call.',
    access,
    body: MediaParticipantRequest,
    answers: { 202: undefined },
    answer: async (call) => {
      const wish = participantWish(call.body, place.type?.type);
      const about = { ...changedIn(call, place, access), onBehalfOf: userIdOf(call), isRestricted: true } as const;
      await changeParticipant(control, { ...about, ...wish });
      return { status: 202 };
    },
  });
}

function parkingDoor({ control }: HttpContext, place: ParticipantPlace, permission: Permission): GuardedDoor {
  const access: readonly Permission[] = [permission];
  return withBody({
    method: 'PATCH',
    path: `${place.path}/parkingstate`,
    operation: `patch${place.name}Parkingstate`,
    summary: `Sets the ${place.type?.noun} of a participant aside, until a time if one is given, or takes it up again.`,
    access,
    body: ParkingStateRequest,
    answers: { 204: undefined },
    answer: async (call) => {
      const { state, resumeTime } = call.body;
      if (state === 'connected' && resumeTime !== undefined) {
        throw new Fault('constraintBroken', { field: 'resumeTime', problem: 'is for what is parked' });
      }
      const change = { state, ...(resumeTime === undefined ? {} : { resumeAt: instantIn(resumeTime) }) } as const;
      await changeParticipant(control, { ...changedIn(call, place, access), change, isRestricted: true });
      return { status: 204 };
    },
  });
}

function flagDoors({ control }: HttpContext, place: ParticipantPlace): readonly GuardedDoor[] {
  const access: readonly Permission[] = ['conversation:participant:wrapup'];
  const door = (method: 'PUT' | 'DELETE', summary: string): GuardedDoor => ({
    method,
    path: `${place.path}/flaggedreason`,
    operation: `${method.toLowerCase()}${place.name}Flaggedreason`,
    summary,
    access,
    isForParticipants: true,
    answers: { 204: undefined },
    answer: async (call) => {
      await setFlag(control, { ...changedIn(call, place, access), isFlagged: method === 'PUT' });
      return { status: 204 };
    },
  });
  return [
    door('PUT', 'Marks a participant, to look into the quality of the conversation.'),
    door('DELETE', 'Takes the mark of a participant away.'),
  ];
}

export function participantDoors(http: HttpContext): readonly GuardedDoor[] {
  const typed = changeableTypes.map(placeOf);
  const of = (type: string): readonly ParticipantPlace[] => typed.filter((place) => place.type?.type === type);
  return [
    ...participantPlaces.flatMap((place) => [changeDoor(http, place), attributesDoor(http, place)]),
    ...typed.map((place) => communicationDoor(http, place)),
    ...of('call').map((place) => onBehalfDoor(http, place)),
    ...of('email').map((place) => parkingDoor(http, place, 'conversation:email:park')),
    ...of('message').map((place) => parkingDoor(http, place, 'conversation:message:park')),
    ...participantPlaces.filter(({ type }) => type === undefined).flatMap((place) => flagDoors(http, place)),
  ];
}
