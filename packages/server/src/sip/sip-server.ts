/** The SIP edge as a whole: opened at start, and at stop every recording session is told and stored. */
import { defaultTrunk, type RecordingId, type Trunk } from '@tacet/domain';
import type { HostPort } from '@tacet/wire/sip';
import { type ControlContext, endRecordingSession, systemAsks } from '../control/index.ts';
import type { Log } from '../log.ts';
import { recordingAbilities } from './capabilities.ts';
import type { SipCounts } from './counts.ts';
import { endByRequest, endByUs } from './end-recording.ts';
import { SipEndpoint } from './endpoint.ts';
import { InviteRate } from './invite-rate.ts';
import { sipEdgeLimits } from './limits.ts';
import type { RecordingEdge } from './recording-edge.ts';
import { RecordingServer } from './recording-server.ts';
import { RefusalNotes } from './refusal-notes.ts';
import { restoreDialogs } from './restore-dialogs.ts';
import { Tasks } from './tasks.ts';
import { tellSources } from './tell-source.ts';
import type { SipTlsOptions, TlsCredentials } from './tls-carrier.ts';
import { TrunkDoor } from './trunk-door.ts';
import { watchInactivity } from './watch-inactivity.ts';

export interface SipServerOptions {
  /** Address and port for UDP and TCP; port 0 takes a free one. */
  readonly listen: HostPort;
  /** Absent: TLS is not spoken. */
  readonly tls?: SipTlsOptions;
  /** Whose signalling is taken; absent: everybody's. */
  readonly trunks?: readonly Trunk[];
  /** Why no further recording session is taken at this moment; absent: nothing but our own limits speaks against it. */
  readonly admission?: () => string | undefined;
  /** Address that peers reach us at; without it, the one an INVITE came to. */
  readonly publicAddress: string | undefined;
  /** How long nothing may come of a recording session before it is ended; 0, or absent: for ever. */
  readonly mediaInactivityMs?: number;
  readonly context: ControlContext;
  readonly log: Log;
  /** What was kept of recordings that go on, by an earlier process. */
  readonly sources?: ReadonlyMap<RecordingId, unknown>;
  /** Server transactions at a time, for tests; `sipEdgeLimits.transactionsMax` otherwise. */
  readonly transactionsMax?: number;
}

export interface SipServer extends AsyncDisposable {
  /** Where it listens, with the port that was found; only while it runs. */
  readonly address: HostPort;
  /** The port for TLS; 0 where it is not spoken. */
  readonly tlsPort: number;
  readonly counts: SipCounts;
  /** Handshakes use other certificates from now on. */
  renewTls(credentials: TlsCredentials): void;
  /** Recording sessions begin over these trunks from now on; those that go on keep theirs. */
  useTrunks(trunks: readonly Trunk[]): void;
  /** Recording sessions that are going on. */
  readonly dialogCount: number;
  /** The same by the protocol of their signalling. */
  readonly dialogsByProtocol: ReadonlyMap<string, number>;
  /** @throws Error when the address cannot be bound for UDP and TCP. */
  start(): Promise<void>;
  /** No recording session is begun any more; those that go on do so. */
  refuseNew(): void;
  /**
   * Closes the sockets. `end`: every recording session is ended with BYE before, within bounds. `handover`: they are
   * left to the next process, which finds what was kept of them.
   */
  stop(how?: 'end' | 'handover'): Promise<void>;
}

async function openEdge(options: SipServerOptions): Promise<RecordingEdge> {
  const { listen, tls, trunks = [defaultTrunk], context, log, publicAddress, transactionsMax } = options;
  const server = new RecordingServer();
  const endpoint = await SipEndpoint.open({
    listen,
    ...(tls === undefined ? {} : { tls }),
    clock: context.clock,
    abilities: recordingAbilities,
    user: server,
    report: context.report,
    observe: context.observe,
    ...(transactionsMax === undefined ? {} : { transactionsMax }),
  });
  const edge: RecordingEdge = {
    control: context,
    endpoint,
    log,
    publicAddress,
    tasks: new Tasks(context.report),
    door: new TrunkDoor({ clock: context.clock, trunks }),
    notes: new RefusalNotes(context.clock),
    rate: new InviteRate(context.clock, {
      perSecond: sipEdgeLimits.invitesPerSecond,
      burst: sipEdgeLimits.invitesAtOnce,
    }),
    admission: options.admission ?? (() => undefined),
    dialogs: new Map(),
    byRecording: new Map(),
    pending: new Map(),
    merges: new Set(),
    toldInClear: new Set(),
    isStopping: false,
    forgetSource: () => undefined,
  };
  const asked = systemAsks(context, 'start');
  for (const recordingId of restoreDialogs(edge, options.sources ?? new Map())) {
    edge.tasks.add(endRecordingSession(context, recordingId, asked));
  }
  server.attach(edge);
  const forgetEnds = context.sources.onEnd((recordingId) => endByRequest(edge, recordingId));
  const stopWatching = watchInactivity(edge, options.mediaInactivityMs ?? 0);
  const forgetChanges = context.sources.onChange((conversationId) => tellSources(edge, conversationId));
  edge.forgetSource = () => {
    stopWatching();
    forgetEnds();
    forgetChanges();
  };
  return edge;
}

/** What is started meanwhile sees that we stop and ends itself; after `stopMs` the sockets are closed regardless. */
async function closeEdge(edge: RecordingEdge, how: 'end' | 'handover'): Promise<void> {
  edge.isStopping = true;
  edge.forgetSource();
  for (const recorded of [...edge.dialogs.values()]) {
    if (how === 'end') edge.tasks.add(endByUs(edge, recorded, 'stopping'));
    else recorded.timers.stopAll();
  }
  let cancel = (): void => undefined;
  const tooLong = new Promise<'late'>((resolve) => {
    cancel = edge.control.clock.later(sipEdgeLimits.stopMs, () => resolve('late'));
  });
  const outcome = await Promise.race([edge.tasks.idle(), tooLong]);
  cancel();
  if (outcome === 'late') edge.log.warn('sipStopUnfinished', { pending: edge.pending.size });
  await edge.endpoint[Symbol.asyncDispose]();
}

export function createSipServer(options: SipServerOptions): SipServer {
  let edge: RecordingEdge | undefined;
  const running = (): RecordingEdge => {
    if (edge === undefined) throw new Error('The SIP server is not running.');
    return edge;
  };
  const stop = async (how: 'end' | 'handover' = 'end'): Promise<void> => {
    const closing = edge;
    edge = undefined;
    if (closing !== undefined) await closeEdge(closing, how);
  };
  return {
    get address() {
      return running().endpoint.address;
    },
    get tlsPort() {
      return running().endpoint.portOf('TLS');
    },
    renewTls(credentials) {
      running().endpoint.renewTls(credentials);
    },
    useTrunks(trunks) {
      running().door.use(trunks);
    },
    get counts() {
      return running().endpoint.counts;
    },
    get dialogCount() {
      return running().dialogs.size;
    },
    get dialogsByProtocol() {
      const counts = new Map<string, number>();
      for (const { way } of edge?.dialogs.values() ?? []) {
        counts.set(way.protocol, (counts.get(way.protocol) ?? 0) + 1);
      }
      return counts;
    },
    async start(): Promise<void> {
      edge ??= await openEdge(options);
    },
    refuseNew(): void {
      running().isStopping = true;
    },
    stop,
    [Symbol.asyncDispose]: () => stop(),
  };
}
