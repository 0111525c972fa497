/** Plays a call for every cell against one server, all at once: talk, a secure pause through the API, talk; and reads what is left. */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { StreamInterval, WithheldSpan } from '@tacet/domain';
import type { TestAuthority } from '@tacet/testkit/certificates';
import { keyingBytes, suiteNamed } from '@tacet/wire/srtp';
import { RecordingClient } from '../../packages/server/src/demo/recording-client.ts';
import type { SipTlsOptions } from '../../packages/server/src/sip/tls-carrier.ts';
import { Api } from '../harness/api.ts';
import { type SearchResult, searchFolder, searchText } from '../harness/data-search.ts';
import type { SentFrame, Target } from '../harness/marked-sender.ts';
import { MarkedStreams } from '../harness/marked-streams.ts';
import type { Ended } from '../harness/programs.ts';
import { conversationOf } from '../harness/recorded-call.ts';
import { readStore, type StoredFrame } from '../harness/stored-frames.ts';
import { verify } from '../harness/tacet-command.ts';
import { admin, TacetServer } from '../harness/tacet-server.ts';
import { type Cell, cells } from './cells.ts';

export type Receiver = 'batch' | 'dgram';

const partMs = 800;
/** What was sent last is still on its way. */
const lastWayMs = 400;

/** What became of the call of a cell; instants are wall time in ms. */
export interface Played {
  readonly cell: Cell;
  readonly conversationId: string;
  readonly recordingId: string;
  readonly pauseAskedAt: number;
  readonly closedAt: number;
  readonly resumeAskedAt: number;
  readonly resumedAt: number;
}

/** What is left of the calls of one receiver. */
export interface Judged {
  readonly played: readonly Played[];
  readonly sent: ReadonlyMap<number, readonly SentFrame[]>;
  readonly frames: readonly StoredFrame[];
  readonly intervals: ReadonlyMap<string, readonly StreamInterval[]>;
  readonly spans: ReadonlyMap<string, WithheldSpan>;
  readonly searched: SearchResult;
  readonly inOutput: readonly string[];
  readonly proof: Ended;
}

type Key = NonNullable<Target['srtp']>;

const wallTime = (): number => performance.timeOrigin + performance.now();

/** A call of one cell that goes on. */
interface Live {
  readonly cell: Cell;
  readonly source: RecordingClient;
  readonly targets: readonly Target[];
  readonly conversationId: string;
}

function newKey(name: string): Key {
  const suite = suiteNamed(name);
  if (suite === undefined) throw new Error('That suite is unknown.');
  return { suite: name, keyAndSalt: randomBytes(keyingBytes(suite)).toString('base64') };
}

interface World {
  readonly server: TacetServer;
  readonly api: Api;
  /** What the source speaks TLS with. */
  readonly tls: SipTlsOptions;
  readonly stack: AsyncDisposableStack;
}

async function place(cell: Cell, ports: readonly number[], { server, api, tls, stack }: World): Promise<Live> {
  const { codec, transport, marks } = cell;
  const isTls = transport.sip === 'tls';
  const source = stack.use(
    new RecordingClient({
      serverAddress: isTls ? server.sipTls : server.sip,
      transport: transport.sip,
      ...(isTls ? { tls } : {}),
    }),
  );
  const participants = [
    { id: 'caller', address: 'sip:+4930555001@carrier.example' },
    { id: 'agent', address: 'sip:agent7@pbx.example' },
  ];
  const keys = marks.map(() => (transport.suite === undefined ? undefined : newKey(transport.suite)));
  const streams = participants.map(({ id }, at) => {
    const key = keys[at];
    const cryptos = key === undefined ? {} : { cryptos: [`1 ${key.suite} inline:${key.keyAndSalt}`] };
    return { label: String(at + 1), from: [id], port: ports[at] ?? 0, codec, ...cryptos };
  });
  const communicationSessionId = `cell-${marks[0]}`;
  await source.invite({ communicationSessionId, participants, streams });
  const targets = source.streams.map(({ address: host, port }, at): Target => {
    const srtp = keys[at];
    return { host, port, codec, ...(srtp === undefined ? {} : { srtp }) };
  });
  return { cell, source, targets, conversationId: await conversationOf(api, { communicationSessionId }) };
}

