/** The doors of consultations about somebody in a call, before they are transferred. */
import { type ConsultVoice, Fault, type Permission, type UserId, uuidAs } from '@tacet/domain';
import type { TSchema } from 'typebox';
import { cancelConsult, startConsult, type TargetWish, turnConsult } from '../control/index.ts';
import { changeableTypes, type ParticipantPlace, placeOf } from './changeable-types.ts';
import { type GuardedCall, type GuardedDoor, ok, withBody } from './door.ts';
import type { HttpContext } from './http-context.ts';
import {
  ConsultTransfer,
  ConsultTransferResponse,
  ConsultTransferToAddress,
  ConsultTransferToAgent,
  ConsultTransferToExternal,
  ConsultTransferToQueue,
  ConsultTransferUpdate,
} from './models/handover.ts';
import { changedIn } from './participant-call.ts';

/** What the bodies of these doors have; each has some of it. */
interface ConsultBody extends TargetWish {
  readonly speakTo?: ConsultVoice;
  readonly consultingUserId?: string;
  readonly destination?: TargetWish;
}

interface Row {
  readonly below: string;
  readonly name: string;
  readonly to: string;
  readonly also?: Permission;
  readonly body: TSchema;
  readonly mark?: Pick<GuardedDoor, 'isDeprecated'>;
}

const rows: readonly Row[] = [
  { below: 'consult', name: 'Consult', to: 'somebody', body: ConsultTransfer, mark: { isDeprecated: true } },
  {
    below: 'consult/agent',
    name: 'ConsultAgent',
    to: 'a user',
    also: 'conversation:communication:consultTransferAgent',
    body: ConsultTransferToAgent,
  },
  {
    below: 'consult/queue',
    name: 'ConsultQueue',
    to: 'a queue',
    also: 'conversation:communication:consultTransferQueue',
    body: ConsultTransferToQueue,
  },
  {
    below: 'consult/external',
    name: 'ConsultExternal',
    to: 'somebody outside',
    also: 'conversation:communication:consultTransferExternal',
    body: ConsultTransferToExternal,
    mark: { isDeprecated: true },
  },
  { below: 'voice/consult', name: 'VoiceConsult', to: 'an address', body: ConsultTransferToAddress },
];

/** @throws Fault constraintBroken. */
function consultingUserIn({ consultingUserId }: ConsultBody): { readonly consultingUserId?: UserId } {
  if (consultingUserId === undefined) return {};
  const id = uuidAs<UserId>(consultingUserId);
  if (id === undefined) throw new Fault('constraintBroken', { field: 'consultingUserId', problem: 'names no user' });
  return { consultingUserId: id };
}

function startDoor({ control }: HttpContext, place: ParticipantPlace, row: Row): GuardedDoor {
  const { below, name, to, also, body, mark } = row;
  const access: readonly Permission[] = [
    'conversation:communication:consultTransfer',
    ...(also === undefined ? [] : [also]),
  ];
  return {
    method: 'POST',
    path: `${place.path}/${below}`,
    operation: `post${place.name}${name}`,
    summary: `Begins to consult ${to} about a participant, who is to be transferred.`,
    description:
      'The participant of the path is the one who is to be transferred. It is complete when who consulted leaves, and ' +
      'given up with DELETE. Who is not spoken to meanwhile is on hold. A pause stays as it is. A user has to take part.',
    ...mark,
    access,
    body,
    answers: { 200: ConsultTransferResponse },
    answer: async (call: GuardedCall) => {
      const wish = call.body as ConsultBody;
      const { speakTo = 'DESTINATION', destination, userId, queueId, address } = wish;
      const target: TargetWish = destination ?? {
        ...(userId === undefined ? {} : { userId }),
        ...(queueId === undefined ? {} : { queueId }),
        ...(address === undefined ? {} : { address }),
      };
      const about = { ...changedIn(call, place, access), ...consultingUserIn(wish), speakTo, to: target };
      return ok({ destinationParticipantId: await startConsult(control, about) });
    },
  };
}

/** Those who take part need no permission (contract: NO). */
const turning: readonly Permission[] = ['conversation:communication:consultTransfer'];

function turnDoor({ control }: HttpContext, place: ParticipantPlace): GuardedDoor {
  return withBody({
    method: 'PATCH',
    path: `${place.path}/consult`,
    operation: `patch${place.name}Consult`,
    summary: 'Says to whom the one who consults is speaking from now on.',
    access: turning,
    isForParticipants: true,
    body: ConsultTransferUpdate,
    answers: { 200: ConsultTransferResponse },
    answer: async (call) => {
      const { speakTo } = call.body;
      const destinationParticipantId = await turnConsult(control, { ...changedIn(call, place, turning), speakTo });
      return ok({ destinationParticipantId });
    },
  });
}

function cancelDoor({ control }: HttpContext, place: ParticipantPlace): GuardedDoor {
  return {
    method: 'DELETE',
    path: `${place.path}/consult`,
    operation: `delete${place.name}Consult`,
    summary: 'Gives a consultation up; who was consulted leaves.',
    access: turning,
    isForParticipants: true,
    answers: { 200: undefined },
    answer: async (call) => {
      await cancelConsult(control, changedIn(call, place, turning));
      return { status: 200 };
    },
  };
}

export function consultDoors(http: HttpContext): readonly GuardedDoor[] {
  const places = changeableTypes.filter(({ type }) => type === 'call').map(placeOf);
  return places.flatMap((place) => [
    ...rows.map((row) => startDoor(http, place, row)),
    turnDoor(http, place),
    cancelDoor(http, place),
  ]);
}
