/** A process that plays the phones of a chaos run, over a network that loses, doubles and reorders, and falls silent. */
import { createSocket, type Socket } from 'node:dgram';
import { seededRandom } from '@tacet/testkit';
import { writeRtpPacket } from '@tacet/wire/rtp';
import { payloadBytes, payloadOf } from './payload.ts';

/** To the phones. */
export type PhoneOrder =
  | { readonly kind: 'talk'; readonly stream: number; readonly port: number }
  | { readonly kind: 'hush'; readonly stream: number };

/** Between which instants each packet of a stream went to the kernel, as wall time in ms; `NaN` for those the network lost. */
export interface PhoneReport {
  readonly stream: number;
  readonly sentAt: Float64Array;
  readonly goneAt: Float64Array;
}

interface Phone {
  readonly stream: number;
  readonly port: number;
  readonly socket: Socket;
  readonly sentAt: number[];
  readonly goneAt: number[];
  /** RTP time of the next packet; it goes on while nothing is said. */
  timestamp: number;
  silentUntil: number;
  /** A packet that the next one overtakes. */
  held: Spoken | undefined;
}

interface Spoken {
  readonly number: number;
  readonly packet: Buffer;
}

const packetMs = 20;
/** Of each packet; on a calm network nothing of it happens. */
const likelihood =
  process.argv[3] === 'calm'
    ? { lost: 0, doubled: 0, overtaken: 0, silent: 0 }
    : { lost: 0.01, doubled: 0.003, overtaken: 0.003, silent: 0.001 };
const silentMsMax = 2_000;

const random = seededRandom(Number(process.argv[2] ?? 1), 'phones');
const phones = new Map<number, Phone>();

function wallTime(): number {
  return performance.timeOrigin + performance.now();
}

/** A process that is held up in between sends later than it wanted to. */
function send(phone: Phone, { number, packet }: Spoken): void {
  phone.sentAt[number] = wallTime();
  phone.socket.send(packet, phone.port, '127.0.0.1', () => {
    phone.goneAt[number] = wallTime();
  });
}

function say(phone: Phone, now: number): void {
  phone.timestamp += payloadBytes;
  if (now < phone.silentUntil) return;
  if (random.chance(likelihood.silent)) phone.silentUntil = now + random.below(silentMsMax);
  const number = phone.sentAt.length;
  const payload = payloadOf({ stream: phone.stream, number });
  const head = { payloadType: 0, sequence: number & 0xffff, timestamp: phone.timestamp >>> 0, ssrc: phone.stream };
  phone.sentAt.push(Number.NaN);
  phone.goneAt.push(Number.NaN);
  if (random.chance(likelihood.lost)) return;
  const packet = { number, packet: Buffer.from(writeRtpPacket({ ...head, payload })) };
  const { held } = phone;
  phone.held = undefined;
  if (held === undefined && random.chance(likelihood.overtaken)) {
    phone.held = packet;
    return;
  }
  send(phone, packet);
  if (random.chance(likelihood.doubled)) phone.socket.send(packet.packet, phone.port, '127.0.0.1');
  if (held !== undefined) send(phone, held);
}

function hush(stream: number): void {
  const phone = phones.get(stream);
  if (phone === undefined) return;
  phones.delete(stream);
  if (phone.held !== undefined) send(phone, phone.held);
  // Everything has gone by the next turn but one.
  setTimeout(() => {
    phone.socket.close();
    const [sentAt, goneAt] = [Float64Array.from(phone.sentAt), Float64Array.from(phone.goneAt)];
    process.send?.({ stream, sentAt, goneAt } satisfies PhoneReport);
  }, packetMs);
}

function talk(stream: number, port: number): void {
  const socket = createSocket('udp4');
  socket.on('error', () => undefined);
  socket.bind(0, '127.0.0.1');
  // There at once: whoever is hushed before its socket is bound has an answer to give like any other.
  phones.set(stream, { stream, port, socket, sentAt: [], goneAt: [], timestamp: 0, silentUntil: 0, held: undefined });
}

let dueAt = performance.now();
function turn(): void {
  const now = performance.now();
  // Whoever was held up for long does not catch up: phones do not either.
  if (now - dueAt > 500) dueAt = now;
  for (; dueAt <= now; dueAt += packetMs) for (const phone of phones.values()) say(phone, now);
  setTimeout(turn, Math.max(1, dueAt - performance.now()));
}

process.on('disconnect', () => process.exit());
process.on('message', (order: PhoneOrder) => {
  if (order.kind === 'talk') talk(order.stream, order.port);
  else hush(order.stream);
});
turn();