type Timed = Omit<Played, 'recordingId'>;

async function pauseAndResume(api: Api, { cell, conversationId }: Live): Promise<Timed> {
  const pauseAskedAt = wallTime();
  const closedAt = await api.pause(conversationId);
  await wait(partMs);
  const resumeAskedAt = wallTime();
  await api.resume(conversationId);
  return { cell, conversationId, pauseAskedAt, closedAt, resumeAskedAt, resumedAt: wallTime() };
}

async function end(api: Api, { source }: Live, timed: Timed): Promise<Played> {
  await source.bye();
  // The recording is whole in store when it is listed.
  const [recording] = await api.recordings(timed.conversationId);
  if (recording === undefined) throw new Error('There is no recording.');
  return { ...timed, recordingId: recording.id };
}

function settingsOf(receiver: Receiver, authority: TestAuthority): { readonly [name: string]: string } {
  const { certificate, key } = authority.issue(`recorder-${receiver}.example`, ['IP:127.0.0.1']);
  return {
    TACET_RECEIVER: receiver,
    TACET_SIP_TLS_LISTEN: '127.0.0.1:0',
    TACET_SIP_TLS_CERT: certificate,
    TACET_SIP_TLS_KEY: key,
  };
}

async function left(server: TacetServer, folder: string): Promise<Omit<Judged, 'played' | 'sent'>> {
  const { frames, recordings, spans } = await readStore(server.dataDir);
  const streams = recordings.flatMap((one) => one.streams);
  const first = Array.from({ length: 60 }, (_, number) => cells.map(({ marks }) => ({ stream: marks[0], number })));
  return {
    frames,
    intervals: new Map(streams.map(({ streamId, intervals }) => [streamId, intervals])),
    spans: new Map(spans.map((span) => [span.conversationId, span])),
    searched: searchFolder(folder),
    inOutput: searchText(server.output, first.flat()),
    proof: await verify(server.dataDir),
  };
}

/** Plays all cells at once. @throws RequestRefused, or Error when a call cannot be played. */
export async function playAll(receiver: Receiver, folder: string, authority: TestAuthority): Promise<Judged> {
  await using stack = new AsyncDisposableStack();
  const marks = cells.flatMap((cell) => cell.marks);
  const server = stack.use(
    await TacetServer.start({
      dataDir: `${folder}/data`,
      logPath: `${folder}.log`,
      settings: settingsOf(receiver, authority),
      portCount: 2 * marks.length,
    }),
  );
  const api = await Api.signIn(server.httpUrl, admin);
  const streams = stack.use(await MarkedStreams.open(...marks));
  const credentials = authority.credentials(authority.issue(`sbc-${receiver}.example`, ['IP:127.0.0.1']));
  const tls = { listen: { host: '127.0.0.1', port: 0 }, clients: 'off', credentials } as const;
  const world = { server, api, tls, stack };
  const lives = await Promise.all(cells.map((cell, at) => place(cell, streams.ports.slice(2 * at, 2 * at + 2), world)));
  streams.start(lives.flatMap(({ targets }) => targets));
  await wait(partMs);
  const timed = await Promise.all(lives.map(async (live) => [live, await pauseAndResume(api, live)] as const));
  await wait(partMs);
  const sent = await streams.stop();
  await wait(lastWayMs);
  const played = await Promise.all(timed.map(([live, times]) => end(api, live, times)));
  const bySent = new Map(marks.map((mark, at) => [mark, sent[at] ?? []]));
  return { played, sent: bySent, ...(await left(server, folder)) };
}
