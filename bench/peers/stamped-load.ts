/** A process that sends RTP whose payload says when it was sent, fifty packets a second to every port. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { writeRtpPacket } from '@tacet/wire/rtp';

/** Parent → sender. */
export type StampedOrder = { readonly kind: 'ports'; readonly ports: readonly number[] } | { readonly kind: 'stop' };
/** Sender → parent: first the port it sends from and takes everything at, in the end what it sent. */
export type StampedReport =
  | { readonly kind: 'ready'; readonly port: number }
  | { readonly kind: 'stopped'; readonly sentCount: number; readonly lateCount: number };

const packetMs = 20;
export const payloadBytes = 160;

/** When a payload was sent, as wall time in ms. */
export function sentAtOf(payload: Buffer): number {
  return payload.readDoubleLE(0);
}

async function serve(): Promise<void> {
  const socket = createSocket({ type: 'udp4', sendBufferSize: 4 * 1024 * 1024 });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const payload = Buffer.alloc(payloadBytes, 0xff);
  let ports: readonly number[] = [];
  let startedAt = 0;
  let sentCount = 0;
  let lateCount = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    const due = Math.floor(((now - startedAt) / packetMs) * ports.length);
    for (; sentCount < due; sentCount += 1) {
      if (now - startedAt - (sentCount / ports.length) * packetMs > 2 * packetMs) lateCount += 1;
      const sequence = Math.floor(sentCount / ports.length);
      const place = sentCount % ports.length;
      payload.writeDoubleLE(performance.timeOrigin + performance.now(), 0);
      const head = { payloadType: 0, sequence: sequence & 0xffff, timestamp: sequence * payloadBytes, ssrc: place + 1 };
      socket.send(writeRtpPacket({ ...head, payload }), ports[place] ?? 0, '127.0.0.1');
    }
  }, 1);
  process.on('disconnect', () => process.exit());
  process.on('message', (order: StampedOrder) => {
    if (order.kind === 'ports') {
      ports = order.ports;
      startedAt = performance.now();
      sentCount = 0;
      return;
    }
    clearInterval(timer);
    process.send?.({ kind: 'stopped', sentCount, lateCount } satisfies StampedReport);
    process.disconnect();
  });
  process.send?.({ kind: 'ready', port: socket.address().port } satisfies StampedReport);
}

if (process.send !== undefined && import.meta.main) await serve();
