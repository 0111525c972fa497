/** The composition root: everything is built here, in order, and taken down in reverse. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { Fault, type MediaNews } from '@tacet/domain';
import { type Config, SettingError } from './config.ts';
import {
  type Alarm,
  type ControlContext,
  type NodeRecovery,
  systemAsks,
  type TakenUp,
  takeMediaNews,
} from './control/index.ts';
import { lockDataFolder } from './data-lock.ts';
import { createHttpApp } from './http/app.ts';
import { type IdentityParts, makeIdentity } from './identity-parts.ts';
import type { Log } from './log.ts';
import { makeAudioHooks } from './make-audiohooks.ts';
import { makeControl } from './make-control.ts';
import { startMedia } from './make-media.ts';
import { startNotifications } from './make-notifications.ts';
import { diskOf, makeObserving, type Observing, openMetrics } from './make-observe.ts';
import { makePlayback } from './make-playback.ts';
import { type RunningSip, readSipFiles, type SipFiles, startSip } from './make-sip.ts';
import { type AdminClient, prepareAdminClient } from './oauth/first-start.ts';
import { handlesPath } from './oauth/provider.ts';
import { randomIds } from './random-ids.ts';
import { recoveryOf } from './recover-spools.ts';
import { signInSettings } from './sign-in-config.ts';
import { certificateEndsAt } from './sip-certificates.ts';
import { steadyClock, takeEpoch } from './steady-clock.ts';
import { FileBlobStore, FileKeyService, openDatabase, SqliteMetadataStore } from './store/index.ts';
import { version } from './version.ts';
import type { NodeMediaHost } from './voice/index.ts';

export interface SipAddresses {
  /** `host:port` of SIP over UDP and TCP. */
  readonly sipAddress: string;
  /** `host:port` of SIP over TLS, where it is on. */
  readonly sipTlsAddress?: string;
}

export interface TacetServer extends SipAddresses {
  /** Base URL of the HTTP API. */
  readonly httpUrl: string;
  readonly adminClient: AdminClient;
  readonly identity: IdentityParts;
  readonly control: ControlContext;
  /** Recording sessions that go on. */
  readonly callCount: number;
  /** No further recording session is begun: for a stop that waits for calls to end. */
  refuseCalls(): void;
  /** Reads the files of trunks and certificates again; what cannot be used changes nothing. */
  reread(): void;
  /**
   * Makes everything durable and lets the data folder go. `end`: every recording is ended in order before;
   * `handover`: the next process goes on with them.
   */
  stop(how?: 'end' | 'handover'): Promise<void>;
}

/** What stands before the edges are opened. */
interface Core {
  readonly config: Config;
  readonly log: Log;
  readonly epoch: number;
  readonly db: DatabaseSync;
  readonly store: SqliteMetadataStore;
  readonly identity: IdentityParts;
  readonly adminClient: AdminClient;
  readonly control: ControlContext;
  readonly media: NodeMediaHost;
  readonly observing: Observing;
  readonly taken: TakenUp;
  readonly ending: Ending;
}

/** How the server is to end; decided as late as it is told to. */
interface Ending {
  how: 'end' | 'handover';
}

/** Whether something was sealed that nothing but the wrapping keys of before can unseal. */
function hasSealed(db: DatabaseSync): boolean {
  const sealed = `SELECT 1 FROM segments UNION ALL SELECT 1 FROM user_credentials WHERE totp_secret IS NOT NULL LIMIT 1`;
  return db.prepare(sealed).get() !== undefined;
}

function raiseTo(log: Log, { observer }: Observing): (alarm: Alarm) => void {
  return ({ what, facts }) => {
    log.error(`alarm: ${what}`, facts);
    observer.alarmRaised(what);
  };
}

/** How long a recovery that could not store waits before it tries again, in ms. */
const settleRetryMs = 5_000;

/** Puts into store what the spools hold, while calls go on; until that is done the spool keeps it. */
function settleBehind(recovery: NodeRecovery, log: Log, stack: AsyncDisposableStack): void {
  const stopping = new AbortController();
  const settle = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        const recovered = await recovery.settle();
        if (recovered !== undefined) log.info('recovered', { ...recovered });
        return;
      } catch (error) {
        log.error('recovery', { message: error instanceof Error ? error.message : 'unknown' });
        await wait(settleRetryMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      }
    }
  };
  const settling = settle();
  stack.defer(async () => {
    recovery.stop();
    stopping.abort();
    await settling;
  });
}

