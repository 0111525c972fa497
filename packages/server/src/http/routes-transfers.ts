/** The doors at which a participant is replaced by another; nothing is said to the telephone system by them. */
import { Fault, type Permission, type TransferType } from '@tacet/domain';
import type { TSchema } from 'typebox';
import { replaceParticipant, type TargetWish } from '../control/index.ts';
import { type ParticipantPlace, participantPlaces } from './changeable-types.ts';
import type { GuardedCall, GuardedDoor } from './door.ts';
import type { HttpContext } from './http-context.ts';
import {
  TransferRequest,
  TransferToAddressRequest,
  TransferToAgentRequest,
  TransferToExternalRequest,
  TransferToQueueRequest,
} from './models/handover.ts';
import { changedIn } from './participant-call.ts';

/** What the bodies of these doors have; each has some of it. */
interface HandoverBody extends TargetWish {
  readonly transferType?: TransferType;
  readonly userName?: string;
  readonly voicemail?: boolean;
}

/** @throws Fault constraintBroken for what only a telephone system can do. */
function targetIn({ userId, userName, queueId, address, voicemail }: Omit<HandoverBody, 'transferType'>): TargetWish {
  if (voicemail === true) {
    throw new Fault('constraintBroken', { field: 'voicemail', problem: 'is not offered: nothing here takes messages' });
  }
  const isNamedOnly = (userId ?? queueId ?? address ?? '') === '' && userName !== undefined;
  if (isNamedOnly) {
    throw new Fault('constraintBroken', {
      field: 'userName',
      problem: 'is not enough: users are named by their userId',
    });
  }
  return {
    ...(userId === undefined ? {} : { userId }),
    ...(queueId === undefined ? {} : { queueId }),
    ...(address === undefined ? {} : { address }),
  };
}

interface Row {
  /** Behind the participant's path. */
  readonly below: string;
  /** Behind the operation's name. */
  readonly name: string;
  readonly to: string;
  readonly also?: Permission;
  readonly body: TSchema;
  readonly mark?: Pick<GuardedDoor, 'isDeprecated'>;
}

const anyTarget: Row = { below: 'replace', name: 'Replace', to: 'another participant', body: TransferRequest };

/** Whatever the media types; the deprecated ones are those that say in one body what others say with their path. */
const agnostic: readonly Row[] = [
  { ...anyTarget, mark: { isDeprecated: true } },
  {
    below: 'replace/agent',
    name: 'ReplaceAgent',
    to: 'a user',
    also: 'conversation:communication:blindTransferAgent',
    body: TransferToAgentRequest,
  },
  {
    below: 'replace/queue',
    name: 'ReplaceQueue',
    to: 'a queue',
    also: 'conversation:communication:blindTransferQueue',
    body: TransferToQueueRequest,
  },
  {
    below: 'replace/external',
    name: 'ReplaceExternal',
    to: 'somebody outside',
    also: 'conversation:communication:blindTransferExternal',
    body: TransferToExternalRequest,
    mark: { isDeprecated: true },
  },
  { below: 'transfer', name: 'Transfer', to: 'an address', body: TransferToAddressRequest },
];

function transferDoor({ control }: HttpContext, place: ParticipantPlace, row: Row): GuardedDoor {
  const { below, name, to, also, body, mark } = row;
  const access: readonly Permission[] = [
    'conversation:communication:blindTransfer',
    ...(also === undefined ? [] : [also]),
  ];
  return {
    method: 'POST',
    path: `${place.path}/${below}`,
    operation: `post${place.name}${name}`,
    summary: `Hands over from a participant to ${to}, who is alerting until connected.`,
    description:
      'Tacet moves no media: the telephone system transfers, and this says so. Unattended, who hands over leaves at ' +
      'once; attended, as soon as the target is connected. A pause stays as it is. A user has to take part.',
    ...place.mark,
    ...mark,
    access,
    body,
    answers: { 202: undefined },
    answer: async (call: GuardedCall) => {
      const wish = call.body as HandoverBody;
      const { transferType = 'Unattended' } = wish;
      await replaceParticipant(control, { ...changedIn(call, place, access), to: targetIn(wish), transferType });
      return { status: 202 };
    },
  };
}

export function transferDoors(http: HttpContext): readonly GuardedDoor[] {
  return participantPlaces.flatMap((place) =>
    (place.type === undefined ? agnostic : [anyTarget]).map((row) => transferDoor(http, place, row)),
  );
}
