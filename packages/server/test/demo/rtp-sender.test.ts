import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { test } from 'node:test';
import { ManualClock } from '@tacet/testkit';
import { createRtpHeader, readRtpHeader } from '@tacet/wire/rtp';
import { RtpSender } from '../../src/demo/rtp-sender.ts';
import { until } from '../sip/sip-under-test.ts';

interface Received {
  readonly port: number;
  readonly packets: readonly Buffer[];
  close(): Promise<void>;
}

async function receiver(): Promise<Received> {
  const socket = createSocket('udp4');
  const packets: Buffer[] = [];
  socket.on('message', (bytes) => packets.push(bytes));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    port: socket.address().port,
    packets,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

const payload = (n: number): Uint8Array => new Uint8Array(160).fill(n & 0xff);

test('packets count on from the chosen start, wrap around, and carry the payload of their number', async () => {
  const clock = new ManualClock();
  const to = await receiver();
  const start = { ssrc: 0xdeadbeef, sequence: 65_534, timestamp: 2 ** 32 - 160 };
  await using sender = await RtpSender.open({ clock, codec: 'PCMA', payload, ...start });
  for (let n = 0; n < 4; n += 1) sender.sendOne({ host: '127.0.0.1', port: to.port });
  await until('four packets', () => to.packets.length === 4);
  const header = createRtpHeader();
  const seen = to.packets.map((bytes) => {
    assert.equal(readRtpHeader(bytes, header), 'ok');
    return [header.payloadType, header.marker, header.sequence, header.timestamp, header.ssrc, bytes[12]];
  });
  assert.deepEqual(seen, [
    [8, true, 65_534, 2 ** 32 - 160, 0xdeadbeef, 0],
    [8, false, 65_535, 0, 0xdeadbeef, 1],
    [8, false, 0, 160, 0xdeadbeef, 2],
    [8, false, 1, 320, 0xdeadbeef, 3],
  ]);
  await to.close();
});

test('a sender that is woken late makes up for it and does not drift', async () => {
  const clock = new ManualClock();
  const to = await receiver();
  await using sender = await RtpSender.open({ clock, codec: 'PCMU', payload });
  sender.start({ host: '127.0.0.1', port: to.port }, 10);
  clock.advance(9);
  assert.equal(sender.sentCount, 0);
  clock.advance(1);
  assert.equal(sender.sentCount, 1);
  // Wakes that come a few ms late, each by another amount, over ten seconds.
  let late = 0;
  for (let passed = 0; passed < 10_000; passed += late) {
    late = 1 + (passed % 37);
    clock.advance(late);
  }
  const due = Math.floor((clock.now() - 1_780_000_000_010) / 20) + 1;
  assert.equal(sender.sentCount, due);
  sender.stop();
  clock.advance(1_000);
  assert.equal(sender.sentCount, due);
  await to.close();
});