async function buildCore(config: Config, log: Log, stack: AsyncDisposableStack): Promise<Core> {
  const { dataDir } = config;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  stack.defer(lockDataFolder(dataDir));
  const epoch = takeEpoch();
  const clock = steadyClock(epoch);
  const db = openDatabase(dataDir);
  stack.defer(() => db.close());
  const store = stack.use(new SqliteMetadataStore(db));
  // Made here, read again by each worker: a missing key file must stop the start, not the first recording.
  const keys = new FileKeyService(dataDir, { mayCreate: !hasSealed(db) });
  const onDefect = (error: unknown): void => log.error('defect', { message: String(error) });
  const issuer = config.publicUrl ?? `http://${config.httpListen.host}:${config.httpListen.port}`;
  const { secretOverlapSeconds } = config;
  const signIn = signInSettings(config);
  const own = { clock, keys, secretOverlapSeconds, signIn };
  const identity = await makeIdentity({ db, store, dataDir, issuer, ...own, onDefect });
  stack.defer(identity.settled);
  const { adminClientId, adminClientSecret } = config;
  const wanted = { ...(adminClientId && { adminClientId }), ...(adminClientSecret && { adminClientSecret }) };
  const parts = { identity: identity.identity, tokens: identity.tokenStore, onEvent: identity.onEvent };
  const adminClient = await prepareAdminClient(wanted, { ...parts, dataFolder: dataDir, clock, ids: randomIds });
  const observing = await makeObserving(config, version);
  stack.defer(() => observing.stop());
  const { observer } = observing;
  const spoolPrefix = `${Math.floor(clock.now()).toString(36)}-${process.pid}`;
  const media = startMedia({ config, epoch, clock, log, observing, spoolPrefix });
  const ending: Ending = { how: 'end' };
  stack.defer(() => (ending.how === 'handover' ? media.handOver() : media.dispose()));
  const control = makeControl({
    config,
    clock,
    store,
    media,
    keys,
    identity,
    log,
    raise: raiseTo(log, observing),
    observer,
  });
  stack.defer(() => control.live.cancelLingers());
  const blobs = new FileBlobStore(join(dataDir, 'blobs'));
  const recovery = recoveryOf(control, blobs, join(dataDir, 'spool'));
  media.onNews((news: MediaNews) => takeMediaNews(control, news));
  await media.ready();
  media.onLost(async ({ run, streamIds }) => {
    try {
      const captures = await recovery.takeUpLost(run, streamIds);
      log.info('workerTakenUp', { captures });
    } catch (error) {
      log.error('recovery', { message: error instanceof Error ? error.message : 'unknown' });
    }
  });
  const taken = await recovery.takeUp();
  log.info('takenUp', { conversations: taken.conversationIds.size, captures: taken.resumedAt.size });
  settleBehind(recovery, log, stack);
  return { config, log, epoch, db, store, identity, adminClient, control, media, observing, taken, ending };
}

/** Why the server cannot do its work now. */
function notReadyBecause(core: Core): readonly string[] {
  const { up, of } = core.media.nodes;
  return [
    ...(up < of ? [`${of - up} of ${of} media workers are down.`] : []),
    ...(core.media.isStorageFailing ? ['Media cannot be kept: writing to the data folder failed.'] : []),
  ];
}

