/** Pause and resume a conversation's recording: the use-case behind every door. */
import {
  type AuditAction,
  type ConversationId,
  Fault,
  isActive,
  limits,
  type MediaType,
  mediaTypesOf,
  type PauseCause,
} from '@tacet/domain';
import { demandPauseRight, noteRefusal, type Request } from './authorise.ts';
import type { ControlContext } from './context.ts';
import type { LiveConversation } from './live-conversations.ts';
import type { StateOutcome } from './observer.ts';
import { pause } from './pause.ts';
import type { RecordingStateSet } from './pause-task.ts';
import { resume } from './resume.ts';

/** How long a pause may wait for its turn beyond the time in which gates have to confirm. */
const queueMsMax = 500;

export interface SetRecordingState extends Request {
  readonly conversationId: ConversationId;
  /** The type that the door names; a conversation without it is not there for that door. Absent: any. */
  readonly mediaType?: MediaType;
  readonly state: 'ACTIVE' | 'PAUSED';
  readonly cause: PauseCause;
  /** Whether the door is for one's own conversations or for others'. */
  readonly right: 'own' | 'others';
}

function auditActionOf(state: 'ACTIVE' | 'PAUSED'): AuditAction {
  return state === 'PAUSED' ? 'recordingPaused' : 'recordingResumed';
}

function findLive(context: ControlContext, conversationId: ConversationId): LiveConversation {
  const live = context.live.get(conversationId);
  if (live === undefined || !isActive(live.conversation)) throw new Fault('conversationUnknown', { conversationId });
  return live;
}

function findPermitted(context: ControlContext, command: SetRecordingState): LiveConversation {
  const { conversationId, mediaType, actor, right } = command;
  const live = findLive(context, conversationId);
  if (mediaType !== undefined && !mediaTypesOf(live.conversation).has(mediaType)) {
    throw new Fault('conversationUnknown', { conversationId });
  }
  demandPauseRight(actor, right, live.conversation);
  return live;
}

/** A pause is answered in time, whatever stands before it: with an error, while its gates have been told to close. */
function inTime(
  context: ControlContext,
  { conversationId, asked }: SetRecordingState,
  pausing: Promise<RecordingStateSet>,
): Promise<RecordingStateSet> {
  return new Promise((resolve, reject) => {
    const cancel = context.clock.later(limits.gateDeadlineMs + queueMsMax, () => {
      const streams = [...(context.live.get(conversationId)?.captures.keys() ?? [])];
      const fault = new Fault('gateUnconfirmed', { streams });
      context.raise({ what: 'gateUnconfirmed', facts: { conversationId, streams: streams.length } });
      const facts = { fault: fault.code, streams };
      const about = { at: context.clock.now(), action: 'recordingPaused', by: asked, conversationId } as const;
      context.store.commit({ audit: [{ ...about, result: 'failed', facts }] }).catch(context.report);
      reject(fault);
    });
    pausing.finally(cancel).then(resolve, reject);
  });
}

/** Tells how a command ended and how long it took; the histogram of it is what the goals are judged by. */
async function timed(
  context: ControlContext,
  command: SetRecordingState,
  setting: () => Promise<RecordingStateSet>,
): Promise<RecordingStateSet> {
  const { observe } = context;
  if (observe === undefined) return setting();
  const { state, conversationId } = command;
  const since = context.clock.now();
  const tell = (outcome: StateOutcome): void => observe.recordingStateSet(state, outcome, context.clock.now() - since);
  try {
    const done = await observe.step('recordingState', { conversationId, asked: state }, setting);
    tell('done');
    return done;
  } catch (error) {
    tell(error instanceof Fault ? error.code : 'defect');
    throw error;
  }
}

/**
 * Sets the recording state of a live conversation.
 *
 * For PAUSED it resolves only when every live gate has confirmed and the fact is durable (P1, P2); for ACTIVE when the
 * gates are open. A resume that a pause overtakes ends as a conflict.
 * @throws Fault conversationUnknown, permissionMissing, userNeeded, notParticipant, gateUnconfirmed,
 *   supersededByPause or storageUnavailable; each is in the audit log.
 */
export function setRecordingState(context: ControlContext, command: SetRecordingState): Promise<RecordingStateSet> {
  return timed(context, command, () => setInOrder(context, command));
}

async function setInOrder(context: ControlContext, command: SetRecordingState): Promise<RecordingStateSet> {
  const { conversationId, cause, asked, state } = command;
  try {
    const { captures } = findPermitted(context, command);
    if (state === 'PAUSED' && context.queue.isBusy(conversationId)) {
      // Something is under way, perhaps a resume that waits for its fence: shut the gates now, take our turn after.
      context.media.close([...captures.keys()], limits.gateDeadlineMs).catch(context.report);
    }
    const act = (superseded: AbortSignal): Promise<RecordingStateSet> => {
      // Who asks was let in above. Were that asked again, someone who left meanwhile would leave gates shut and no pause.
      const task = { live: findLive(context, conversationId), cause, asked };
      return state === 'PAUSED' ? pause(context, task) : resume(context, task, superseded);
    };
    return await (state === 'PAUSED'
      ? inTime(context, command, context.queue.preempt(conversationId, act))
      : context.queue.run(conversationId, act));
  } catch (error) {
    const isOurs = error instanceof Fault && (error.kind === 'late' || error.kind === 'unavailable');
    if (error instanceof Fault && !isOurs) {
      await noteRefusal(context, asked, { action: auditActionOf(state), fault: error, conversationId });
    }
    throw error;
  }
}
