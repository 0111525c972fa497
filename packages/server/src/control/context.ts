/** What every use-case works with: the ports, the policy, and the conversations that are live on this node. */
import type {
  Asked,
  Clock,
  DivisionId,
  Fault,
  IdSource,
  KeyService,
  MediaHost,
  MetadataStore,
  RecordingPolicy,
  UserId,
} from '@tacet/domain';
import type { Alarm } from './alarm.ts';
import type { ConversationQueue } from './conversation-queue.ts';
import type { LiveConversations } from './live-conversations.ts';
import type { Observer } from './observer.ts';
import type { RecordingSources } from './recording-sources.ts';
import type { Restoring } from './restoring.ts';

/** A person who takes part in conversations, as far as conversations need to know. */
export interface KnownUser {
  readonly id: UserId;
  readonly name: string;
  /** SIP addresses of record. */
  readonly addresses: readonly string[];
  readonly divisionId: DivisionId;
  /** Contract: counts the changes of the user. */
  readonly version: number;
}

export interface ControlContext {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly store: MetadataStore;
  readonly media: MediaHost;
  /** Seals what is kept of sources. */
  readonly keys: KeyService;
  readonly policy: RecordingPolicy;
  /** Where conversations belong that arrive without a division. */
  readonly homeDivision: DivisionId;
  /** The user who owns a SIP address of record. */
  readonly userBySipAddress: (address: string) => UserId | undefined;
  /** A user who is not deleted. */
  readonly findUser: (id: UserId) => KnownUser | undefined;
  readonly hasDivision: (id: DivisionId) => boolean;
  readonly queue: ConversationQueue;
  readonly live: LiveConversations;
  readonly sources: RecordingSources;
  readonly restoring: Restoring;
  readonly raise: (alarm: Alarm) => void;
  /** Whoever watches over the server; absent where nobody does. */
  readonly observe?: Observer;
  /** A failure that no caller waits for. */
  readonly report: (fault: Fault | Error) => void;
}

/** The system itself as the one who asks. */
export function systemAsks(context: ControlContext, door: string): Asked {
  return { clientId: 'system', name: 'Tacet', from: '', door, requestId: context.ids.next() };
}
