/** The server as a process of its own: started, heard, stopped and killed from outside. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync } from 'node:fs';
import type { HostPort } from '@tacet/wire/sip';
import { freePorts } from './free-ports.ts';
import { end, environment, listen, type Settings, tacetCommand } from './programs.ts';
import { until } from './until.ts';

/** The admin client of every server under test. */
export const admin = { id: 'e2e-admin', secret: 'not-a-secret-in-tests' } as const;

const portsOfOne = 40;
/** A start takes a second; beside other tests on a machine that is busy it has taken twenty. */
const readyMsMax = 60_000;

export interface LogLine {
  readonly level: string;
  readonly event: string;
  readonly [fact: string]: unknown;
}

export interface StartOptions {
  readonly dataDir: string;
  /** Gathers what the server writes on both its streams. */
  readonly logPath: string;
  readonly settings?: Settings;
  /** RTP ports that it has; two for each stream. */
  readonly portCount?: number;
}

function readLine(line: string): LogLine | undefined {
  if (!line.startsWith('{')) return undefined;
  return JSON.parse(line) as LogLine;
}

/** What a start would need that has not the settings of the test. */
async function settingsOf({ dataDir, settings = {}, portCount = portsOfOne }: StartOptions): Promise<Settings> {
  const first = await freePorts(portCount + 1);
  return {
    TACET_DATA_DIR: dataDir,
    TACET_HTTP_LISTEN: '127.0.0.1:0',
    // Not one of those that the system hands out: it has to be free when the server is started again.
    TACET_SIP_LISTEN: `127.0.0.1:${first + portCount}`,
    TACET_RTP_PORTS: `${first}-${first + portCount - 1}`,
    // Tests look more often than programs may.
    TACET_RATE_LIMIT_PER_MINUTE: '0',
    TACET_ADMIN_CLIENT_ID: admin.id,
    TACET_ADMIN_CLIENT_SECRET: admin.secret,
    // A test that stops a server means the end of its calls, unless it says otherwise.
    TACET_STOP: 'end',
    ...settings,
  };
}

export class TacetServer implements AsyncDisposable {
  readonly dataDir: string;
  /** What it was started with, for commands that work beside it. */
  readonly settings: Settings;
  readonly #child: ChildProcess;
  #text = '';

  private constructor(child: ChildProcess, settings: Settings, { dataDir, logPath }: StartOptions) {
    this.#child = child;
    this.settings = settings;
    this.dataDir = dataDir;
    const hear = (text: string): void => {
      this.#text += text;
      appendFileSync(logPath, text);
    };
    listen(child.stdout, hear);
    listen(child.stderr, hear);
  }

  /** Starts it and waits until it is ready. @throws Error with what it said when it ends instead. */
  static async start(options: StartOptions): Promise<TacetServer> {
    const settings = await settingsOf(options);
    const child = spawn(tacetCommand, ['serve'], { env: environment(settings), stdio: ['ignore', 'pipe', 'pipe'] });
    const server = new TacetServer(child, settings, options);
    const ready = (): LogLine | undefined => {
      if (child.exitCode !== null) throw new Error(`The server ended at once:\n${server.#text}`);
      return server.#line('ready');
    };
    try {
      await until('the server to be ready', ready, readyMsMax);
    } catch (error) {
      // One that nobody knows of would keep the test from ending.
      await end(child, 'SIGKILL');
      throw error;
    }
    return server;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get httpUrl(): string {
    return String(this.#line('ready')?.['http']);
  }

  get sip(): HostPort {
    return this.#addressOf('sip');
  }

  /** Where it takes SIP over TLS, when its settings say so. */
  get sipTls(): HostPort {
    return this.#addressOf('sipTls');
  }

  /** Where it takes mail, when its settings say so. */
  get smtp(): HostPort {
    return this.#addressOf('smtp');
  }

  /** Has it read again the files that may change while it runs. */
  reread(): void {
    this.#child.kill('SIGHUP');
  }

  /** Everything it wrote so far, on both streams. */
  get output(): string {
    return this.#text;
  }

  /** Its log, line by line. */
  get log(): readonly LogLine[] {
    return this.#text.split('\n').flatMap((line) => readLine(line) ?? []);
  }

  /** A line of the log, waited for. */
  logged(matches: (line: LogLine) => boolean): Promise<LogLine> {
    return until('a line in the log', () => this.log.find(matches));
  }

  /** Settings of a server that takes the place of this one, at the same addresses. */
  get sameAgain(): Settings {
    const { host, port } = this.sip;
    return { ...this.settings, TACET_SIP_LISTEN: `${host}:${port}` };
  }

  /** Tells it to stop, as an operator would. @returns its exit code. */
  async stop(): Promise<number | null> {
    await end(this.#child, 'SIGTERM');
    return this.#child.exitCode;
  }

  /** The same without waiting for its end; it may be told so again. */
  askToStop(): void {
    this.#child.kill('SIGTERM');
  }

  /** Its exit code, as soon as it is gone. */
  async gone(): Promise<number | null> {
    if (this.isRunning) await once(this.#child, 'exit');
    return this.#child.exitCode;
  }

  /** `kill -9`; nothing of it runs any more when this resolves. @returns when the signal was sent, as wall time in ms. */
  async kill(): Promise<number> {
    const gone = once(this.#child, 'exit');
    const at = performance.timeOrigin + performance.now();
    this.#child.kill('SIGKILL');
    await gone;
    return at;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return end(this.#child, 'SIGKILL');
  }

  #addressOf(fact: 'sip' | 'sipTls' | 'smtp'): HostPort {
    const [host = '', port = ''] = String(this.#line('ready')?.[fact]).split(':');
    return { host, port: Number(port) };
  }

  #line(event: string): LogLine | undefined {
    return this.log.find((line) => line.event === event);
  }
}
