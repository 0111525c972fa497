/** The demo's recording client against servers that do not behave. */
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { ManualClock } from '@tacet/testkit';
import { RecordingClient } from '../../src/demo/recording-client.ts';
import { RequestRefused } from '../../src/demo/request-refused.ts';

const call = {
  communicationSessionId: 'c1',
  participants: [{ id: 'caller', address: 'sip:caller@carrier.example' }],
  streams: [{ label: '1', from: ['caller'], port: 4_000 }],
};

/** What a request says back: its transaction and dialog (RFC 3261 §8.2.6.2). */
function tryingTo(request: string): string {
  const kept = request.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/i.test(line));
  return ['SIP/2.0 100 Trying', ...kept, 'Content-Length: 0', '', ''].join('\r\n');
}

/** Answered once everything before it was read. */
const probe = [
  'OPTIONS sip:src@127.0.0.1 SIP/2.0',
  'Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKprobe;rport',
  'From: <sip:recorder@127.0.0.1>;tag=1',
  'To: <sip:src@127.0.0.1>',
  'Call-ID: probe',
  'CSeq: 1 OPTIONS',
  'Max-Forwards: 70',
  'Content-Length: 0',
  '',
  '',
].join('\r\n');

test('a server that says it is trying and then nothing more is waited for a minute, and told that it is over', async () => {
  const server = createSocket('udp4');
  const heard: string[] = [];
  const probed = Promise.withResolvers<void>();
  server.on('message', (bytes, from) => {
    const request = bytes.toString('latin1');
    heard.push(request.split(' ')[0] ?? '');
    if (request.startsWith('SIP/2.0 200')) probed.resolve();
    if (!request.startsWith('INVITE')) return;
    server.send(tryingTo(request), from.port, from.address);
    server.send(probe, from.port, from.address);
  });
  server.bind(0, '127.0.0.1');
  await once(server, 'listening');
  const clock = new ManualClock();
  const serverAddress = { host: '127.0.0.1', port: server.address().port };
  await using client = new RecordingClient({ serverAddress, transport: 'udp', clock });
  const placed = client.invite(call);
  // Until the provisional answer has come, the transaction gives up by itself, and that sooner.
  await probed.promise;
  let isOver = false;
  placed
    .catch(() => undefined)
    .finally(() => {
      isOver = true;
    });
  clock.advance(59_000);
  assert.equal(isOver, false);
  const next = once(server, 'message');
  clock.advance(1_000);
  await assert.rejects(placed, RequestRefused);
  await next;
  assert.equal(heard.at(-1), 'CANCEL');
  server.close();
});
