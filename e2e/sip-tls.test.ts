/** A stranger's call over mutual TLS, judged by its content, while the files behind it change. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { connect } from 'node:tls';
import { TestAuthority } from '@tacet/testkit/certificates';
import { agentMark, callerMark } from './first-call/first-call.ts';
import { Api } from './harness/api.ts';
import type { SentFrame } from './harness/marked-sender.ts';
import { MarkedStreams } from './harness/marked-streams.ts';
import { frameMs, frameOf } from './harness/marks.ts';
import { runsOf, sentBetween } from './harness/sent-and-found.ts';
import { Sipp } from './harness/sipp.ts';
import { readStore, type StoredCalls } from './harness/stored-frames.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';
import { TlsTunnel } from './harness/tls-tunnel.ts';
import { until } from './harness/until.ts';

const partMs = 1_000;
const guardMs = 250;
const inKernelMs = 100;
const folder = new TempFolder();
const authority = new TestAuthority();
const own = authority.issue('recorder.example', ['DNS:recorder.example', 'IP:127.0.0.1']);
const renewed = authority.issue('renewed.example', ['DNS:recorder.example', 'IP:127.0.0.1']);
const sbc = authority.issue('sbc.example', ['DNS:sbc.example']);
const files = { certificate: folder.at('own.pem'), key: folder.at('own.key'), trunks: folder.at('trunks.yaml') };
const peerName = 'recorder.example';

let server: TacetServer;
let api: Api;
let sent: readonly SentFrame[];
let stored: StoredCalls;
let pauseAskedAt: number;
let resumeAskedAt: number;
let resumedAt: number;

function wallTime(): number {
  return performance.timeOrigin + performance.now();
}

function sippOver(tunnel: TlsTunnel, name: string, secondPort: number): Promise<Sipp> {
  mkdirSync(folder.at(name));
  const speech = Array.from({ length: 2_000 }, (_, number) => frameOf({ stream: callerMark, number }));
  writeFileSync(join(folder.at(name), 'marked.raw'), Buffer.concat(speech));
  return Sipp.start({
    scenario: join(import.meta.dirname, 'first-call/two-party-call-tls.xml'),
    server: tunnel.address,
    folder: folder.at(name),
    keys: { second_port: String(secondPort) },
    transport: 'tcp',
  });
}

/** The common name that a new handshake is shown. */
function shownName(): Promise<string> {
  return new Promise((resolve, reject) => {
    const { certificate, key, authorities } = authority.credentials(sbc);
    const socket = connect({ ...server.sipTls, cert: certificate, key, ca: authorities }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.on('error', reject);
  });
}

async function hangUp(id: string): Promise<void> {
  const { status, text } = await api.ask('POST', `/api/v2/conversations/${id}/disconnect`);
  assert.ok(status < 300, text);
}

/** Changes the files while the call goes on. */
async function changeFiles(): Promise<void> {
  assert.equal(await shownName(), 'recorder.example');
  copyFileSync(renewed.certificate, files.certificate);
  server.reread();
  const alarm = await server.logged(({ event }) => event === 'alarm: certificatesUnusable');
  assert.match(String(alarm['reason']), /^The key in \S+ is not that of the certificate in \S+\.$/);
  assert.equal(await shownName(), 'recorder.example');
  copyFileSync(renewed.key, files.key);
  server.reread();
  await server.logged(({ event }) => event === 'certificatesRenewed');
  assert.equal(await shownName(), 'renewed.example');
}

before(async () => {
  copyFileSync(own.certificate, files.certificate);
  copyFileSync(own.key, files.key);
  writeFileSync(files.trunks, '- name: carrier\n  clientName: sbc.example\n');
  const settings = {
    TACET_SIP_TLS_LISTEN: '127.0.0.1:0',
    TACET_SIP_TLS_CERT: files.certificate,
    TACET_SIP_TLS_KEY: files.key,
    TACET_SIP_TLS_CA: authority.file,
    TACET_SIP_TLS_CLIENTS: 'required',
    TACET_TRUNKS_FILE: files.trunks,
  };
  server = await TacetServer.start({ dataDir: folder.at('data'), logPath: folder.at('server.log'), settings });
  api = await Api.signIn(server.httpUrl, admin);
  await using agent = await MarkedStreams.open(agentMark);
  await using tunnel = await TlsTunnel.open({ to: server.sipTls, peerName, authority: authority.file, own: sbc });
  await using sipp = await sippOver(tunnel, 'sipp', agent.ports[0] ?? 0);
  const [, , port] = await sipp.logged(/call (\S+) sends to \d+ and (\d+)/);
  agent.start([{ host: '127.0.0.1', port: Number(port) }]);
  const { id } = await until('the call to be active', async () => (await api.activeConversations())[0]);
  await wait(partMs);
  pauseAskedAt = wallTime();
  await api.setRecordingState(id, 'PAUSED');
  await changeFiles();
  await wait(partMs);
  resumeAskedAt = wallTime();
  await api.setRecordingState(id, 'ACTIVE');
  resumedAt = wallTime();
  await wait(partMs);
  [sent = []] = await agent.stop();
  await hangUp(id);
  await sipp.succeeded();
  await api.recordings(id);
  stored = await readStore(server.dataDir);
});

after(async () => {
  await server?.[Symbol.asyncDispose]();
  authority[Symbol.dispose]();
  await folder[Symbol.asyncDispose]();
});

function numbersOf(mark: number): readonly number[] {
  return stored.frames
    .filter(({ stream }) => stream === mark)
    .map(({ number }) => number)
    .sort((a, b) => a - b);
}

test("SIPp's call over mutual TLS is recorded whole but for its pause, and a BYE of ours ends it", () => {
  const started = server.log.find(({ event }) => event === 'recordingSessionStarted');
  assert.deepEqual([started?.['protocol'], started?.['trunk']], ['TLS', 'carrier']);
  const { closedAt = 0, openedAt = 0 } = stored.spans[0] ?? {};
  assert.deepEqual(
    stored.frames.filter(({ arrivedAt }) => arrivedAt >= closedAt && arrivedAt < openedAt),
    [],
  );
  for (const mark of [callerMark, agentMark]) {
    const runs = runsOf(numbersOf(mark));
    assert.equal(runs.length, 2, `one gap in stream ${mark}, and nothing twice: ${JSON.stringify(runs)}`);
    assert.equal(runs[0]?.[0], 0);
  }
  const found = new Set(numbersOf(agentMark));
  const withheld = sentBetween(sent, pauseAskedAt + inKernelMs, resumeAskedAt + guardMs - inKernelMs);
  assert.ok(withheld.length >= partMs / frameMs / 2);
  const kept = [...sentBetween(sent, 0, pauseAskedAt - inKernelMs), ...sentBetween(sent, resumedAt, wallTime())];
  assert.ok(kept.length >= partMs / frameMs);
  assert.deepEqual(
    kept.filter((number) => !found.has(number)),
    [],
  );
});

test('who shows no certificate, or one of a stranger, begins nothing', async () => {
  for (const [name, shown] of [
    ['none', {}],
    ['stranger', { own: authority.selfSigned('stranger') }],
  ] as const) {
    const { length } = server.log.filter(({ event }) => event === 'recordingSessionStarted');
    await using tunnel = await TlsTunnel.open({ to: server.sipTls, peerName, authority: authority.file, ...shown });
    await using sipp = await sippOver(tunnel, name, 9);
    await assert.rejects(sipp.succeeded());
    assert.equal(server.log.filter(({ event }) => event === 'recordingSessionStarted').length, length, name);
  }
});

test('a trunk file that changes is read upon SIGHUP, and one with a mistake changes nothing', async () => {
  await using tunnel = await TlsTunnel.open({ to: server.sipTls, peerName, authority: authority.file, own: sbc });
  writeFileSync(files.trunks, '- name: carrier\n  clientNam: sbc.example\n');
  server.reread();
  const { reason } = await server.logged(({ event }) => event === 'trunksUnusable');
  assert.equal(reason, `The trunk file ${files.trunks} cannot be used: trunk 1 has the unknown field "clientNam".`);
  await using taken = await sippOver(tunnel, 'taken', 9);
  await taken.logged(/sends to/);
  writeFileSync(files.trunks, '- name: carrier\n  clientName: somebody.example\n');
  server.reread();
  await server.logged(({ event }) => event === 'trunksRenewed');
  await using refused = await sippOver(tunnel, 'refused', 9);
  await assert.rejects(refused.succeeded(), /403/);
  const { id } = await until('the call to be active', async () => (await api.activeConversations())[0]);
  await hangUp(id);
  await taken.succeeded();
});
