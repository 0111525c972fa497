/** SIPp as a process of its own, playing one call of a scenario. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { freePorts } from './free-ports.ts';
import { end, environment, listen } from './programs.ts';
import { until } from './until.ts';

export interface SippOptions {
  /** Path of the scenario. */
  readonly scenario: string;
  readonly server: { readonly host: string; readonly port: number };
  /** SIPp's working folder: files named in the scenario are looked for here, and its own are written here. */
  readonly folder: string;
  /** Values of `[name]` in the scenario. */
  readonly keys?: { readonly [name: string]: string };
  /** UDP unless it says otherwise. */
  readonly transport?: 'udp' | 'tcp';
}

/** A call takes no longer than this, in seconds; SIPp then ends by itself. */
const callSecondsMax = 60;

export class Sipp implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #port: number;
  #output = '';

  private constructor(child: ChildProcess, folder: string, port: number) {
    this.#child = child;
    this.#folder = folder;
    this.#port = port;
    const hear = (text: string): void => {
      this.#output += text;
    };
    listen(child.stdout, hear);
    listen(child.stderr, hear);
  }

  static async start({ scenario, server, folder, keys = {}, transport = 'udp' }: SippOptions): Promise<Sipp> {
    const port = await freePorts(2);
    const given = Object.entries(keys).flatMap(([name, value]) => ['-key', name, value]);
    const logs = ['-trace_logs', '-log_file', 'log.txt', '-trace_err', '-error_file', 'errors.txt'];
    const once1 = ['-m', '1', '-nostdin', '-timeout', `${callSecondsMax}s`, '-timeout_error'];
    const target = `${server.host}:${server.port}`;
    const args = [
      target,
      '-sf',
      scenario,
      '-i',
      '127.0.0.1',
      '-mi',
      '127.0.0.1',
      '-p',
      String(port),
      '-t',
      transport === 'udp' ? 'u1' : 't1',
      ...logs,
      ...once1,
      ...given,
    ];
    const env = environment({ TERM: 'dumb' });
    const child = spawn('sipp', args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
    return new Sipp(child, folder, port);
  }

  /** What the scenario logged so far. */
  get log(): string {
    const path = `${this.#folder}/log.txt`;
    return existsSync(path) ? readFileSync(path, 'utf8') : '';
  }

  /** A line of the log, waited for. */
  logged(pattern: RegExp): Promise<RegExpExecArray> {
    return until(`SIPp to log ${pattern}`, () => {
      if (this.#child.exitCode !== null) throw new Error(`SIPp ended: ${this.#child.exitCode}\n${this.#complaint()}`);
      return pattern.exec(this.log) ?? undefined;
    });
  }

  /** An INFO into the call, by which the test tells the scenario to go on. SIPp goes by the Call-ID alone. */
  async prompt(callId: string): Promise<void> {
    const socket = createSocket('udp4');
    const head = [
      `INFO sip:src@127.0.0.1:${this.#port} SIP/2.0`,
      'Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK-prompt',
      'From: <sip:test@127.0.0.1>;tag=prompt',
      'To: <sip:src@127.0.0.1>',
      `Call-ID: ${callId}`,
      'CSeq: 1 INFO',
      'Content-Length: 0',
    ];
    await new Promise((resolve) => socket.send(`${head.join('\r\n')}\r\n\r\n`, this.#port, '127.0.0.1', resolve));
    socket.close();
  }

  /** Waits for the end of the call. @throws Error with SIPp's complaint unless it went as the scenario says. */
  async succeeded(): Promise<void> {
    if (this.#child.exitCode === null) await once(this.#child, 'close');
    if (this.#child.exitCode !== 0) throw new Error(`SIPp failed: ${this.#child.exitCode}\n${this.#complaint()}`);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return end(this.#child, 'SIGKILL');
  }

  #complaint(): string {
    const errors = readdirSync(this.#folder).filter((name) => name.includes('errors'));
    return [...errors.map((name) => readFileSync(`${this.#folder}/${name}`, 'utf8')), this.#output.slice(-2_000)].join(
      '\n',
    );
  }
}
