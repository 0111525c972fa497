/** Who a conversation is handed over to, as they would join it. */
import {
  type Communication,
  type CommunicationId,
  Fault,
  type Instant,
  limits,
  type Participant,
  type ParticipantId,
  type Transfer,
  uuidAs,
} from '@tacet/domain';
import type { ControlContext, KnownUser } from './context.ts';

/** As a request names the target; the first that is given counts. */
export interface TargetWish {
  readonly userId?: string;
  readonly queueId?: string;
  /** A telephone number, an address of record, or the id of a user or a queue. */
  readonly address?: string;
}

type Named = Pick<Participant, 'purpose' | 'address' | 'name' | 'userId' | 'queueId'>;

/** A target that was found, and how a transfer to it is noted. */
export interface FoundTarget {
  readonly named: Named;
  readonly to: Transfer['to'];
}

function asUser({ id, name, addresses }: KnownUser): FoundTarget {
  return { named: { purpose: 'agent', address: addresses[0] ?? id, name, userId: id }, to: { userId: id } };
}

function asQueue(text: string): FoundTarget {
  const queueId = uuidAs<NonNullable<Participant['queueId']>>(text);
  // Queues are known by their ids only; what is none names no queue.
  if (queueId === undefined) throw new Fault('queueUnknown');
  return { named: { purpose: 'acd', address: queueId, queueId }, to: { queueId } };
}

function userOf(context: ControlContext, text: string): KnownUser | undefined {
  const id = uuidAs<KnownUser['id']>(text);
  return id === undefined ? undefined : context.findUser(id);
}

function byAddress(context: ControlContext, text: string): FoundTarget {
  const address = text.trim();
  if (address.length > limits.addressCharactersMax) {
    throw new Fault('constraintBroken', { field: 'address', problem: `is longer than ${limits.addressCharactersMax}` });
  }
  const ownerId = context.userBySipAddress(address);
  const user = userOf(context, address) ?? (ownerId === undefined ? undefined : context.findUser(ownerId));
  if (user !== undefined) return asUser(user);
  return uuidAs(address) === undefined
    ? { named: { purpose: 'external', address }, to: { address } }
    : asQueue(address);
}

/**
 * @throws Fault constraintBroken for a user who is not known or an address that is too long, queueUnknown for a queue
 * without an id, or `missing` when nobody is named.
 */
export function findTarget(context: ControlContext, wish: TargetWish, missing: Fault): FoundTarget {
  const { userId, queueId, address } = wish;
  if (userId !== undefined && userId !== '') {
    const user = userOf(context, userId);
    if (user === undefined) throw new Fault('constraintBroken', { field: 'userId', problem: 'names no user' });
    return asUser(user);
  }
  if (queueId !== undefined && queueId !== '') return asQueue(queueId);
  if (address !== undefined && address.trim() !== '') return byAddress(context, address);
  throw missing;
}

/** What the target takes over of a communication: the same medium, waiting to be taken. */
function waiting(context: ControlContext, { named }: FoundTarget, of: Communication, at: Instant): Communication {
  const { mediaType, direction, details, standsAlone } = of;
  const isDialed = mediaType === 'call' && named.purpose === 'external';
  return {
    id: context.ids.next<CommunicationId>(),
    mediaType,
    direction,
    state: isDialed ? 'dialing' : 'alerting',
    alertingAt: at,
    ...(details === undefined ? {} : { details }),
    ...(standsAlone === undefined ? {} : { standsAlone }),
  };
}

/** The target with what it is to take over, not yet connected: that is said by the media's source, or by a request. */
export function asParticipant(
  context: ControlContext,
  target: FoundTarget,
  over: readonly Communication[],
  at: Instant,
): Participant {
  const id = context.ids.next<ParticipantId>();
  const communications = over.map((communication) => waiting(context, target, communication, at));
  return { id, sourceId: id, ...target.named, joinedAt: at, communications };
}
