import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as pass } from 'node:timers/promises';
import { instant } from '@tacet/domain';
import type { RTCPeerConnection } from 'werift';
import { PeerSocket } from '../../src/whip/peer-socket.ts';

const now = (): ReturnType<typeof instant> => instant(performance.timeOrigin + performance.now());

/** A peer connection as far as its sockets go. */
function peerWith(...sockets: readonly Socket[]): RTCPeerConnection {
  const protocols = sockets.map((socket) => ({ transport: { socket } }));
  return { iceTransports: [{ connection: { protocols } }] } as unknown as RTCPeerConnection;
}

async function bound(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

test('a fence comes back behind everything that had waited in the socket', async () => {
  const [socket, sender] = [await bound(), await bound()];
  const read: number[] = [];
  const under = new PeerSocket(peerWith(socket), now);
  socket.on('message', (bytes) => {
    if (bytes.length === 2) read.push(bytes.readUInt16BE(0));
  });
  const count = 100;
  for (let number = 0; number < count; number += 1) {
    const bytes = Buffer.alloc(2);
    bytes.writeUInt16BE(number);
    sender.send(bytes, socket.address().port, '127.0.0.1');
  }
  await pass(0);
  await under.fence();
  const readBefore = read.length;
  assert.equal(readBefore, count, 'more than one turn of the event loop reads');
  socket.close();
  sender.close();
});

test('a peer connection whose sockets are not known opens no gate', async () => {
  const under = new PeerSocket(peerWith(), now);
  const outcome = await Promise.race([under.fence().then(() => 'passed'), pass(50).then(() => 'waits')]);
  assert.equal(outcome, 'waits');
});

test('what a stranger sends is no fence', async () => {
  const [socket, sender] = [await bound(), await bound()];
  const under = new PeerSocket(peerWith(socket), now);
  // A socket that reads nothing of what it sends to itself.
  socket.send = (() => undefined) as never;
  const fence = under.fence().then(() => 'passed');
  sender.send(Buffer.alloc(24, 0xff), socket.address().port, '127.0.0.1');
  assert.equal(await Promise.race([fence, pass(50).then(() => 'waits')]), 'waits');
  socket.close();
  sender.close();
});