async function openHttp(core: Core, stack: AsyncDisposableStack): Promise<string> {
  const { config, control, identity, media, observing } = core;
  const clock = control.clock;
  const playback = stack.use(await makePlayback({ config, clock, log: core.log }));
  const notifications = await startNotifications({ ...core, clock });
  observing.metrics.sources = {
    ...observing.metrics.sources,
    conversations: () => control.live.all(),
    workers: () => media.gauges(),
    nodes: () => media.nodes,
    notifications: () => notifications.load,
    transcodes: () => playback.load,
    disk: diskOf(config.dataDir),
  };
  const audioHooks = makeAudioHooks(core);
  if (audioHooks !== undefined) {
    const { recordingSessions: overSip } = observing.metrics.sources;
    const recordingSessions = () => new Map([...overSip(), ['AudioHook', audioHooks.recordingCount]]);
    observing.metrics.sources = { ...observing.metrics.sources, recordingSessions };
  }
  const app = createHttpApp({
    metrics: await openMetrics(config, observing.metrics, stack),
    control,
    playback,
    notifications,
    ...(audioHooks === undefined ? {} : { audioHooks }),
    identity: identity.desk,
    tokens: {
      check: (bearer) => identity.tokens.check(bearer, clock.now()),
      revoke: async (bearer, from) => {
        await identity.tokens.revoke(bearer, from);
      },
    },
    oauth: { handlesPath, handle: identity.provider.handle },
    ...(config.publicUrl === undefined ? {} : { publicUrl: config.publicUrl }),
    edge: config,
    notReadyBecause: () => notReadyBecause(core),
  });
  stack.defer(() => app.close());
  // First of all: a server does not close while sockets are open.
  stack.defer(() => notifications.stop());
  stack.defer(() => audioHooks?.stop());
  return app.listen(config.httpListen);
}

function certificateEnds({ sipTls }: Config): ReadonlyMap<string, number> {
  const endsAt = sipTls === undefined ? undefined : certificateEndsAt(sipTls.files.certificate);
  return endsAt === undefined ? new Map() : new Map([['sip', endsAt]]);
}

interface OpenSip extends SipAddresses, RunningSip {}

async function openSip(core: Core, files: SipFiles, stack: AsyncDisposableStack): Promise<OpenSip> {
  const { config, control, log } = core;
  const running = await startSip(
    { config, files, context: control, log, media: core.media, sources: core.taken.sources, ending: core.ending },
    stack,
  );
  const { sip } = running;
  core.observing.metrics.sources = {
    ...core.observing.metrics.sources,
    recordingSessions: () => sip.dialogsByProtocol,
    sipCounts: () => ({ ...sip.counts }),
    certificateEnds: () => certificateEnds(config),
  };
  const { host, port } = sip.address;
  const sipAddress = `${host}:${port}`;
  return files.tls === undefined
    ? { ...running, sipAddress }
    : { ...running, sipAddress, sipTlsAddress: `${files.tls.listen.host}:${sip.tlsPort}` };
}

/**
 * Starts everything.
 * @throws Fault storageUnavailable with a sentence in `facts.reason`; whatever had been started is stopped again.
 */
export async function startServer(config: Config, log: Log): Promise<TacetServer> {
  await using stack = new AsyncDisposableStack();
  try {
    const files = readSipFiles(config);
    const core = await buildCore(config, log, stack);
    // Calls come first: they are going on already.
    const { sip, reread, ...addresses } = await openSip(core, files, stack);
    const httpUrl = await openHttp(core, stack);
    const { adminClient, control, identity } = core;
    const by = systemAsks(control, 'start');
    const started = { at: control.clock.now(), action: 'serverStarted', result: 'done', by, facts: {} } as const;
    await core.store.commit({ audit: [started] });
    const running = stack.move();
    return {
      httpUrl,
      ...addresses,
      adminClient,
      identity,
      control,
      get callCount() {
        return sip.dialogCount;
      },
      refuseCalls: () => sip.refuseNew(),
      reread,
      stop: (how = 'end') => {
        core.ending.how = how;
        return running.disposeAsync();
      },
    };
  } catch (error) {
    throw asStartFault(error);
  }
}

/** What went wrong at the start, as a sentence for the operator. */
function asStartFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof SettingError) return new Fault('stopping', { reason: error.message }, error);
  const { code, address, port } = error as { code?: string; address?: string; port?: number };
  const isTaken = code === 'EADDRINUSE' || code === 'EACCES' || code === 'EADDRNOTAVAIL';
  const where = `${address}:${port}`;
  const reason = isTaken
    ? `The address ${where} cannot be used (${code}).`
    : `The server cannot start: ${String(error)}`;
  return new Fault('stopping', { reason }, error);
}
