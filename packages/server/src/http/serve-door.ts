/** One request through one door, from the token to the answer; every failure becomes an answer too. */
import type { IncomingMessage } from 'node:http';
import { type ConversationId, Fault, type RequestId, uuidAs } from '@tacet/domain';
import { noteRefusal } from '../control/index.ts';
import { type Authorised, askedBy, authorise } from './authorise.ts';
import type { Answer, Call, Door, GuardedCall } from './door.ts';
import { EdgeFault } from './edge-fault.ts';
import { errorBody, errorHeaders, type FaultArea } from './faults.ts';
import type { HttpContext } from './http-context.ts';
import { readJsonBody } from './read-body.ts';

/** A request as the router hands it over, with its body unread. */
export interface Arrived extends Omit<Call, 'body'> {
  readonly raw: IncomingMessage;
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

async function passThrough(http: HttpContext, door: Door, arrived: Arrived, progress: Progress): Promise<Answer> {
  const { raw, requestId } = arrived;
  if (door.access === 'anyone') return door.answer({ ...arrived, body: undefined });
  progress.authorised = await authorise(http.tokens, raw);
  const { actor, bearer } = progress.authorised;
  progress.body = door.body === undefined ? undefined : await readJsonBody(raw);
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
  http: HttpContext,
  door: Door,
  arrived: Arrived,
  { error, progress }: { readonly error: unknown; readonly progress: Progress },
): Promise<void> {
  if (door.access === 'anyone' || door.refusedAs === undefined || progress.isHandedOver) return;
  const isEdge = error instanceof EdgeFault && error.code !== 'defect';
  const fault = isEdge ? new Fault('bodyMalformed', { why: error.code }) : error;
  if (!(fault instanceof Fault) || fault.kind === 'unavailable') return;
  const { raw, requestId } = arrived;
  const asked = askedBy(progress.authorised?.actor, { door, requestId, raw });
  const conversationId = uuidAs<ConversationId>(arrived.path['conversationId'] ?? '');
  const about = conversationId === undefined ? {} : { conversationId };
  // What could not be written down is refused all the same.
  await noteRefusal(http.control, asked, { action: door.refusedAs(progress.body), fault, ...about }).catch(
    http.control.report,
  );
}

/** Never rejects. */
export async function serveDoor(http: HttpContext, door: Door, arrived: Arrived): Promise<Answer> {
  const progress: Progress = { isHandedOver: false };
  try {
    return await passThrough(http, door, arrived, progress);
  } catch (error) {
    // Rule: every refused attempt to change a recording state is in the audit log
    await note(http, door, arrived, { error, progress });
    return answerFault(http, error, arrived.requestId, door.area);
  }
}
