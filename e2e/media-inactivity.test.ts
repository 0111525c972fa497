/** A call whose source is gone ends by itself; one that is paused, or held by its source, does not. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { RecordedCall as CallTold } from '../packages/server/src/demo/call-body.ts';
import { Api } from './harness/api.ts';
import { OfferingSource } from './harness/offering-source.ts';
import { conversationOf, RecordedCall } from './harness/recorded-call.ts';
import { readStore } from './harness/stored-frames.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';
import { until } from './harness/until.ts';

const inactivitySeconds = 3;
const longMs = 2 * inactivitySeconds * 1_000;

const folder = new TempFolder();
const dataDir = folder.at('data');
const logPath = folder.at('server.log');
let server: TacetServer;
let api: Api;

before(async () => {
  const settings = { TACET_MEDIA_INACTIVITY_SECONDS: String(inactivitySeconds), TACET_CONVERSATION_LINGER_MS: '0' };
  server = await TacetServer.start({ dataDir, logPath, settings });
  api = await Api.signIn(server.httpUrl, admin);
});

after(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** What is kept of a call that was ended for its silence: what was sent while it was recorded, and why it ended. */
async function assertEnded(conversationId: string, marks: readonly number[], sent: readonly number[]): Promise<void> {
  const recording = await until('the recording', async () => {
    const [listed] = await api.recordings(conversationId);
    return listed?.fileState === 'AVAILABLE' ? listed : undefined;
  });
  const entry = (await api.audit(conversationId)).find(({ action }) => action === 'recordingEnded');
  assert.deepEqual([entry?.result, entry?.by.door], ['done', 'SIP BYE, mediaInactive']);
  assert.ok(server.log.some((line) => line.event === 'mediaInactive' && line['recordingId'] === recording.id));
  const { frames } = await readStore(dataDir);
  const kept = frames.filter(({ recordingId }) => recordingId === recording.id);
  for (const mark of marks) {
    const numbers = new Set(kept.filter(({ stream }) => stream === mark).map(({ number }) => number));
    assert.deepEqual(
      sent.filter((number) => !numbers.has(number)),
      [],
    );
  }
}

test('a call whose source has died is ended by BYE and kept, and a pause alone ends none', async () => {
  await using call = await RecordedCall.place(server, { communicationSessionId: 'died', marks: [1, 2] });
  const conversationId = await conversationOf(api, call);
  await api.pause(conversationId);
  await wait(longMs);
  assert.ok(!server.log.some(({ event }) => event === 'mediaInactive'), 'what is withheld proves life');
  const [during = []] = await call.fallSilent();
  await api.resume(conversationId);
  call.talkOn();
  await wait(500);
  const [all = []] = await call.fallSilent();
  const sent = all.slice(during.length).map(({ number }) => number);
  assert.ok(sent.length >= 15);
  assert.equal(await call.ended, 'server');
  await assertEnded(conversationId, [1, 2], sent);
  const metrics = await until('the last recording session to be over', async () => {
    const text = await (await fetch(`${server.httpUrl}/metrics`)).text();
    return /^tacet_recording_sessions\{.*\} [1-9]/m.test(text) ? undefined : text;
  });
  assert.match(metrics, /tacet_sip_sessions_ended_total\{why="mediaInactive"\} 1/);
});

test('a call that its source holds may be silent for as long as it likes', async () => {
  const call = (isInactive: boolean): CallTold => ({
    communicationSessionId: 'held',
    participants: [{ id: 'caller', address: 'sip:+4930555001@carrier.example', name: 'Caller' }],
    streams: [{ label: '1', from: ['caller'], port: 30_000, isInactive }],
  });
  const calls = [call(false), call(true), call(true), call(false)];
  await using source = await OfferingSource.place(server, folder.at('held'), calls);
  await source.answered();
  await source.answered();
  const conversationId = await conversationOf(api, { communicationSessionId: 'held' });
  await wait(longMs);
  assert.equal((await api.conversation(conversationId)).endTime, undefined);
  await source.answered();
  await source.answered();
  await source.hangUp();
  const entry = await until('the end', async () =>
    (await api.audit(conversationId)).find(({ action }) => action === 'recordingEnded'),
  );
  assert.equal(entry.by.door, 'SIP BYE');
});

test('a call whose source died while the server was down is ended after the restart, which gives it its whole time again', async () => {
  await using call = await RecordedCall.place(server, { communicationSessionId: 'died-meanwhile', marks: [3, 4] });
  const conversationId = await conversationOf(api, call);
  await wait(1_000);
  const [sent = []] = await call.fallSilent();
  await wait(1_000);
  await server.kill();
  await wait(inactivitySeconds * 1_000);
  server = await TacetServer.start({ dataDir, logPath, settings: server.sameAgain });
  api = await Api.signIn(server.httpUrl, admin);
  assert.equal(await call.ended, 'server');
  const atOf = (event: string): number => Date.parse(String(server.log.find((line) => line.event === event)?.['at']));
  // By its own clock, and longer than it needs to look twice.
  assert.ok(atOf('mediaInactive') - atOf('takenUp') > (inactivitySeconds - 1) * 1_000);
  await assertEnded(
    conversationId,
    [3, 4],
    sent.map(({ number }) => number),
  );
});

test('the proof finds nothing wrong with what ended for its silence', async () => {
  const { code, stdout, stderr } = await verify(dataDir);
  assert.equal(code, 0, stdout + stderr);
});
