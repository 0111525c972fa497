/** The server of a chaos run: always at the same addresses and in the same folder, however often it is started. */
import { freePorts } from '../harness/free-ports.ts';
import type { Settings } from '../harness/programs.ts';
import { SlowDisk } from '../harness/slow-disk.ts';
import { TacetServer } from '../harness/tacet-server.ts';
import { until } from '../harness/until.ts';
import { crashable, crashWorker } from '../harness/worker-crash.ts';

/** Beyond what tests use, and below what systems hand out by themselves; nobody else takes those of a server that is down. */
const rtpRange = { lowest: 20_000, highest: 32_000 } as const;
/** Enough for two hundred calls at a time, with those that rest. */
const rtpPortCount = 2_000;
/** Whose mail it takes. */
export const mailDomain = 'archive.example';
/** Media workers of a fresh server, as the harness numbers them. */
const freshWorkers: readonly number[] = [1, 2];

export class ServerHome implements AsyncDisposable {
  readonly dataDir: string;
  /** Absent where none can be made. */
  readonly disk: SlowDisk | undefined;
  readonly #crashFolder: string;
  /** The workers that are up, the one that has been up for longest first. */
  #workers: readonly number[] = freshWorkers;
  readonly #options: Parameters<typeof TacetServer.start>[0];
  #server: TacetServer;
  #trouble: Promise<unknown> = Promise.resolve();

  private constructor(
    options: Parameters<typeof TacetServer.start>[0],
    server: TacetServer,
    { crashFolder, disk }: { readonly crashFolder: string; readonly disk: SlowDisk | undefined },
  ) {
    this.disk = disk;
    this.#crashFolder = crashFolder;
    this.#options = options;
    this.dataDir = options.dataDir;
    this.#server = server;
  }

  static async open(dataDir: string, logPath: string, given: Settings = {}): Promise<ServerHome> {
    const port = await freePorts(3);
    const rtpPort = await freePorts(rtpPortCount, rtpRange);
    const crashFolder = `${dataDir}-crash`;
    const disk = await SlowDisk.make(`${dataDir}-disk`);
    const settings = {
      ...crashable(crashFolder),
      ...disk?.settings,
      TACET_MEDIA_WORKERS: String(freshWorkers.length),
      TACET_HTTP_LISTEN: `127.0.0.1:${port}`,
      TACET_SIP_LISTEN: `127.0.0.1:${port + 1}`,
      TACET_SMTP_LISTEN: `127.0.0.1:${port + 2}`,
      TACET_SMTP_ADDRESSES: `@${mailDomain}`,
      TACET_RTP_PORTS: `${rtpPort}-${rtpPort + rtpPortCount - 1}`,
      TACET_CONVERSATION_LINGER_MS: '1000',
      TACET_STOP: 'handover',
      ...given,
    };
    const options = { dataDir, logPath, settings };
    return new ServerHome(options, await TacetServer.start(options), { crashFolder, disk });
  }

  get pid(): number {
    return this.#server.pid;
  }

  get httpUrl(): string {
    return this.#server.httpUrl;
  }

  get sip(): { readonly host: string; readonly port: number } {
    return this.#server.sip;
  }

  get smtp(): { readonly host: string; readonly port: number } {
    return this.#server.smtp;
  }

  /** Resolves when nothing is under way that a restart has to mend. */
  async calm(): Promise<void> {
    await this.#trouble.catch(() => undefined);
  }

  /** Nothing is judged until this is over. */
  troubled<T>(work: Promise<T>): Promise<T> {
    this.#trouble = work;
    return work;
  }

  async killAndRestart(): Promise<void> {
    await this.#server.kill();
    await this.#restart();
  }

  async stopAndRestart(): Promise<void> {
    await this.#server.stop();
    await this.#restart();
  }

  /** Resolves when its captures go on in another worker. */
  async crashWorker(): Promise<void> {
    const [number = 0, ...others] = this.#workers;
    const takenUp = (): number => this.#server.log.filter(({ event }) => event === 'workerTakenUp').length;
    const before = takenUp();
    await crashWorker(this.#crashFolder, number);
    await until('the captures of a worker to be taken up', () => takenUp() > before || undefined);
    this.#workers = [...others, Math.max(number, ...others) + 1];
  }

  /** @returns its exit code. */
  stop(): Promise<number | null> {
    return this.#server.stop();
  }

  async #restart(): Promise<void> {
    this.#server = await TacetServer.start(this.#options);
    this.#workers = freshWorkers;
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.disk?.[Symbol.dispose]();
    return this.#server[Symbol.asyncDispose]();
  }
}
