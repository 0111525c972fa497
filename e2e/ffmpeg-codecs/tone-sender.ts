/** ffmpeg as a sender of RTP: what a test has sounding now is encoded and sent, until the sender is stopped. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { freePorts } from '../harness/free-ports.ts';
import { environment } from '../harness/programs.ts';

export interface Sending {
  /** Samples a second that the encoder is given. */
  readonly rate: number;
  /** What ffmpeg is told of the codec. */
  readonly coding: readonly string[];
  readonly payloadType: number;
  /** Ticks of the RTP clock in a millisecond. */
  readonly ticksPerMs: number;
  /** Longest packet, header and all; where it is left out the codec says how much is in one. */
  readonly packetBytes?: number;
  readonly host: string;
  readonly port: number;
}

const stepMs = 10;
const amplitude = 9_000;

/** Carries everything on to the port that it is meant for, and knows how much sound has gone through. */
class Relay {
  readonly port: number;
  readonly #sockets: readonly Socket[];
  #firstTimestamp: number | undefined;
  #ticks = 0;

  private constructor(port: number, sockets: readonly Socket[], { host, port: target }: Sending) {
    this.port = port;
    this.#sockets = sockets;
    for (const [place, socket] of sockets.entries()) {
      socket.on('message', (packet) => {
        if (place === 0) this.#note(packet.readUInt32BE(4));
        socket.send(packet, target + place, host);
      });
    }
  }

  /** RTP on a port, RTCP on the one above. */
  static async open(sending: Sending): Promise<Relay> {
    const port = await freePorts(2);
    const sockets = [createSocket('udp4'), createSocket('udp4')];
    for (const [place, socket] of sockets.entries()) {
      socket.bind(port + place, '127.0.0.1');
      await once(socket, 'listening');
    }
    return new Relay(port, sockets, sending);
  }

  /** How far into the sound the latest packet begins, in ticks. */
  get ticks(): number {
    return this.#ticks;
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }

  #note(timestamp: number): void {
    this.#firstTimestamp ??= timestamp;
    this.#ticks = Math.max(this.#ticks, (timestamp - this.#firstTimestamp) >>> 0);
  }
}

export class ToneSender {
  /** In hertz; 0 for silence. */
  sounding: number;
  readonly #relay: Relay;
  readonly #ticksPerMs: number;
  readonly #child: ChildProcess;
  readonly #exited: Promise<readonly unknown[]>;
  readonly #rate: number;
  readonly #timer: NodeJS.Timeout;
  readonly #since = performance.now();
  #written = 0;
  #phase = 0;

  private constructor(relay: Relay, { rate, coding, payloadType, ticksPerMs, packetBytes }: Sending, sounding: number) {
    this.#relay = relay;
    this.#ticksPerMs = ticksPerMs;
    this.#rate = rate;
    this.sounding = sounding;
    const size = packetBytes === undefined ? '' : `&pkt_size=${packetBytes}`;
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
      `rtp://127.0.0.1:${relay.port}?rtcpport=${relay.port + 1}${size}`,
    ];
    const words = ['-hide_banner', '-loglevel', 'error', ...input, ...coding, ...output];
    this.#child = spawn('ffmpeg', words, { stdio: ['pipe', 'ignore', 'ignore'], env: environment() });
    this.#exited = once(this.#child, 'exit');
    this.#timer = setInterval(() => this.#write(), stepMs);
  }

  static async start(sending: Sending, sounding: number): Promise<ToneSender> {
    return new ToneSender(await Relay.open(sending), sending, sounding);
  }

  /** How much sound ffmpeg has been given, in ms. */
  get givenMs(): number {
    return (1_000 * this.#written) / this.#rate;
  }

  /** How much of it has been sent: what the latest packet holds is not counted. */
  get sentMs(): number {
    return this.#relay.ticks / this.#ticksPerMs;
  }

  /** Ends the sound. @returns what ffmpeg ended with. */
  async stop(): Promise<unknown> {
    clearInterval(this.#timer);
    this.#child.stdin?.end();
    const [code] = await this.#exited;
    this.#relay.close();
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
