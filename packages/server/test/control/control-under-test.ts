/** The use-cases over the real store, with clock, ids, media path and faults in the test's hands. */
import {
  type Actor,
  type Asked,
  type AuditEntry,
  builtInRight,
  type ClientId,
  type Conversation,
  type ConversationId,
  type DivisionId,
  type ExpiryStore,
  type Fault,
  type GateReport,
  type PurposeRule,
  type Recording,
  type RecordingId,
  type RequestId,
  type RoleName,
  type StoredEvent,
  type StreamId,
  type UserId,
  type WithheldSpan,
} from '@tacet/domain';
import { ManualClock, MemoryKeys, seededIds, settled } from '@tacet/testkit';
import {
  type Alarm,
  type ControlContext,
  ConversationQueue,
  endRecordingSession,
  type KnownUser,
  LiveConversations,
  RecordingSources,
  type RecordingStateSet,
  Restoring,
  type SessionDescription,
  type SessionParticipant,
  type SessionStarted,
  type SetRecordingState,
  type StartConversation,
  setRecordingState,
  startConversation,
  startRecordingSession,
  updateRecordingSession,
  withEvents,
} from '../../src/control/index.ts';
import { inMemory, openDatabase, SqliteMetadataStore } from '../../src/store/index.ts';
import { type FaultyStore, faultyStore } from './faulty-store.ts';
import { FencedMediaHost } from './fenced-media-host.ts';

export const homeDivision = '00000000-0000-4000-8000-0000000000d1' as DivisionId;
export const otherDivision = '00000000-0000-4000-8000-0000000000d2' as DivisionId;
export const agentUser = '00000000-0000-4000-8000-0000000000a1' as UserId;
export const otherUser = '00000000-0000-4000-8000-0000000000a2' as UserId;
export const agentAddress = 'sip:agent@example.test';
export const otherAgentAddress = 'sip:other@example.test';
export const customerAddress = 'sip:+15550100@example.test';

export const customer: SessionParticipant = { sourceId: 'p1', address: customerAddress, name: 'Customer' };
export const agent: SessionParticipant = { sourceId: 'p2', address: agentAddress, name: 'Agent' };
export const otherAgent: SessionParticipant = { sourceId: 'p3', address: otherAgentAddress, name: 'Other agent' };

const codecs = [{ name: 'PCMU', payloadType: 0, clockRate: 8_000 }];

/** A stream of the description, G.711 on payload type 0. */
export function stream(label: string, ...owners: readonly string[]): SessionDescription['streams'][number] {
  return { label, codecs, payloadTypes: [0], owners };
}

/** Two parties, one stream each. */
export const twoParty: SessionDescription = {
  conversationKeys: ['communication-1'],
  externalIds: [{ name: 'communicationSession', value: 'communication-1' }],
  participants: [customer, agent],
  streams: [stream('1', 'p1'), stream('2', 'p2')],
};

/** A program with the right to pause others, and no seat in any conversation. */
export const stranger: Actor = actorWith('recorder-integration');

export function actorWith(role: RoleName, division: DivisionId | '*' = '*', userId?: UserId): Actor {
  const user = userId === undefined ? {} : { userId };
  return { clientId: `client of ${role}` as ClientId, ...user, name: role, rights: [builtInRight(role, division)] };
}

export interface Wish {
  readonly guardMs?: number;
  readonly lingerMs?: number;
  /** Captures there is room for. */
  readonly ports?: number;
  readonly purposeRules?: readonly PurposeRule[];
  readonly suppressesOnHold?: boolean;
  readonly pausesOnCard?: boolean;
  readonly joinsCallbacksByNumber?: boolean;
}

/** What is asked beside the state; a stranger asks for a secure pause when nothing is said. */
export type AskMore = Partial<Pick<SetRecordingState, 'actor' | 'cause' | 'right' | 'mediaType' | 'asked'>>;

const users = new Map<string, UserId>([
  [agentAddress, agentUser],
  [otherAgentAddress, otherUser],
]);

const knownUsers: readonly KnownUser[] = [
  { id: agentUser, name: 'Agent', addresses: ['agent@example.test'], divisionId: homeDivision, version: 1 },
  { id: otherUser, name: 'Other', addresses: [], divisionId: otherDivision, version: 1 },
];

