import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { audioHookLimits, nullUuid, type OfferedMedia, ServerSession, type SessionStep } from './index.ts';

const id = '5f2c3f0e-7f5a-4f3b-9d0c-6a1f9f3f0a11';
const stereo: OfferedMedia = { type: 'audio', format: 'PCMU', channels: ['external', 'internal'], rate: 8000 };
const openParameters = {
  organizationId: id,
  conversationId: id,
  participant: { id, ani: '+15550100', aniName: 'Caller', dnis: '+15550199' },
  media: [stereo],
};

/** A client whose messages are numbered as they should be, unless it says otherwise. */
class Client {
  readonly server = new ServerSession(id, 0);
  seq = 0;
  serverseq = 0;
  now = 0;

  say(type: string, parameters: object = {}, odd: object = {}): readonly SessionStep[] {
    this.seq += 1;
    const { seq, serverseq } = this;
    const message = { version: '2', id, type, seq, serverseq, position: 'PT0S', parameters, ...odd };
    return this.heard(this.server.hear(JSON.stringify(message), this.now));
  }

  open(isPaused = false): readonly SessionStep[] {
    this.say('open', openParameters);
    return this.heard(this.server.opened(stereo, isPaused, this.now));
  }

  heard(steps: readonly SessionStep[]): readonly SessionStep[] {
    for (const { seq } of sent(steps)) this.serverseq = seq;
    return steps;
  }
}

interface Sent {
  readonly type: string;
  readonly seq: number;
  readonly clientseq: number;
  readonly parameters: { readonly [name: string]: unknown };
}

function sent(steps: readonly SessionStep[]): readonly Sent[] {
  return steps.flatMap((step) => (step.kind === 'send' ? [JSON.parse(step.text) as Sent] : []));
}

function kinds(steps: readonly SessionStep[]): readonly string[] {
  return steps.map((step) => (step.kind === 'send' ? `send ${sent([step])[0]?.type}` : step.kind));
}

const toldToGo = ['send disconnect', 'broken'];

test('an open is answered with exactly the entry that was taken, and numbers count each side on its own', () => {
  const client = new Client();
  assert.deepEqual(kinds(client.say('open', openParameters)), ['open']);
  const [opened] = sent(client.server.opened(stereo, false, 0));
  assert.deepEqual(opened?.parameters, { media: [stereo], startPaused: false });
  assert.equal(opened?.seq, 1);
  assert.equal(opened?.clientseq, 1);
  const [pong] = sent(client.say('ping'));
  assert.deepEqual([pong?.type, pong?.seq, pong?.clientseq], ['pong', 2, 2]);
});

test('a client whose sequence numbers have a gap is disconnected', () => {
  const client = new Client();
  client.open();
  const steps = client.say('ping', {}, { seq: 7 });
  assert.deepEqual(kinds(steps), toldToGo);
  assert.match(String(sent(steps)[0]?.parameters['info']), /Invalid seq value \(not monotonically increasing\)/);
});

test('a client that claims to have heard what was not said is disconnected', () => {
  const client = new Client();
  client.open();
  assert.deepEqual(kinds(client.say('ping', {}, { serverseq: 2 })), toldToGo);
});

test('a message of another session, or with anything missing, is a breach of the protocol', () => {
  const cases: readonly object[] = [
    { id: id.replace('5', '6') },
    { version: '1' },
    { position: 'PT1M' },
    { position: 'P1S' },
    { parameters: [] },
    { type: 'dance' },
    { type: 'constructor' },
    { seq: '2' },
  ];
  for (const odd of cases) {
    const client = new Client();
    client.open();
    assert.deepEqual(kinds(client.say('ping', {}, odd)), toldToGo, JSON.stringify(odd));
  }
});

test('parameters that do not fit their message are a breach of the protocol', () => {
  const cases: readonly (readonly [string, object])[] = [
    ['resumed', { start: 'PT1S' }],
    ['discarded', { start: 'PT1S', discarded: 'PT-1S' }],
    ['close', { reason: 'bored' }],
    ['error', { code: 12, message: '' }],
    ['update', {}],
    ['ping', { rtt: 3 }],
  ];
  for (const [type, parameters] of cases) {
    const client = new Client();
    client.open();
    assert.deepEqual(kinds(client.say(type, parameters)), toldToGo, type);
  }
});

test('a binary frame in any state but active is a breach of the protocol', () => {
  const prepare: { readonly [state: string]: (client: Client) => unknown } = {
    waiting: () => undefined,
    opening: (client) => client.say('open', openParameters),
    paused: (client) => [client.open(), client.say('paused')],
    startPaused: (client) => client.open(true),
  };
  for (const [state, into] of Object.entries(prepare)) {
    const client = new Client();
    into(client);
    assert.deepEqual(kinds(client.server.hearAudio(160, 0) ?? []), toldToGo, state);
  }
  const client = new Client();
  client.open();
  assert.equal(client.server.hearAudio(160, 0), undefined);
  assert.deepEqual(kinds(client.server.hearAudio(161, 0) ?? []), toldToGo);
  assert.deepEqual(client.server.hearAudio(160, 0), []);
});

