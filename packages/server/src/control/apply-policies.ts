/** Retention policies, carried out: the first one that matches a recording says when it is to be deleted. */
import {
  type Communication,
  type Conversation,
  type Instant,
  instant,
  type MediaType,
  type Recording,
  type RetentionPolicy,
} from '@tacet/domain';
import type { ControlContext } from './context.ts';

const dayMs = 86_400_000;

/** What a policy is judged by. */
interface Judged {
  readonly conversation: Conversation;
  readonly recording: Recording & { readonly endedAt: Instant };
}

type Members = { readonly [name: string]: unknown };

function members(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

/** Which member of the contract's `mediaPolicies` is for a medium. */
const ownPolicy: { readonly [type in MediaType]?: string } = {
  call: 'callPolicy',
  callback: 'callPolicy',
  chat: 'chatPolicy',
  email: 'emailPolicy',
  message: 'messagePolicy',
  social: 'messagePolicy',
};

/** What conditions call a medium; a medium without a word of its own is known by ours. */
const mediaWords: { readonly [type in MediaType]?: string } = { screenshare: 'SCREEN', callback: 'CALL' };

function isOneOf(list: unknown, words: ReadonlySet<string>, word: (item: unknown) => unknown): boolean {
  return Array.isArray(list) && list.some((item) => words.has(String(word(item)).toUpperCase()));
}

function own(item: unknown): unknown {
  return item;
}

function idOf(item: unknown): unknown {
  return members(item)['id'];
}

function upper(words: readonly (string | undefined)[]): ReadonlySet<string> {
  return new Set(words.flatMap((word) => (word === undefined ? [] : [word.toUpperCase()])));
}

function ofMedium({ conversation, recording }: Judged): readonly Communication[] {
  const all = conversation.participants.flatMap(({ communications }) => communications);
  return all.filter(({ mediaType }) => mediaType === recording.mediaType);
}

function isInRange(range: unknown, { recording }: Judged): boolean {
  const [from = '', to = ''] = String(range).split('/');
  const [begin, end] = [Date.parse(from), Date.parse(to)];
  return recording.startedAt >= begin && recording.startedAt < end;
}

type Judge = (condition: unknown, judged: Judged) => boolean;

/** The conditions that can be judged here when a recording ends. */
const judges: { readonly [name: string]: Judge } = {
  mediaTypes: (list, { recording: { mediaType } }) => isOneOf(list, upper([mediaWords[mediaType] ?? mediaType]), own),
  directions: (list, judged) => isOneOf(list, upper(ofMedium(judged).map(({ direction }) => direction)), own),
  forUsers: (list, { conversation }) => isOneOf(list, upper(conversation.participants.map((p) => p.userId)), idOf),
  forQueues: (list, { conversation }) => isOneOf(list, upper(conversation.participants.map((p) => p.queueId)), idOf),
  dateRanges: (list, judged) => Array.isArray(list) && list.some((range) => isInRange(range, judged)),
};

/** A condition that says nothing holds for everybody. */
function isEmpty(condition: unknown): boolean {
  if (condition === undefined || condition === null) return true;
  if (Array.isArray(condition)) return condition.length === 0;
  return typeof condition === 'object' && Object.values(condition).every(isEmpty);
}

// Rule: a policy with a condition that cannot be judged deletes nothing
function holds(conditions: unknown, judged: Judged): boolean {
  const named = Object.entries(members(conditions)).filter(([, condition]) => !isEmpty(condition));
  return named.every(([name, condition]) => judges[name]?.(condition, judged) ?? false);
}

/** When a recording is to be deleted by these actions; `undefined` where they do not say so. */
function deleteAtBy(actions: unknown, endedAt: Instant): Instant | undefined {
  const { alwaysDelete, deleteRecording, retainRecording, retentionDuration } = members(actions);
  if (alwaysDelete === true || (deleteRecording === true && retainRecording !== true)) return endedAt;
  const days = members(members(retentionDuration)['deleteRetention'])['days'];
  if (typeof days !== 'number' || !Number.isSafeInteger(days) || days < 1) return undefined;
  const at = endedAt + days * dayMs;
  return Number.isSafeInteger(Math.ceil(at)) ? instant(at) : undefined;
}

/** What one policy says of a recording; `undefined` where it is not for it, or has no word about keeping it. */
function saidBy(policy: RetentionPolicy, judged: Judged): { readonly deleteAt?: Instant } | undefined {
  const { endedAt, mediaType } = judged.recording;
  const part = members(members(policy.mediaPolicies)[ownPolicy[mediaType] ?? '']);
  const both = [
    { conditions: part['conditions'], actions: part['actions'] },
    // Without parts for single media, the policy as a whole is for every medium.
    ...(isEmpty(policy.mediaPolicies) || policy.actions !== undefined ? [policy] : []),
  ];
  for (const { conditions, actions } of both) {
    if (isEmpty(actions) || !holds(policy.conditions, judged) || !holds(conditions, judged)) continue;
    const deleteAt = deleteAtBy(actions, endedAt);
    if (deleteAt !== undefined) return { deleteAt };
    if (members(actions)['retainRecording'] === true) return {};
  }
  return undefined;
}

/** The recording with the date that the first matching policy gives it; one that has a date keeps it. */
export async function withPolicies<T extends Recording>(
  context: ControlContext,
  conversation: Conversation,
  recording: T,
): Promise<T> {
  const { endedAt, retention } = recording;
  if (endedAt === undefined || retention?.deleteAt !== undefined) return recording;
  try {
    const all = await context.store.documentsOf('retentionPolicy');
    const judged = { conversation, recording: { ...recording, endedAt } };
    // Rule: of the policies that match, the first in order says how long a recording is kept
    for (const policy of all.filter(({ isEnabled }) => isEnabled).sort((a, b) => a.order - b.order)) {
      const said = saidBy(policy, judged);
      if (said !== undefined)
        return said.deleteAt === undefined ? recording : { ...recording, retention: { ...retention, ...said } };
    }
  } catch (error) {
    // A recording that ends must not depend on it: it is kept.
    context.report(error as Error);
  }
  return recording;
}
