/** A SIP server over real loopback sockets, with the real control and store, and a media path that is told what to do. */
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Clock,
  type Conversation,
  type DivisionId,
  type Fault,
  type MetadataStore,
  type Recording,
  type Trunk,
  type UserId,
  uuidAs,
} from '@tacet/domain';
import { ManualClock, MemoryKeys, ScriptedMediaHost, seededIds } from '@tacet/testkit';
import {
  type Alarm,
  type ControlContext,
  ConversationQueue,
  LiveConversations,
  RecordingSources,
  Restoring,
} from '../../src/control/index.ts';
import { RecordingClient, type RecordingClientOptions } from '../../src/demo/recording-client.ts';
import type { Log, LogFacts } from '../../src/log.ts';
import { createSipServer, type SipServer } from '../../src/sip/sip-server.ts';
import type { SipTlsOptions } from '../../src/sip/tls-carrier.ts';
import { steadyClock, takeEpoch } from '../../src/steady-clock.ts';
import { inMemory, openDatabase, SqliteMetadataStore } from '../../src/store/index.ts';

export interface SipSetup {
  readonly clock?: Clock;
  /** Captures there is room for. */
  readonly ports?: number;
  readonly host?: string;
  readonly publicAddress?: string;
  readonly transactionsMax?: number;
  readonly suppressesOnHold?: boolean;
  readonly lingerMs?: number;
  readonly tls?: SipTlsOptions;
  readonly trunks?: readonly Trunk[];
  readonly admission?: () => string | undefined;
  readonly mediaInactivityMs?: number;
  /** Changes the store or the media path before control gets them. */
  readonly wrapStore?: (store: MetadataStore) => MetadataStore;
}

export interface LogLine {
  readonly level: string;
  readonly event: string;
  readonly facts: LogFacts;
}

export interface SipUnderTest extends AsyncDisposable {
  readonly server: SipServer;
  readonly context: ControlContext;
  readonly media: ScriptedMediaHost;
  readonly lines: readonly LogLine[];
  readonly alarms: readonly Alarm[];
  /** Faults and defects that nobody waited for. */
  readonly reports: readonly (Fault | Error)[];
  client(transport: 'udp' | 'tcp' | 'tls', more?: Partial<RecordingClientOptions>): RecordingClient;
  conversations(): Promise<readonly Conversation[]>;
  /** The only recording of the only conversation. */
  recording(): Promise<Recording>;
}

const homeDivision = uuidAs<DivisionId>('00000000-0000-4000-8000-000000000001') as DivisionId;

/** A user's SIP address, which makes its participant an agent. */
export const agentAddress = 'sip:agent@contact.example';
export const agentId = uuidAs<UserId>('00000000-0000-4000-8000-000000000002') as UserId;

function collectingLog(lines: LogLine[]): Log {
  const at =
    (level: string) =>
    (event: string, facts: LogFacts = {}): void => {
      lines.push({ level, event, facts });
    };
  return { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug') };
}

/** Waits until `holds` is true; a test that waits for what never comes fails after 10 s. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let turn = 0; turn < 2_000; turn += 1) {
    if (await holds()) return;
    await delay(5);
  }
  throw new Error(`never came: ${what}`);
}

/** Where a test owns the clock, a stop that waits for a peer that is gone needs it to move on. */
async function stopped(stop: Promise<void>, clock: Clock): Promise<void> {
  let isDone = false;
  const done = stop.finally(() => {
    isDone = true;
  });
  while (clock instanceof ManualClock && !isDone) {
    await delay(2);
    clock.advance(100);
  }
  await done;
}

/** Starts a server; whatever the test left behind is ended when it is disposed. */
export async function sipUnderTest(setup: SipSetup = {}): Promise<SipUnderTest> {
  const clock = setup.clock ?? steadyClock(takeEpoch());
  const db = openDatabase(inMemory);
  const sqlite = new SqliteMetadataStore(db);
  const store = setup.wrapStore?.(sqlite) ?? sqlite;
  const media = new ScriptedMediaHost(clock, setup.ports ?? 1_000);
  const lines: LogLine[] = [];
  const alarms: Alarm[] = [];
  const reports: (Fault | Error)[] = [];
  const context: ControlContext = {
    clock,
    ids: seededIds(1),
    store,
    media,
    keys: new MemoryKeys(7),
    policy: {
      resumeGuardMs: 0,
      lingerMs: setup.lingerMs ?? 0,
      purposeRules: [],
      suppressesOnHold: setup.suppressesOnHold ?? false,
      maskedText: [],
      pausesOnCard: false,
      joinsCallbacksByNumber: false,
    },
    homeDivision,
    userBySipAddress: (address) => (address === agentAddress ? agentId : undefined),
    findUser: () => undefined,
    hasDivision: () => true,
    queue: new ConversationQueue(),
    live: new LiveConversations(),
    sources: new RecordingSources(),
    restoring: new Restoring(clock),
    raise: (alarm) => alarms.push(alarm),
    report: (fault) => reports.push(fault),
  };
  const server = createSipServer({
    listen: { host: setup.host ?? '127.0.0.1', port: 0 },
    publicAddress: setup.publicAddress,
    context,
    log: collectingLog(lines),
    ...(setup.admission === undefined ? {} : { admission: setup.admission }),
    ...(setup.mediaInactivityMs === undefined ? {} : { mediaInactivityMs: setup.mediaInactivityMs }),
    ...(setup.tls === undefined ? {} : { tls: setup.tls }),
    ...(setup.trunks === undefined ? {} : { trunks: setup.trunks }),
    ...(setup.transactionsMax === undefined ? {} : { transactionsMax: setup.transactionsMax }),
  });
  await server.start();
  const { port } = server.address;
  const clients: RecordingClient[] = [];
  const conversations = async (): Promise<readonly Conversation[]> =>
    (await sqlite.findConversations({ limit: 100, offset: 0 })).items;
  return {
    server,
    context,
    media,
    lines,
    alarms,
    reports,
    client(transport, more = {}) {
      const at = { host: '127.0.0.1', port: transport === 'tls' ? server.tlsPort : port };
      const client = new RecordingClient({ serverAddress: at, transport, ...more });
      clients.push(client);
      return client;
    },
    conversations,
    async recording() {
      const [conversation] = await conversations();
      const [found] = conversation === undefined ? [] : await sqlite.recordingsOf(conversation.id);
      if (found === undefined) throw new Error('there is no recording');
      return found;
    },
    async [Symbol.asyncDispose]() {
      // A peer that is gone would be waited for; what a test expects of a BYE it awaits itself.
      await Promise.all(clients.map((client) => client.bye().catch(() => undefined)));
      await stopped(server.stop(), clock);
      for (const client of clients) await client[Symbol.asyncDispose]();
      for (const live of [...context.live.all()]) context.live.remove(live.conversation.id);
      await sqlite[Symbol.asyncDispose]();
      db.close();
    },
  };
}
