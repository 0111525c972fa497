/** ffmpeg as a sender of RTP: what a test has sounding now is encoded and sent, until the sender is stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { environment } from '../harness/programs.ts';

export interface Sending {
  /** Samples a second that the encoder is given. */
  readonly rate: number;
  /** What ffmpeg is told of the codec. */
  readonly coding: readonly string[];
  readonly payloadType: number;
  /** Longest packet, header and all; where it is left out the codec says how much is in one. */
  readonly packetBytes?: number;
  readonly host: string;
  readonly port: number;
}

const stepMs = 10;
const amplitude = 9_000;

export class ToneSender {
  /** In hertz; 0 for silence. */
  sounding: number;
  readonly #child: ChildProcess;
  readonly #exited: Promise<readonly unknown[]>;
  readonly #rate: number;
  readonly #timer: NodeJS.Timeout;
  readonly #since = performance.now();
  #written = 0;
  #phase = 0;

  constructor({ rate, coding, payloadType, packetBytes, host, port }: Sending, sounding: number) {
    this.#rate = rate;
    this.sounding = sounding;
    const size = packetBytes === undefined ? '' : `?pkt_size=${packetBytes}`;
    const input = [
      '-probesize',
      '32',
      '-fflags',
      'nobuffer',
      '-f',
      's16le',
      '-ar',
      `${rate}`,
      '-ac',
      '1',
      '-i',
      'pipe:0',
    ];
    const output = [
      '-f',
      'rtp',
      '-payload_type',
      `${payloadType}`,
      '-flush_packets',
      '1',
      `rtp://${host}:${port}${size}`,
    ];
    const words = ['-hide_banner', '-loglevel', 'error', ...input, ...coding, ...output];
    this.#child = spawn('ffmpeg', words, { stdio: ['pipe', 'ignore', 'ignore'], env: environment() });
    this.#exited = once(this.#child, 'exit');
    this.#timer = setInterval(() => this.#write(), stepMs);
  }

  /** Ends the sound. @returns what ffmpeg ended with. */
  async stop(): Promise<unknown> {
    clearInterval(this.#timer);
    this.#child.stdin?.end();
    const [code] = await this.#exited;
    return code;
  }

  /** As much sound as time has passed. */
  #write(): void {
    const due = Math.floor(((performance.now() - this.#since) * this.#rate) / 1_000) - this.#written;
    const samples = new Int16Array(Math.max(0, due));
    for (const at of samples.keys()) {
      this.#phase += (2 * Math.PI * this.sounding) / this.#rate;
      samples[at] = Math.round(amplitude * Math.sin(this.#phase));
    }
    this.#written += samples.length;
    this.#child.stdin?.write(Buffer.from(samples.buffer));
  }
}
