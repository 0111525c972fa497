/** The HTTP app over the real use-cases and the real store, with the outside world in the test's hands. */
import type { DatabaseSync } from 'node:sqlite';
import {
  type Asked,
  type AuditEntry,
  type CommunicationId,
  type Conversation,
  type ConversationId,
  type DivisionId,
  type Fault,
  type MediaType,
  type Outbox,
  type ParticipantId,
  type RecordingId,
  type RequestId,
  runningControl,
  type StreamId,
  type UserId,
} from '@tacet/domain';
import { ManualClock, MemoryKeys, ScriptedMediaHost, seededIds, settled } from '@tacet/testkit';
import {
  type Alarm,
  type ControlContext,
  ConversationQueue,
  endRecordingSession,
  type KnownUser,
  LiveConversations,
  RecordingSources,
  Restoring,
  startRecordingSession,
  withEvents,
} from '../../src/control/index.ts';
import { createHttpApp, type HttpApp } from '../../src/http/app.ts';
import type { HttpPorts } from '../../src/http/ports.ts';
import { makeDesk } from '../../src/identity-parts.ts';
import { Notifications, type NotifyLimits } from '../../src/notify/index.ts';
import type { IdentityDesk } from '../../src/oauth/identity-desk.ts';
import { PasswordCheck } from '../../src/oauth/password-check.ts';
import { IdentitySqlite } from '../../src/store/identity-sqlite.ts';
import { ChannelTable, SqliteMetadataStore } from '../../src/store/index.ts';
import { inMemory, openDatabase } from '../../src/store/open-database.ts';
import { TokensSqlite } from '../../src/store/tokens-sqlite.ts';
import { NumberedPlayback } from './numbered-playback.ts';
import { someClient, TokenBook } from './token-book.ts';

export const homeDivision = '00000000-0000-4000-8000-0000000000d1' as DivisionId;
export const otherDivision = '00000000-0000-4000-8000-0000000000d2' as DivisionId;
export const agentUser = '00000000-0000-4000-8000-0000000000a1' as UserId;
export const otherUser = '00000000-0000-4000-8000-0000000000a2' as UserId;
export const agentAddress = 'sip:agent@example.test';
export const customerAddress = 'sip:+15550100@example.test';

export interface StartedCall {
  readonly conversationId: ConversationId;
  readonly recordingId: RecordingId;
  readonly streamIds: readonly StreamId[];
}

export interface Sent {
  readonly token?: string;
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly rawBody?: string | Uint8Array<ArrayBuffer>;
  readonly headers?: { readonly [name: string]: string };
}

export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; `undefined` when it is empty. */
  readonly json: unknown;
}

export interface Wish {
  /** Bounds of the notification edge, where other than the usual ones. */
  readonly channelLimits?: Partial<NotifyLimits>;
  readonly resumeGuardMs?: number;
  readonly suppressesOnHold?: boolean;
  readonly pausesOnCard?: boolean;
  readonly ports?: Partial<Pick<HttpPorts, 'oauth' | 'publicUrl' | 'edge' | 'notReadyBecause'>>;
}

const codecs = [{ name: 'PCMU', payloadType: 0, clockRate: 8_000 }];

/** Identity over the same database, with the two divisions that tests name, and the client whose tokens they show. */
function deskOver(db: DatabaseSync, clock: ManualClock): IdentityDesk {
  const add = db.prepare(
    'INSERT INTO divisions (id, name, name_key, description, is_home) VALUES (?, ?, lower(?), ?, ?)',
  );
  add.run(homeDivision, 'Home', 'Home', '', 1);
  add.run(otherDivision, 'Other', 'Other', '', 0);
  const ids = seededIds(8);
  const identity = new IdentitySqlite(db, ids);
  const at = clock.now();
  identity.putClients([
    {
      id: someClient,
      name: 'CRM',
      description: '',
      kind: 'CLIENT-CREDENTIALS',
      redirectUris: [],
      scopes: [],
      state: 'active',
      tokenValiditySeconds: 86_400,
      origin: 'added',
      createdAt: at,
      modifiedAt: at,
    },
  ]);
  const passwords = new PasswordCheck({ identity, clock, cost: { memoryKib: 8, passes: 1, lanes: 1 } });
  return makeDesk({ db, identity, tokens: new TokensSqlite(db), clock, ids, passwords });
}

