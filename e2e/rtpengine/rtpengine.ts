/** rtpengine as a process of its own: a media proxy of other people's making that forks calls to a recorder. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { freePorts } from '../harness/free-ports.ts';
import { end, environment, listen } from '../harness/programs.ts';
import { until } from '../harness/until.ts';
import { type Bencoded, decode, encode } from './bencode.ts';

export type Answered = { readonly [key: string]: Bencoded };

const mediaPortsMax = 400;

export class Rtpengine implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #control: Socket;
  readonly #port: number;
  readonly #waiting = new Map<string, (answered: Answered) => void>();
  #asked = 0;

  private constructor(child: ChildProcess, control: Socket, port: number) {
    this.#child = child;
    this.#control = control;
    this.#port = port;
    control.on('message', (bytes) => {
      const space = bytes.indexOf(' ');
      const cookie = bytes.toString('latin1', 0, space);
      this.#waiting.get(cookie)?.(decode(bytes.subarray(space + 1)) as Answered);
      this.#waiting.delete(cookie);
    });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** @param recordingDir where its own recordings go. @throws Error with what it said when it does not come up. */
  static async start(recordingDir: string, mediaPorts: number = mediaPortsMax): Promise<Rtpengine> {
    const first = await freePorts(mediaPorts + 2);
    const args = [
      '--foreground',
      '--log-stderr',
      '--log-level=4',
      // No kernel module: everything goes through its own threads.
      '--table=-1',
      `--listen-ng=127.0.0.1:${first}`,
      '--interface=127.0.0.1',
      `--port-min=${first + 2}`,
      `--port-max=${first + 1 + mediaPorts}`,
      `--recording-dir=${recordingDir}`,
      '--recording-method=pcap',
      '--recording-format=eth',
    ];
    // It may dump its core where it stands.
    const at = { cwd: recordingDir, env: environment() };
    const child = spawn('rtpengine', args, { ...at, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    listen(child.stderr, (text) => {
      said += text;
    });
    const control = createSocket('udp4');
    control.bind(0, '127.0.0.1');
    await once(control, 'listening');
    const engine = new Rtpengine(child, control, first);
    await until('rtpengine to answer', async () => {
      if (child.exitCode !== null) throw new Error(`rtpengine has ended:\n${said}`);
      return engine.#try({ command: 'ping' }, 200);
    });
    return engine;
  }

  /** Asks for something. @throws Error when the answer is no. */
  async ask(order: { readonly [key: string]: Bencoded }): Promise<Answered> {
    const answered = await this.#try(order, 5_000);
    if (answered?.['result'] !== 'ok') throw new Error(`rtpengine refused: ${JSON.stringify(answered)}`);
    return answered;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#control.close();
    await end(this.#child, 'SIGTERM');
  }

  #try(order: { readonly [key: string]: Bencoded }, patienceMs: number): Promise<Answered | undefined> {
    this.#asked += 1;
    const cookie = `t${this.#asked}`;
    return new Promise((resolve) => {
      const late = setTimeout(() => {
        this.#waiting.delete(cookie);
        resolve(undefined);
      }, patienceMs);
      this.#waiting.set(cookie, (answered) => {
        clearTimeout(late);
        resolve(answered);
      });
      this.#control.send(`${cookie} ${encode(order)}`, this.#port, '127.0.0.1');
    });
  }
}
