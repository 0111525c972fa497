/** A process that sends marked RTP streams and knows of every frame when it was handed to the kernel. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SrtpSender, suiteNamed } from '@tacet/wire/srtp';
import type { CallCodec } from '../../packages/server/src/demo/call-codecs.ts';
import { markedPacket } from './marked-packet.ts';
import { frameMs } from './marks.ts';

export interface Target {
  readonly host: string;
  readonly port: number;
  /** Under which key it is sent; plain RTP when left out. */
  readonly srtp?: { readonly suite: string; readonly keyAndSalt: string };
  /** PCMU when left out. */
  readonly codec?: CallCodec;
}

/** To the sender; targets stand in the order of the streams. */
export type ToSender = { readonly kind: 'start'; readonly targets: readonly Target[] } | { readonly kind: 'stop' };

/** A frame that was sent: between these two instants of wall time, in ms, the kernel took it. */
export interface SentFrame {
  readonly number: number;
  readonly from: number;
  readonly to: number;
}

/** From the sender: where it sends from, and after a stop all that it ever sent. */
export type FromSender =
  | { readonly kind: 'ready'; readonly ports: readonly number[] }
  | { readonly kind: 'sent'; readonly streams: readonly (readonly SentFrame[])[] };

interface Sending extends SentFrame {
  /** No end of time until the kernel has it. */
  to: number;
}

interface Stream {
  readonly mark: number;
  readonly socket: Socket;
  readonly sent: Sending[];
}

function wallTime(): number {
  return performance.timeOrigin + performance.now();
}

async function openStream(mark: number): Promise<Stream> {
  const socket = createSocket('udp4');
  socket.on('error', () => undefined);
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { mark, socket, sent: [] };
}

const protectors = new Map<string, SrtpSender>();

function protectorOf({ suite, keyAndSalt }: NonNullable<Target['srtp']>): SrtpSender {
  const known = protectors.get(keyAndSalt);
  if (known !== undefined) return known;
  const found = suiteNamed(suite);
  if (found === undefined) throw new Error('That suite is unknown.');
  const made = new SrtpSender({ suite: found, keys: [{ keyAndSalt }] });
  protectors.set(keyAndSalt, made);
  return made;
}

function sendNext({ mark, socket, sent }: Stream, { host, port, srtp, codec = 'PCMU' }: Target): void {
  const number = sent.length;
  const packet = markedPacket(codec, { stream: mark, number });
  const datagram = srtp === undefined ? packet : protectorOf(srtp).protectRtp(packet, number);
  const frame: Sending = { number, from: wallTime(), to: Number.POSITIVE_INFINITY };
  sent.push(frame);
  // The datagram is handed over when this turn of the event loop is through, however long that takes.
  socket.send(datagram, port, host, () => {
    frame.to = wallTime();
  });
}

/** Sends a frame of every stream each 20 ms, by a schedule that does not drift. @returns what stops it. */
function sendAll(streams: readonly Stream[], targets: readonly Target[]): () => void {
  let dueAt = performance.now();
  let isStopped = false;
  const turn = (): void => {
    if (isStopped) return;
    const isDue = dueAt <= performance.now();
    for (const [place, stream] of isDue ? streams.entries() : []) {
      const target = targets[place];
      if (target !== undefined) sendNext(stream, target);
    }
    if (isDue) dueAt += frameMs;
    const restMs = dueAt - performance.now();
    // One frame of each in a turn, so that none waits for those that are late as well.
    if (restMs > 0) setTimeout(turn, restMs);
    else setImmediate(turn);
  };
  setImmediate(turn);
  return () => {
    isStopped = true;
  };
}

/** Resolves when the kernel has all of them. */
async function allGone(streams: readonly Stream[]): Promise<void> {
  while (streams.some(({ sent }) => sent.some(({ to }) => to === Number.POSITIVE_INFINITY))) await nextTurn();
}

async function serve(marks: readonly number[]): Promise<void> {
  const streams = await Promise.all(marks.map(openStream));
  const tell = (message: FromSender): void => {
    process.send?.(message);
  };
  let stop = (): void => undefined;
  process.on('message', (message: ToSender) => {
    stop();
    if (message.kind === 'start') stop = sendAll(streams, message.targets);
    else void allGone(streams).then(() => tell({ kind: 'sent', streams: streams.map(({ sent }) => sent) }));
  });
  process.on('disconnect', () => process.exit());
  tell({ kind: 'ready', ports: streams.map(({ socket }) => socket.address().port) });
}

if (process.send !== undefined && import.meta.main) await serve(process.argv.slice(2).map(Number));