export class HttpUnderTest implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly ids = seededIds(7);
  readonly tokens = new TokenBook();
  readonly playback = new NumberedPlayback();
  readonly media = new ScriptedMediaHost(this.clock);
  readonly alarms: Alarm[] = [];
  readonly reports: (Fault | Error)[] = [];
  /** Users who are known, with the address of record that is theirs. */
  readonly users = new Map<UserId, KnownUser>([
    [agentUser, { id: agentUser, name: 'Agent', addresses: [agentAddress], divisionId: homeDivision, version: 1 }],
    [otherUser, { id: otherUser, name: 'Other', addresses: [], divisionId: homeDivision, version: 3 }],
  ]);
  readonly control: ControlContext;
  readonly identity: IdentityDesk;
  readonly notifications: Notifications;
  readonly app: HttpApp;
  url = '';
  /** What is stored, to be searched for what must not be there. */
  readonly db: DatabaseSync;
  readonly #store: SqliteMetadataStore;
  readonly #closeDatabase: () => void;

  private constructor({
    resumeGuardMs = 0,
    suppressesOnHold = false,
    pausesOnCard = false,
    ports = {},
    channelLimits,
  }: Wish) {
    const db = openDatabase(inMemory);
    this.db = db;
    this.#closeDatabase = () => db.close();
    this.#store = new SqliteMetadataStore(db);
    const live = new LiveConversations();
    this.control = {
      clock: this.clock,
      ids: this.ids,
      store: withEvents(this.#store, { clock: this.clock, live }),
      media: this.media,
      keys: new MemoryKeys(7),
      policy: {
        resumeGuardMs,
        lingerMs: 60_000,
        purposeRules: [],
        suppressesOnHold,
        maskedText: ['card', 'cvv'],
        pausesOnCard,
        joinsCallbacksByNumber: true,
      },
      homeDivision,
      userBySipAddress: (address) => (address === agentAddress ? agentUser : undefined),
      findUser: (id) => this.users.get(id),
      hasDivision: (id) => id === homeDivision || id === otherDivision,
      queue: new ConversationQueue(),
      live,
      sources: new RecordingSources(),
      restoring: new Restoring(this.clock),
      raise: (alarm) => this.alarms.push(alarm),
      report: (fault) => this.reports.push(fault),
    };
    this.identity = deskOver(db, this.clock);
    const { control, tokens, identity, playback, clock } = this;
    playback.unitsOf = (streamId) => this.media.kept.get(streamId) ?? [];
    this.notifications = new Notifications({
      store: this.#store,
      outbox: this.#store,
      channels: new ChannelTable(db),
      holders: tokens,
      clock,
      report: (error) => this.reports.push(error),
      ...(channelLimits === undefined ? {} : { limits: channelLimits }),
    });
    const { notifications } = this;
    this.app = createHttpApp({
      control,
      tokens,
      identity,
      playback,
      notifications,
      notReadyBecause: () => [],
      ...ports,
    });
  }

  static async start(wish: Wish = {}): Promise<HttpUnderTest> {
    const under = new HttpUnderTest(wish);
    await under.notifications.start();
    under.url = await under.app.listen({ host: '127.0.0.1', port: 0 });
    return under;
  }

  /** A call between a customer and the agent, one stream each, recorded from now on; a guest is heard in no stream. */
  async startCall(sourceId = 'call-1@sbc.example.test', guestAddress?: string): Promise<StartedCall> {
    const guests = guestAddress === undefined ? [] : [{ sourceId: 'p3', address: guestAddress }];
    const { conversationId, recordingId, streams } = await startRecordingSession(this.control, {
      sourceId,
      described: {
        conversationKeys: [sourceId],
        externalIds: [{ name: 'ucid', value: `ucid of ${sourceId}` }],
        participants: [
          { sourceId: 'p1', address: customerAddress, name: 'Customer' },
          { sourceId: 'p2', address: agentAddress, name: 'Agent' },
          ...guests,
        ],
        streams: [
          { label: '1', codecs, payloadTypes: [0], owners: ['p1'] },
          { label: '2', codecs, payloadTypes: [0], owners: ['p2'] },
        ],
      },
      asked: this.asked,
    });
    return { conversationId, recordingId, streamIds: streams.map(({ streamId }) => streamId) };
  }

  async endCall({ recordingId }: StartedCall): Promise<void> {
    await endRecordingSession(this.control, recordingId, this.asked);
  }

  /** A live conversation of any media type, which nothing captures: calls are the only type with a source so far. */
  async addConversation(mediaType: MediaType, divisionId: DivisionId = homeDivision): Promise<ConversationId> {
    const now = this.clock.now();
    const communication = {
      id: this.ids.next<CommunicationId>(),
      mediaType,
      state: 'connected',
      direction: 'inbound',
      connectedAt: now,
    } as const;
    const conversation: Conversation = {
      id: this.ids.next<ConversationId>(),
      divisionId,
      startedAt: now,
      participants: [
        {
          id: this.ids.next<ParticipantId>(),
          sourceId: 'p2',
          purpose: 'agent',
          address: agentAddress,
          userId: agentUser,
          joinedAt: now,
          communications: [communication],
        },
      ],
      externalIds: [],
      control: runningControl,
    };
    await this.#store.commit({ conversations: [conversation] });
    this.control.live.add(conversation);
    return conversation.id;
  }

  async send(method: string, path: string, { token, body, rawBody, headers = {} }: Sent = {}): Promise<Received> {
    const payload = rawBody ?? (body === undefined ? undefined : JSON.stringify(body));
    const response = await fetch(path.startsWith('http') ? path : this.url + path, {
      method,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(payload === undefined ? {} : { body: payload }),
    });
    const text = await response.text();
    const isJson = text !== '' && response.headers.get('content-type') === 'application/json';
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined };
  }

  /** Asks for a recording state at a door. */
  setState(door: string, state: unknown, token: string, method = 'PUT'): Promise<Received> {
    return this.send(method, `/api/v2/conversations/${door}`, { token, body: { recordingState: state } });
  }

  get outbox(): Outbox {
    return this.#store;
  }

  async audit(conversationId?: ConversationId): Promise<readonly AuditEntry[]> {
    const about = conversationId === undefined ? {} : { conversationId };
    return (await this.#store.audit({ ...about, limit: 1_000 })).items;
  }

  /** Lets time pass until `done` has settled. */
  async passUntil<T>(done: Promise<T>, stepMs = 50): Promise<T> {
    let isDone = false;
    const end = done.finally(() => {
      isDone = true;
    });
    end.catch(() => undefined);
    while (!isDone) await this.clock.pass(stepMs);
    return end;
  }

  /** Resolves when something waits for the clock. */
  async somethingWaits(): Promise<void> {
    const soon = 10_000;
    // Heartbeats always wait, further off.
    while ((this.clock.nextTimerAt ?? Number.POSITIVE_INFINITY) > this.clock.now() + soon) await settled();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.notifications.stop();
    await this.app.close();
    await this.#store[Symbol.asyncDispose]();
    this.#closeDatabase();
  }

  get asked(): Asked {
    return { clientId: 'sip', name: 'SBC', from: '', door: 'INVITE', requestId: this.ids.next<RequestId>() };
  }
}