export class ControlUnderTest implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly ids = seededIds(11);
  readonly media: FencedMediaHost;
  readonly keys: MemoryKeys = new MemoryKeys(7);
  readonly alarms: Alarm[] = [];
  readonly reports: (Fault | Error)[] = [];
  readonly context: ControlContext;
  readonly db = openDatabase(inMemory);
  readonly faulty: FaultyStore;
  readonly #real = new SqliteMetadataStore(this.db);
  #requests = 0;

  constructor({
    guardMs = 0,
    lingerMs = 5_000,
    ports,
    purposeRules = [],
    suppressesOnHold = false,
    pausesOnCard = false,
    joinsCallbacksByNumber = true,
  }: Wish = {}) {
    this.media = new FencedMediaHost(this.clock, ports);
    this.faulty = faultyStore(this.#real);
    this.context = this.contextOf({
      resumeGuardMs: guardMs,
      lingerMs,
      purposeRules,
      suppressesOnHold,
      maskedText: ['card', 'cvv', 'iban'],
      pausesOnCard,
      joinsCallbacksByNumber,
    });
  }

  /** The store as deletions see it. */
  get expiryStore(): ExpiryStore {
    return this.#real;
  }

  /** Another run of the node over the same store, clock and media path; nothing is live in it. */
  contextOf(policy: ControlContext['policy'] = this.context.policy): ControlContext {
    const live = new LiveConversations();
    return {
      clock: this.clock,
      ids: this.ids,
      store: withEvents(this.faulty.store, { clock: this.clock, live }),
      media: this.media,
      keys: this.keys,
      policy,
      homeDivision,
      userBySipAddress: (address) => users.get(address),
      findUser: (id) => knownUsers.find((user) => user.id === id),
      hasDivision: (id) => id === homeDivision || id === otherDivision,
      queue: new ConversationQueue(),
      live,
      sources: new RecordingSources(),
      restoring: new Restoring(this.clock),
      raise: (alarm) => this.alarms.push(alarm),
      report: (fault) => this.reports.push(fault),
    };
  }

  /** Who asks, with a request id that counts up. */
  asked(door = 'PUT recordingstate'): Asked {
    this.#requests += 1;
    const requestId = `request-${this.#requests}` as RequestId;
    return { clientId: 'sip', name: 'test', from: '192.0.2.7', door, requestId };
  }

  startCall(described: Partial<SessionDescription> = {}, sourceId = 'call-1'): Promise<SessionStarted> {
    const asked = this.asked('INVITE');
    return startRecordingSession(this.context, { sourceId, described: { ...twoParty, ...described }, asked });
  }

  /** A message between a customer and the agent, begun by request; nothing is captured of it. */
  async startMessage(more: Partial<StartConversation> = {}): Promise<ConversationId> {
    const { conversation } = await startConversation(this.context, {
      actor: actorWith('admin'),
      asked: this.asked('POST conversations'),
      access: { permissions: ['tacet:conversation:add'] },
      mediaType: 'message',
      joining: [
        { who: { purpose: 'customer', address: '+15550100' } },
        { who: { purpose: 'agent', userId: agentUser } },
      ],
      ...more,
    });
    return conversation.id;
  }

  updateCall(recordingId: RecordingId, described: Partial<SessionDescription>): Promise<SessionStarted> {
    const asked = this.asked('re-INVITE');
    return updateRecordingSession(this.context, { recordingId, described: { ...twoParty, ...described }, asked });
  }

  endCall(recordingId: RecordingId): Promise<void> {
    return endRecordingSession(this.context, recordingId, this.asked('BYE'));
  }

  ask(conversationId: ConversationId, state: 'ACTIVE' | 'PAUSED', more: AskMore = {}): Promise<RecordingStateSet> {
    const asking = { actor: stranger, cause: 'securePause', right: 'others', asked: this.asked(), ...more } as const;
    return setRecordingState(this.context, { conversationId, state, ...asking });
  }

  pause(conversationId: ConversationId, more: AskMore = {}): Promise<RecordingStateSet> {
    return this.ask(conversationId, 'PAUSED', more);
  }

  resume(conversationId: ConversationId, more: AskMore = {}): Promise<RecordingStateSet> {
    return this.ask(conversationId, 'ACTIVE', more);
  }

  /** Closes gates behind the back of `control`. */
  closeGates(streamIds: readonly StreamId[]): Promise<GateReport> {
    return this.media.close(streamIds, 0);
  }

  isOpen(streamId: StreamId): boolean {
    return this.media.scripted.isOpen(streamId);
  }

  /** Whether each gate of a started session is open, in the order of its streams. */
  gates({ streams }: SessionStarted): readonly boolean[] {
    return streams.map(({ streamId }) => this.isOpen(streamId));
  }

  async stored(id: ConversationId): Promise<Conversation> {
    const found = await this.#real.conversation(id);
    if (found === undefined) throw new Error('the conversation is not in store');
    return found;
  }

  async recording(id: RecordingId): Promise<Recording> {
    const found = await this.#real.recording(id);
    if (found === undefined) throw new Error('the recording is not in store');
    return found;
  }

  spans(id: ConversationId): Promise<readonly WithheldSpan[]> {
    return this.#real.spansOf(id);
  }

  async audit(conversationId?: ConversationId): Promise<readonly AuditEntry[]> {
    const about = conversationId === undefined ? {} : { conversationId };
    return (await this.#real.audit({ ...about, limit: 1_000 })).items;
  }

  /** What is told of changes, behind a number. */
  events(after = 0): Promise<readonly StoredEvent[]> {
    return this.#real.events(after, 10_000);
  }

  /** Action and result of each audit entry about pauses and resumes. */
  async changes(conversationId: ConversationId): Promise<readonly string[]> {
    const names = ['recordingPaused', 'resumeGranted', 'recordingResumed'];
    const entries = await this.audit(conversationId);
    return entries.filter(({ action }) => names.includes(action)).map(({ action, result }) => `${action} ${result}`);
  }

  /** Resolves when everything has come as far as it can without time passing. */
  async quiet(): Promise<void> {
    for (let turn = 0; turn < 8; turn += 1) await settled();
  }

  /** Lets time pass in steps until `done` has settled. */
  async passUntil<T>(done: Promise<T>, stepMs = 10): Promise<T> {
    let isDone = false;
    const end = done.finally(() => {
      isDone = true;
    });
    end.catch(() => undefined);
    while (!isDone) await this.clock.pass(stepMs);
    return end;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#real[Symbol.asyncDispose]();
    this.db.close();
  }
}
