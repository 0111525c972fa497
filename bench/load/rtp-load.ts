/** A process that sends RTP to many ports at fifty packets a second each, evenly spread; told what to do by messages. */
import { createSocket } from 'node:dgram';
import { writeRtpPacket } from '@tacet/wire/rtp';

/** Parent → sender. */
export type LoadOrder = { readonly kind: 'ports'; readonly ports: readonly number[] } | { readonly kind: 'stop' };
/** Sender → parent, when it has stopped. */
export interface LoadReport {
  readonly sentCount: number;
  /** Packets that were sent more than 20 ms after they were due: then the sender, not the server, was the limit. */
  readonly lateCount: number;
}

const packetMs = 20;
const payload = Buffer.alloc(160, 0xff);
const socket = createSocket({ type: 'udp4', sendBufferSize: 4 * 1024 * 1024 });
let ports: readonly number[] = [];
let sentCount = 0;
let lateCount = 0;
let startedAt = 0;

/** Packet number `index` overall is due at an even share of the 20 ms round. */
function sendDue(): void {
  if (ports.length === 0) return;
  const now = performance.now();
  const due = Math.floor(((now - startedAt) / packetMs) * ports.length);
  for (; sentCount < due; sentCount += 1) {
    const place = sentCount % ports.length;
    const sequence = Math.floor(sentCount / ports.length);
    if (now - startedAt - (sentCount / ports.length) * packetMs > 2 * packetMs) lateCount += 1;
    const packet = { payloadType: 0, sequence: sequence & 0xffff, timestamp: sequence * 160, ssrc: place + 1, payload };
    socket.send(writeRtpPacket(packet), ports[place] ?? 0, '127.0.0.1');
  }
}

const timer = setInterval(sendDue, 1);
// A bench that fails must not leave its sender behind.
process.on('disconnect', () => process.exit());
process.on('message', (order: LoadOrder) => {
  if (order.kind === 'ports') {
    ports = order.ports;
    startedAt = performance.now();
    sentCount = 0;
    return;
  }
  clearInterval(timer);
  process.send?.({ sentCount, lateCount } satisfies LoadReport);
  socket.close();
  process.disconnect();
});
