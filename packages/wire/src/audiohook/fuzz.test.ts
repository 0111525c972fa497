import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzzInputs } from '@tacet/testkit/fuzz';
import { packetsOfChannel, ServerSession, verifySignature } from './index.ts';

const id = '5f2c3f0e-7f5a-4f3b-9d0c-6a1f9f3f0a11';
const envelope = { version: '2', id, seq: 1, serverseq: 0, position: 'PT0S' };
const open = {
  organizationId: id,
  conversationId: id,
  participant: { id, ani: '+15550100', aniName: 'A', dnis: '+15550199' },
  media: [{ type: 'audio', format: 'PCMU', channels: ['external', 'internal'], rate: 8000 }],
  continuedSessions: [{ id, serverseq: 3, clientseq: 4 }],
};
const messages: readonly (readonly [string, object])[] = [
  ['open', open],
  ['close', { reason: 'end' }],
  ['paused', {}],
  ['resumed', { start: 'PT1.5S', discarded: 'PT2S' }],
  ['discarded', { start: 'PT1.5S', discarded: 'PT2S' }],
  ['ping', { rtt: 'PT0.02S' }],
  ['update', { language: 'en-US' }],
  ['error', { code: 409, message: 'no' }],
];
const corpus = messages.map(
  ([type, parameters]) => new Uint8Array(Buffer.from(JSON.stringify({ ...envelope, type, parameters }))),
);

test('no damaged message makes the session throw, or say anything but JSON with its next number', () => {
  let openCount = 0;
  for (const input of fuzzInputs(31, corpus, 6_000, 'AudioHook messages')) {
    const server = new ServerSession(id, 0);
    const steps = server.hear(Buffer.from(input).toString('utf8'), 0);
    if (steps.some(({ kind }) => kind === 'open')) openCount += 1;
    for (const step of steps) if (step.kind === 'send') assert.equal(JSON.parse(step.text).seq, 1);
    server.hearAudio(input.length, 0);
    server.closed();
  }
  assert.ok(openCount > 50, `only ${openCount} opens were read: the corpus is no longer understood`);
});

test('no damaged signature makes the check throw, or is good', () => {
  const text =
    'sig1=("@request-target" "@authority" "audiohook-organization-id" "audiohook-session-id" "audiohook-correlation-id" ' +
    '"x-api-key");keyid="key-of-a-client";nonce="VGhpc0lzQVVuaXF1ZU5vbmNl";alg="hmac-sha256";created=1000;expires=1030';
  const inputs = [new Uint8Array(Buffer.from(text))];
  const signature = `sig1=:${Buffer.alloc(32, 1).toString('base64')}:`;
  for (const input of fuzzInputs(32, inputs, 6_000, 'AudioHook signature')) {
    const headers = {
      'audiohook-organization-id': id,
      'audiohook-session-id': id,
      'audiohook-correlation-id': id,
      'x-api-key': 'key-of-a-client',
      'signature-input': Buffer.from(input).toString('latin1'),
      signature,
    };
    const verdict = verifySignature({ target: '/audiohook', host: 'h', headers }, Buffer.from('secret'), 1_001);
    assert.notEqual(verdict.kind, 'good');
  }
});

test('whatever a frame of audio holds, it becomes packets that hold each sample of a channel once', () => {
  const audio = Uint8Array.from({ length: 1_283 }, (_, n) => n);
  const shapes = [
    { format: 'PCMU', channels: ['external', 'internal'] },
    { format: 'PCMU', channels: ['external'] },
    { format: 'L16', channels: ['external', 'internal'] },
  ] as const;
  for (const input of fuzzInputs(33, [audio], 2_000, 'AudioHook frames')) {
    for (const shape of shapes) {
      const media = { ...shape, type: 'audio', rate: 8_000 } as const;
      const sampleBytes = shape.format === 'L16' ? 2 : 1;
      // The session hands over whole samples of all channels alone.
      const frame = input.subarray(0, input.length - (input.length % (sampleBytes * shape.channels.length)));
      const run = { ssrc: 7, sequence: 0xffff };
      let bytes = 0;
      packetsOfChannel(frame, shape.channels.length - 1, { media, run, position: 4_294_967_290 }, (packet) => {
        bytes += packet.length - 12;
        return packet.length % 2 === 0;
      });
      assert.equal(bytes * shape.channels.length, frame.length);
      assert.ok(run.sequence >= 0 && run.sequence <= 0xffff);
    }
  }
});
