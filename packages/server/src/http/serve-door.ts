/** One request through one door, from the token to the answer; every failure becomes an answer too. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type Actor,
  type ConversationId,
  Fault,
  mayAnywhere,
  type Permission,
  type RequestId,
  uuidAs,
} from '@tacet/domain';
import { noteRefusal } from '../control/index.ts';
import { throttleKey } from '../remote-address.ts';
import { type Authorised, askedBy, authorise } from './authorise.ts';
import { checkedBody } from './check-body.ts';
import type { Answer, Call, Door, GuardedCall, GuardedDoor, OpenDoor } from './door.ts';
import { EdgeFault } from './edge-fault.ts';
import { errorBody, errorHeaders, type FaultArea } from './faults.ts';
import type { HttpContext } from './http-context.ts';
import type { RateLimits } from './rate-limits.ts';
import type { RefusalLog } from './rate-refusals.ts';
import { objectOrList, readBytes, readJsonBody } from './read-body.ts';
import { demandScope } from './scopes.ts';

/** What requests pass on their way, beside the doors' own context. */
export interface Edge {
  readonly http: HttpContext;
  readonly rates: RateLimits;
  readonly refusals: RefusalLog;
}

/** A request as the router hands it over, with its body unread. */
export interface Arrived extends Omit<Call, 'body'> {
  readonly raw: IncomingMessage;
  /** For headers that tell of the request rather than of its answer. */
  readonly response: ServerResponse;
}

/** How far a request got, for the audit log. */
interface Progress {
  authorised?: Authorised;
  body?: unknown;
  /** The use-case has taken over, and writes its own refusals. */
  isHandedOver: boolean;
}

/** The answer to a failure; what is our own doing is reported, so that a person of ours looks. */
export function answerFault(
  { control }: Pick<HttpContext, 'control'>,
  error: unknown,
  requestId: RequestId,
  area: FaultArea = 'conversations',
): Answer {
  const isFault = error instanceof Fault || error instanceof EdgeFault;
  const fault = isFault ? error : new EdgeFault('defect', {}, error);
  if (!isFault) control.report(error instanceof Error ? error : fault);
  else if (fault instanceof Fault && fault.kind === 'unavailable') control.report(fault);
  const json = errorBody(fault, requestId, area);
  return { status: json.status, json, headers: errorHeaders(json, fault.facts) };
}

/** Turns away whoever the use-case would turn away for any conversation. */
function admit({ access, needsAll, needsUser, isForParticipants }: GuardedDoor, actor: Actor): void {
  if (needsUser === true && actor.userId === undefined) throw new Fault('userNeeded');
  if (access.length === 0 || isForParticipants === true) return;
  const holds = (permission: Permission): boolean => mayAnywhere(actor, permission);
  // Rule: a door turns away whoever holds none of its permissions anywhere
  if (needsAll === true && !access.every(holds)) throw new Fault('permissionsMissing', { permissions: access });
  if (needsAll !== true && !access.some(holds)) throw new Fault('permissionMissing', { permissions: access });
}

function passOpen({ http, rates }: Edge, door: OpenDoor, arrived: Arrived): Promise<Answer> {
  const link = http.links.find(arrived.path['token'] ?? '');
  // Who follows a link to media draws on the budget of whoever asked for it.
  if (link === undefined) rates.countStranger(arrived.raw, arrived.response);
  else rates.countActor(arrived.response, door, link.actor);
  return door.answer({ ...arrived, body: undefined, readBytes: (maximum) => readBytes(arrived.raw, maximum) });
}

/** Who asks; whoever fails to say so too often is told that instead, and keeps nobody else from being answered. */
async function identify({ http, rates }: Edge, { raw, response }: Arrived): Promise<Authorised> {
  try {
    return await authorise(http.tokens, raw);
  } catch (error) {
    if (error instanceof Fault && error.kind === 'unauthenticated') rates.countStranger(raw, response);
    throw error;
  }
}

async function passGuarded(edge: Edge, door: GuardedDoor, arrived: Arrived, progress: Progress): Promise<Answer> {
  const { raw, requestId } = arrived;
  progress.authorised = await identify(edge, arrived);
  const { actor, bearer } = progress.authorised;
  edge.rates.countActor(arrived.response, door, actor);
  demandScope(actor, door);
  admit(door, actor);
  progress.body = door.body === undefined ? undefined : await readJsonBody(raw);
  const isLeftOut = progress.body === undefined && door.isBodyOptional === true;
  if (door.body !== undefined && !isLeftOut) progress.body = checkedBody(objectOrList(progress.body), door.body);
  const call: GuardedCall = {
    ...arrived,
    body: progress.body,
    actor,
    bearer,
    asked: askedBy(actor, { door, requestId, raw }),
    handOver: () => {
      progress.isHandedOver = true;
    },
  };
  return door.answer(call);
}

/** A refusal before any use-case heard of the request, in the audit log of those doors that want it there (P9). */
async function note(
  { http, refusals }: Edge,
  door: Door,
  arrived: Arrived,
  { error, progress }: { readonly error: unknown; readonly progress: Progress },
): Promise<void> {
  if (door.access === 'anyone' || door.refusedAs === undefined || progress.isHandedOver) return;
  const isEdge = error instanceof EdgeFault && error.code !== 'defect';
  const fault = isEdge ? new Fault('bodyMalformed', { why: error.code }) : error;
  if (!(fault instanceof Fault) || fault.kind === 'unavailable') return;
  const { raw, requestId } = arrived;
  const actor = progress.authorised?.actor;
  const asked = askedBy(actor, { door, requestId, raw });
  const conversationId = uuidAs<ConversationId>(arrived.path['conversationId'] ?? '');
  const about = conversationId === undefined ? {} : { conversationId };
  const refusal = { action: door.refusedAs(progress.body), fault, ...about };
  // Strangers, and whoever is over the limit, may come in any number.
  if (actor === undefined || fault.code === 'rateExceeded') {
    await refusals.note(actor?.clientId ?? throttleKey(asked.from), asked, refusal);
    return;
  }
  // What could not be written down is refused all the same.
  await noteRefusal(http.control, asked, refusal).catch(http.control.report);
}

/** Never rejects. */
export async function serveDoor(edge: Edge, door: Door, arrived: Arrived): Promise<Answer> {
  const progress: Progress = { isHandedOver: false };
  try {
    if (door.access === 'anyone') return await passOpen(edge, door, arrived);
    return await passGuarded(edge, door, arrived, progress);
  } catch (error) {
    // Rule: every refused attempt to change a recording state is in the audit log
    await note(edge, door, arrived, { error, progress });
    return answerFault(edge.http, error, arrived.requestId, door.area);
  }
}
