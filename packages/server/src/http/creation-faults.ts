/** What can be wrong with a request to begin a conversation, under the names that the contract has for it. */
import type { FaultAnswer } from './fault-answer.ts';

function refused(code: string, text: string): FaultAnswer {
  return { status: 400, code, text };
}

export const creationFaultRows = {
  callbackNumbersMissing: refused(
    'callback.error.missing.callback.numbers',
    'A callback needs at least one number to call',
  ),
  callbackQueueMissing: refused('callback.error.missing.queue.id', 'A callback needs the id of a queue'),
  emailProviderMissing: refused(
    'postino.error.notnull.createconversationrequest.provider',
    'An e-mail conversation needs the name of its provider',
  ),
  emailRouteMissing: refused(
    'postino.error.notnull.createconversationrequest.queueid',
    'An e-mail that comes in needs the id of a queue or of a flow',
  ),
  emailRoutesTooMany: refused('too.many.create.email.parameters', 'Only one of queueId and flowId can be given'),
  emailQueueInvalid: refused('email.error.invalid.queue', 'The id of the queue is none'),
  emailFlowInvalid: refused('bad.flow.id', 'The id of the flow is none'),
  emailQueueMissing: refused('email.outbound.queue.required', 'An e-mail that goes out needs the id of a queue'),
} as const;

export type CreationFaultCode = keyof typeof creationFaultRows;
