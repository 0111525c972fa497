/** The server of a chaos run: always at the same addresses and in the same folder, however often it is started. */
import { freePorts } from '../harness/free-ports.ts';
import type { Settings } from '../harness/programs.ts';
import { TacetServer } from '../harness/tacet-server.ts';

/** Beyond what tests use, and below what systems hand out by themselves. */
const rtpPorts = '20000-29999';

export class ServerHome implements AsyncDisposable {
  readonly dataDir: string;
  readonly #options: Parameters<typeof TacetServer.start>[0];
  #server: TacetServer;
  #trouble: Promise<unknown> = Promise.resolve();

  private constructor(options: Parameters<typeof TacetServer.start>[0], server: TacetServer) {
    this.#options = options;
    this.dataDir = options.dataDir;
    this.#server = server;
  }

  static async open(dataDir: string, logPath: string, given: Settings = {}): Promise<ServerHome> {
    const port = await freePorts(2);
    const settings = {
      TACET_HTTP_LISTEN: `127.0.0.1:${port}`,
      TACET_SIP_LISTEN: `127.0.0.1:${port + 1}`,
      TACET_RTP_PORTS: rtpPorts,
      TACET_CONVERSATION_LINGER_MS: '1000',
      TACET_STOP: 'handover',
      ...given,
    };
    const options = { dataDir, logPath, settings };
    return new ServerHome(options, await TacetServer.start(options));
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
    this.#server = await TacetServer.start(this.#options);
  }

  async stopAndRestart(): Promise<void> {
    await this.#server.stop();
    this.#server = await TacetServer.start(this.#options);
  }

  /** @returns its exit code. */
  stop(): Promise<number | null> {
    return this.#server.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server[Symbol.asyncDispose]();
  }
}