test('the position moves with samples, and over what the client did not send', () => {
  const client = new Client();
  client.open();
  client.server.hearAudio(3_200, 0);
  assert.equal(client.server.positionSamples, 1_600);
  const [lost] = client.say('discarded', { start: 'PT0.2S', discarded: 'PT1.5S' });
  assert.deepEqual(lost, { kind: 'discarded', discardedMs: 1_500 });
  assert.equal(client.server.positionSamples, 13_600);
  assert.deepEqual(client.say('paused'), [{ kind: 'paused', isAsked: false }]);
  assert.deepEqual(client.say('resumed', { start: 'PT1.7S', discarded: 'PT2S' }), [
    { kind: 'resumed', discardedMs: 2_000 },
  ]);
  assert.equal(client.server.positionSamples, 29_600);
});

test('a wish is said once, and what the client answers to it is known as the answer', () => {
  const client = new Client();
  client.open();
  assert.deepEqual(kinds(client.heard(client.server.wish('pause'))), ['send pause']);
  assert.deepEqual(client.server.wish('pause'), []);
  assert.deepEqual(client.say('paused'), [{ kind: 'paused', isAsked: true }]);
  assert.deepEqual(kinds(client.heard(client.server.wish('resume'))), ['send resume']);
  assert.deepEqual(kinds(client.say('resumed', { start: 'PT0S', discarded: 'PT1S' })), ['resumed']);
});

test('a close is answered when the edge has ended what it began, and nothing is said after that', () => {
  const client = new Client();
  client.open();
  assert.deepEqual(client.say('close', { reason: 'end' }), [{ kind: 'close', reason: 'end' }]);
  assert.deepEqual(kinds(client.server.closed()), ['send closed']);
  assert.deepEqual(client.say('ping'), []);
  assert.deepEqual(client.server.disconnect('completed'), []);
});

test('a client that was told to go may still say goodbye, and nothing else counts', () => {
  const client = new Client();
  client.open();
  client.heard(client.server.disconnect('completed'));
  assert.deepEqual(client.say('paused'), []);
  assert.deepEqual(kinds(client.say('close', { reason: 'disconnect' })), ['close']);
});

test('the first message opens, and only the first', () => {
  assert.deepEqual(kinds(new Client().say('ping')), toldToGo);
  const client = new Client();
  client.open();
  assert.deepEqual(kinds(client.say('open', openParameters)), toldToGo);
});

test('a session without a name takes that of its first message', () => {
  const server = new ServerSession(nullUuid, 0);
  const head = { version: '2', seq: 1, serverseq: 0, position: 'PT0S' };
  server.hear(JSON.stringify({ ...head, id, type: 'open', parameters: openParameters }), 0);
  assert.equal(server.id, id);
});

test('a client whose audio runs faster than real time is cut off', () => {
  const client = new Client();
  client.open();
  const second = 16_000;
  const aheadSeconds = audioHookLimits.aheadMsMax / 1000;
  for (let count = 0; count < aheadSeconds; count += 1) assert.equal(client.server.hearAudio(second, 0), undefined);
  assert.equal(client.server.hearAudio(second, 1_000), undefined);
  assert.deepEqual(kinds(client.server.hearAudio(second, 1_000) ?? []), toldToGo);
});

test('a client that says too much at once is told to go, and one that pings as it should never is', () => {
  const loud = new Client();
  loud.open();
  const answers = Array.from({ length: audioHookLimits.textBurst + 1 }, () => kinds(loud.say('ping')));
  assert.deepEqual(answers.at(-2), toldToGo);
  const calm = new Client();
  calm.open();
  for (let beat = 1; beat < 500; beat += 1) {
    calm.now = beat * 5_000;
    assert.deepEqual(kinds(calm.say('ping')), ['send pong']);
  }
});

test('a message longer than the protocol allows is not even read', () => {
  const client = new Client();
  client.open();
  const text = ' '.repeat(audioHookLimits.textBytesMax + 1);
  assert.deepEqual(kinds(client.server.hear(text, 0)), toldToGo);
});

test('whatever a client does, audio counts only while it is active, and numbers said have no gap', () => {
  const step = fc.oneof(
    fc.constantFrom('paused', 'ping', 'resumed', 'discarded', 'close', 'open', 'wish pause', 'wish resume', 'opened'),
    fc.constant('audio'),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const client = new Client();
      const said: number[] = [];
      const note = (heard: readonly SessionStep[]): void =>
        void said.push(...sent(client.heard(heard)).map(({ seq }) => seq));
      for (const one of steps) {
        const isActive = client.server.state === 'active';
        if (one === 'audio') {
          const heard = client.server.hearAudio(2, 0);
          assert.equal(heard === undefined, isActive);
          note(heard ?? []);
        } else if (one === 'opened') note(client.server.opened(stereo, false, 0));
        else if (one === 'wish pause' || one === 'wish resume')
          note(client.server.wish(one === 'wish pause' ? 'pause' : 'resume'));
        else if (one === 'open') note(client.say('open', openParameters));
        else note(client.say(one, { start: 'PT0S', discarded: 'PT1S', reason: 'end' }));
      }
      assert.deepEqual(
        said,
        said.map((_, place) => place + 1),
      );
    }),
  );
});
