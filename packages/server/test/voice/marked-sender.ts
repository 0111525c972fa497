/** A thread that sends marked RTP packets to a port: each payload carries its number and the instant it was sent. */
import { createSocket } from 'node:dgram';
import { parentPort, workerData } from 'node:worker_threads';
import { writeRtpPacket } from '@tacet/wire/rtp';
import { steadyClock } from '../../src/steady-clock.ts';

/** What the sender is told when it starts. */
export interface SenderSettings {
  readonly port: number;
  readonly epoch: number;
  /** Time between packets in ms. */
  readonly everyMs: number;
  /** 32-bit numbers at `begun`, `handedOver` and `limit`. */
  readonly shared: SharedArrayBuffer;
}

/** Packets made so far; packets the kernel has taken; how many may be made at most. */
export const [begun, handedOver, limit]: readonly [number, number, number] = [0, 1, 2];
export const sharedBytes: number = 3 * Int32Array.BYTES_PER_ELEMENT;

/** Payload: u32 number, then the sending instant as a double, then a filler that makes it 160 bytes. */
export const markBytes = 160;

if (workerData !== null && parentPort !== null) {
  const { port, epoch, everyMs, shared } = workerData as SenderSettings;
  const clock = steadyClock(epoch);
  const counts = new Int32Array(shared);
  const socket = createSocket('udp4');
  const send = (): void => {
    const number = Atomics.load(counts, begun);
    if (number >= Atomics.load(counts, limit)) return;
    const payload = Buffer.alloc(markBytes, number & 0xff);
    payload.writeUInt32LE(number, 0);
    payload.writeDoubleLE(clock.now(), 4);
    const rtp = { payloadType: 0, sequence: number & 0xffff, timestamp: number * 160, ssrc: 7, payload };
    Atomics.add(counts, begun, 1);
    socket.send(writeRtpPacket(rtp), port, '127.0.0.1', () => Atomics.add(counts, handedOver, 1));
  };
  const timer = setInterval(send, everyMs);
  parentPort.on('message', () => {
    clearInterval(timer);
    socket.close();
    parentPort?.close();
  });
}
