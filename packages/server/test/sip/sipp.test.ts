import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { defaultTrunk, type Trunk } from '@tacet/domain';
import { digestHash } from '@tacet/wire/sip';
import { digestRealm } from '../../src/sip/index.ts';
import { HeldStore } from './held-store.ts';
import { type SipUnderTest, sipUnderTest, until } from './sip-under-test.ts';

/** Plays a scenario against the server; a SIPp that is not content fails the test with its last words. */
async function play(sip: SipUnderTest, scenario: string, more: readonly string[] = []): Promise<void> {
  const file = fileURLToPath(new URL(`../../../../e2e/sipp/${scenario}.xml`, import.meta.url));
  const { port } = sip.server.address;
  const quiet = ['-nostdin', '-timeout', '20', '-timeout_error', '-recv_timeout', '10000'];
  const words = [`127.0.0.1:${port}`, '-sf', file, '-i', '127.0.0.1', '-m', '1', ...quiet, ...more];
  const sipp = spawn('sipp', words, { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  sipp.stdout.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  sipp.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  const status = await new Promise((resolve, reject) => {
    sipp.on('close', resolve);
    sipp.on('error', reject);
  });
  assert.equal(status, 0, said.slice(-4_000));
}

async function allEnded(sip: SipUnderTest): Promise<boolean> {
  const recordings = await Promise.all((await sip.conversations()).map(({ id }) => sip.context.store.recordingsOf(id)));
  return recordings.flat().every(({ endedAt }) => endedAt !== undefined);
}

for (const [transport, flags] of [
  ['UDP', ['-t', 'u1']],
  ['TCP', ['-t', 't1']],
  ['TCP with a connection per call', ['-t', 'tn', '-max_socket', '40']],
] as const) {
  test(`SIPp: thirty calls over ${transport} become thirty conversations with two participants each`, async () => {
    await using sip = await sipUnderTest();
    await play(sip, 'call', [...flags, '-m', '30', '-r', '60']);
    const conversations = await sip.conversations();
    assert.deepEqual(
      conversations.map(({ participants }) => participants.length),
      Array.from({ length: 30 }, () => 2),
    );
    await until('the end of all', () => allEnded(sip));
    assert.equal(sip.server.dialogCount, 0);
    assert.deepEqual(sip.reports, []);
  });
}

test('SIPp: an INVITE that comes again after its answer makes one conversation and one recording', async () => {
  await using sip = await sipUnderTest();
  await play(sip, 'retransmitted-invite');
  assert.equal((await sip.conversations()).length, 1);
  assert.equal(sip.lines.filter(({ event }) => event === 'recordingSessionStarted').length, 1);
});

test('SIPp: CANCEL before the answer gets 200, the INVITE gets 487, and nothing goes on', async () => {
  const held = new HeldStore();
  await using sip = await sipUnderTest({ wrapStore: (store) => held.wrap(store) });
  held.hold();
  await play(sip, 'cancel');
  held.release();
  await until('the end of what was started', async () => (await sip.conversations()).length === 1 && allEnded(sip));
  assert.equal(sip.server.dialogCount, 0);
});

test('SIPp: re-INVITE and UPDATE move participants and streams of one recording', async () => {
  await using sip = await sipUnderTest();
  await play(sip, 'change');
  const [conversation] = await sip.conversations();
  assert.deepEqual(
    conversation?.participants.map(({ address }) => address),
    [
      'sip:caller@carrier.example',
      'sip:agent@contact.example',
      'sip:second@contact.example',
      'sip:third@contact.example',
    ],
  );
  assert.deepEqual(
    (await sip.recording()).streams.map(({ label }) => label),
    ['1', '2', '3'],
  );
});

test('SIPp: OPTIONS over UDP and TCP says what we can do', async () => {
  await using sip = await sipUnderTest();
  await play(sip, 'options', ['-t', 'u1', '-m', '5']);
  await play(sip, 'options', ['-t', 't1', '-m', '5']);
});

test('SIPp: bad bodies are refused with a warning, and metadata that cannot be read costs no recording', async () => {
  await using sip = await sipUnderTest();
  await play(sip, 'bad-bodies', ['-key', 'open', '[']);
  const told = sip.lines.find(({ event }) => event === 'metadataUnreadable');
  assert.match(String(told?.facts['metadataFault']), /doctypeForbidden/);
  assert.equal((await sip.conversations()).length, 1);
});

test('SIPp: with no port left an INVITE is refused with 503 and Retry-After', async () => {
  await using sip = await sipUnderTest({ ports: 1 });
  await play(sip, 'ports-exhausted', ['-m', '3']);
  assert.deepEqual(await sip.conversations(), []);
});

test('SIPp: its own digest proves the secret of a trunk for INVITE and BYE, and a wrong secret begins nothing', async () => {
  // SIPp 3.6.1 knows MD5 alone, and looks at the first challenge alone.
  const trunkOf = (secret: string): Trunk => ({
    ...defaultTrunk,
    name: 'branch',
    digest: { username: 'branch', hashes: { MD5: digestHash('MD5', 'branch', digestRealm, secret) } },
  });
  await using sip = await sipUnderTest({ trunks: [trunkOf('open-sesame')] });
  await play(sip, 'digest-call', ['-m', '3']);
  assert.equal((await sip.conversations()).length, 3);
  await until('the end of all', () => allEnded(sip));
  assert.equal(sip.server.counts.refusedSources, 0);
  await using other = await sipUnderTest({ trunks: [trunkOf('another secret')] });
  await assert.rejects(play(other, 'digest-call'));
  assert.deepEqual(await other.conversations(), []);
  assert.equal(other.server.counts.refusedSources, 1);
});
