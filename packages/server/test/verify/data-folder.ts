/** A data folder as a server leaves it: recorded by the real engine, onto the real disk, over simulated time. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as realTime } from 'node:timers/promises';
import { diskSpoolFolder } from '@tacet/capture';
import {
  type Actor,
  type Asked,
  builtInRight,
  type ClientId,
  type DivisionId,
  type Fault,
  type RequestId,
  type StreamId,
} from '@tacet/domain';
import { ManualClock, seededIds } from '@tacet/testkit';
import {
  type ControlContext,
  ConversationQueue,
  endRecordingSession,
  LiveConversations,
  RecordingSources,
  Restoring,
  type SessionStarted,
  setRecordingState,
  startRecordingSession,
  takeMediaNews,
} from '../../src/control/index.ts';
import { FileBlobStore, FileKeyService, openDatabase, SqliteMetadataStore } from '../../src/store/index.ts';
import type { VerifyFinding } from '../../src/verify/finding.ts';
import { type VerifyProgress, verifyData } from '../../src/verify/verify-data.ts';
import { MediaEngine, NodeMediaHost, PortPool } from '../../src/voice/index.ts';
import { temporaryFolder } from '../store-samples.ts';
import { numbered, packetMs } from '../voice/engine-under-test.ts';
import { HandFedPorts } from '../voice/hand-fed-ports.ts';

const stranger: Actor = {
  clientId: 'stranger' as ClientId,
  name: 'stranger',
  rights: [builtInRight('recorder-integration', '*')],
};

const codecs = [{ name: 'PCMU', payloadType: 0, clockRate: 8_000 }];

export class DataFolder implements AsyncDisposable {
  readonly clock = new ManualClock();
  readonly ids = seededIds(9);
  readonly ports = new HandFedPorts(this.clock);
  readonly dataDir: string;
  readonly control: ControlContext;
  readonly reports: unknown[] = [];
  readonly #folder = temporaryFolder();
  readonly #db: DatabaseSync;
  readonly #store: SqliteMetadataStore;
  readonly #host: NodeMediaHost;
  #sequence = 0;
  #isOver = false;

  private constructor() {
    this.dataDir = this.#folder.path;
    this.#db = openDatabase(this.dataDir);
    this.#store = new SqliteMetadataStore(this.#db);
    const keys = new FileKeyService(this.dataDir, { mayCreate: true });
    this.#host = this.#makeHost(keys);
    this.control = {
      clock: this.clock,
      ids: this.ids,
      store: this.#store,
      media: this.#host,
      keys,
      policy: {
        resumeGuardMs: 20,
        lingerMs: 0,
        purposeRules: [],
        suppressesOnHold: false,
        maskedText: [],
        pausesOnCard: false,
        joinsCallbacksByNumber: false,
      },
      homeDivision: this.ids.next<DivisionId>(),
      userBySipAddress: () => undefined,
      findUser: () => undefined,
      hasDivision: () => true,
      queue: new ConversationQueue(),
      live: new LiveConversations(),
      sources: new RecordingSources(),
      restoring: new Restoring(this.clock),
      raise: () => undefined,
      report: (fault: Fault | Error) => void this.reports.push(fault),
    };
  }

  /** An empty folder with a server at work in it. */
  static async open(): Promise<DataFolder> {
    const folder = new DataFolder();
    folder.#host.onNews((news) => takeMediaNews(folder.control, news));
    await folder.#host.ready();
    return folder;
  }

  /** A folder with one call that was paused twice, once of it inside a hold; the server has stopped. */
  static async recorded(): Promise<DataFolder> {
    const folder = await DataFolder.open();
    const call = await folder.call();
    await folder.talk(call, 30);
    await folder.set(call, 'PAUSED');
    await folder.talk(call, 20);
    await folder.set(call, 'ACTIVE');
    await folder.talk(call, 30);
    await folder.set(call, 'PAUSED', 'holdSuppression');
    await folder.talk(call, 5);
    await folder.set(call, 'PAUSED');
    await folder.talk(call, 5);
    await folder.set(call, 'ACTIVE');
    await folder.talk(call, 5);
    await folder.set(call, 'ACTIVE', 'holdSuppression');
    await folder.talk(call, 30);
    await folder.hangUp(call);
    await folder.stop();
    return folder;
  }

  get asked(): Asked {
    return { clientId: 'sip', name: 'test', from: '', door: 'test', requestId: this.ids.next<RequestId>() };
  }

  /** A call between two parties, one stream each. */
  call(sourceId = 'call-1'): Promise<SessionStarted> {
    const described = {
      conversationKeys: [sourceId],
      externalIds: [],
      participants: [
        { sourceId: 'p1', address: 'sip:one@example.test' },
        { sourceId: 'p2', address: 'sip:two@example.test' },
      ],
      streams: [
        { label: '1', codecs, payloadTypes: [0], owners: ['p1'] },
        { label: '2', codecs, payloadTypes: [0], owners: ['p2'] },
      ],
    };
    return this.passUntil(startRecordingSession(this.control, { sourceId, described, asked: this.asked }));
  }

  /** Packets arrive in every stream of the call, one each packet time. */
  async talk({ streams }: SessionStarted, count: number): Promise<void> {
    for (let packet = 0; packet < count; packet += 1) {
      this.#sequence += 1;
      for (const { port } of streams) this.ports.at(port).arrive(numbered(this.#sequence));
      await this.clock.pass(packetMs);
    }
  }

  /** Asks for a recording state; no time passes by it. */
  async ask(
    { conversationId }: SessionStarted,
    state: 'ACTIVE' | 'PAUSED',
    cause: 'securePause' | 'holdSuppression' = 'securePause',
  ): Promise<void> {
    const asking = { conversationId, state, cause, right: 'others', actor: stranger, asked: this.asked } as const;
    await setRecordingState(this.control, asking);
  }

  /** Asks, and lets time pass until it is answered. */
  set(...asking: Parameters<DataFolder['ask']>): Promise<void> {
    return this.passUntil(this.ask(...asking));
  }

  /** Shuts gates behind the back of the control, as a failing node would. */
  async shut(streamIds: readonly StreamId[]): Promise<void> {
    await this.passUntil(this.#host.close(streamIds, 1_000));
  }

  async hangUp({ recordingId }: SessionStarted): Promise<void> {
    await this.passUntil(endRecordingSession(this.control, recordingId, this.asked));
  }

  /** Everything recorded until now is on the disk: another capture begins only when what was written before is synced. */
  async settle(): Promise<void> {
    await this.clock.pass(1_000);
    await this.call('call that settles');
  }

  /** The server ends in order. */
  async stop(): Promise<void> {
    if (this.#isOver) return;
    await this.clock.pass(50);
    await this.passUntil(this.#host.dispose());
    this.#close();
  }

  /** The server dies: what is on the disk stays as it is, and nothing of it writes any more. */
  kill(): void {
    this.#store.drop();
    this.#close();
  }

  /** Everything that the proof finds, and how far it said to have come at last. */
  async verify(): Promise<{ readonly findings: readonly VerifyFinding[]; readonly progress: VerifyProgress }> {
    const findings: VerifyFinding[] = [];
    let progress: VerifyProgress = { conversations: 0, of: 0, segments: 0, auditEntries: 0, auditHead: '' };
    const onProgress = (now: VerifyProgress): void => {
      progress = { ...now };
    };
    for await (const finding of verifyData(this.dataDir, onProgress)) findings.push(finding);
    return { findings, progress };
  }

  /** Part and text of each finding. */
  async findings(): Promise<readonly string[]> {
    return (await this.verify()).findings.map(({ part, what }) => `${part}: ${what}`);
  }

  /** Names of the stored segment files. */
  blobs(): readonly string[] {
    return readdirSync(join(this.dataDir, 'blobs'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.segment'))
      .sort();
  }

  /** How many segments each stream of the call has in store. */
  segmentCounts({ streams }: SessionStarted): readonly number[] {
    return streams.map(({ streamId }) => this.blobs().filter((name) => name.includes(streamId)).length);
  }

  pathOf(...parts: readonly string[]): string {
    return join(this.dataDir, ...parts);
  }

  /** Turns one bit of a file. */
  turnBit(path: string, offset: number): void {
    const bytes = readFileSync(path);
    bytes.writeUInt8((bytes.readUInt8(offset) ^ 1) & 0xff, offset);
    writeFileSync(path, bytes);
  }

  /** Changes the database behind everybody's back. */
  tamper(sql: string): void {
    const db = new DatabaseSync(this.pathOf('tacet.db'));
    db.exec('PRAGMA foreign_keys = OFF');
    for (const name of ['audit_unchanged', 'audit_kept', 'audit_continues']) db.exec(`DROP TRIGGER IF EXISTS ${name}`);
    db.exec(sql);
    db.close();
  }

  async passUntil<T>(done: Promise<T>): Promise<T> {
    let isDone = false;
    const end = done.finally(() => {
      isDone = true;
    });
    end.catch(() => undefined);
    // The disk is real: simulated time must not run ahead of it, or every deadline would pass before a sync is done.
    while (!isDone) {
      await realTime(1);
      await this.clock.pass(1);
    }
    return end;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    this.#folder[Symbol.dispose]();
  }

  #makeHost(keys: FileKeyService): NodeMediaHost {
    const { clock, ids, ports } = this;
    return new NodeMediaHost({
      clock,
      pool: new PortPool(20_000, 20_099),
      nodeCount: 1,
      onWorkerLost: () => undefined,
      startNode: async (tell) =>
        new MediaEngine({
          clock,
          ids,
          keys,
          blobs: new FileBlobStore(join(this.dataDir, 'blobs')),
          spoolFolder: diskSpoolFolder(join(this.dataDir, 'spool'), 'w1'),
          datagrams: ports,
          tell,
          report: (error) => void this.reports.push(error),
        }),
    });
  }

  #close(): void {
    this.#isOver = true;
    this.#db.close();
  }
}
