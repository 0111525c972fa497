/** The composition root: everything is built here, in order, and taken down in reverse. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { Fault, type MediaNews } from '@tacet/domain';
import { keptPageOf } from './cobrowse/kept-page.ts';
import { type Config, SettingError } from './config.ts';
import {
  type Alarm,
  type ControlContext,
  type NodeRecovery,
  needsNoSource,
  systemAsks,
  type TakenUp,
  takeMediaNews,
} from './control/index.ts';
import { lockDataFolder } from './data-lock.ts';
import type { IdentityParts } from './identity-parts.ts';
import type { Log } from './log.ts';
import { makeControl } from './make-control.ts';
import { startExpiry } from './make-expiry.ts';
import { startMedia } from './make-media.ts';
import { makeObserving, type Observing } from './make-observe.ts';
import { type RunningSip, readSipFiles, type SipFiles, startSip } from './make-sip.ts';
import type { AdminClient } from './oauth/first-start.ts';
import { randomIds } from './random-ids.ts';
import { recoveryOf } from './recover-spools.ts';
import type { Core } from './server-core.ts';
import { certificateEndsAt } from './sip-certificates.ts';
import { steadyClock, takeEpoch } from './steady-clock.ts';
import { IdentitySqlite } from './store/identity-sqlite.ts';
import { FileBlobStore, FileKeyService, openDatabase, SqliteMetadataStore } from './store/index.ts';
import { version } from './version.ts';

export interface SipAddresses {
  /** `host:port` of SIP over UDP and TCP. */
  readonly sipAddress: string;
  /** `host:port` of SIP over TLS, where it is on. */
  readonly sipTlsAddress?: string;
}

export interface TacetServer extends SipAddresses {
  /** `host:port` on which mail is taken, where it is. */
  readonly smtpAddress?: string;
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
  const observing = await makeObserving(config, version);
  stack.defer(() => observing.stop());
  const { observer } = observing;
  const spoolPrefix = `${Math.floor(clock.now()).toString(36)}-${process.pid}`;
  const media = startMedia({ config, epoch, clock, log, observing, spoolPrefix });
  // A start that fails leaves calls as it found them.
  const ending: Core['ending'] = { how: 'handover' };
  stack.defer(() => (ending.how === 'handover' ? media.handOver() : media.dispose()));
  const identity = new IdentitySqlite(db, randomIds);
  const raise = raiseTo(log, observing);
  const control = makeControl({ config, clock, store, media, keys, identity, log, raise, observer });
  stack.defer(() => control.live.cancelLingers());
  const blobs = new FileBlobStore(join(dataDir, 'blobs'));
  const recovery = recoveryOf(control, blobs, join(dataDir, 'spool'));
  media.onNews((news: MediaNews) => takeMediaNews(control, news));
  const ready = media.ready();
  media.onLost(async ({ run, streamIds }) => {
    try {
      const captures = await recovery.takeUpLost(run, streamIds);
      log.info('workerTakenUp', { captures });
    } catch (error) {
      log.error('recovery', { message: error instanceof Error ? error.message : 'unknown' });
    }
  });
  const [taken] = await Promise.all([recovery.takeUp(), ready]);
  log.info('takenUp', { conversations: taken.conversationIds.size, captures: taken.count });
  settleBehind(recovery, log, stack);
  return { config, log, epoch, db, store, keys, control, media, observing, taken, ending };
}

function certificateEnds({ sipTls }: Config): ReadonlyMap<string, number> {
  const endsAt = sipTls === undefined ? undefined : certificateEndsAt(sipTls.files.certificate);
  return endsAt === undefined ? new Map() : new Map([['sip', endsAt]]);
}

/** Recordings whose source has to be spoken to over SIP. */
function withDialogs(sources: TakenUp['sources']): TakenUp['sources'] {
  return new Map([...sources].filter(([, state]) => !needsNoSource(state) && keptPageOf(state) === undefined));
}

interface OpenSip extends SipAddresses, RunningSip {}

async function openSip(core: Core, files: SipFiles, stack: AsyncDisposableStack): Promise<OpenSip> {
  const { config, control, log } = core;
  const running = await startSip(
    {
      config,
      files,
      context: control,
      log,
      media: core.media,
      sources: withDialogs(core.taken.sources),
      ending: core.ending,
    },
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
    // Nothing that calls need waits for what the API and signing in read.
    const { openHttp } = await import('./make-http.ts');
    const { httpUrl, adminClient, identity, forget } = await openHttp(core, stack);
    const { openSmtp } = await import('./make-smtp.ts');
    const smtpAddress = await openSmtp(core, identity, stack);
    startExpiry(core, forget, stack);
    const { control } = core;
    const by = systemAsks(control, 'start');
    const started = { at: control.clock.now(), action: 'serverStarted', result: 'done', by, facts: {} } as const;
    await core.store.commit({ audit: [started] });
    const running = stack.move();
    return {
      httpUrl,
      ...addresses,
      ...(smtpAddress === undefined ? {} : { smtpAddress }),
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
