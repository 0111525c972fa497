/** `kill -9` right behind the 200 to a BYE: the recording that was said goodbye to ends, and the others go on. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { Api } from './harness/api.ts';
import type { SentFrame } from './harness/marked-sender.ts';
import { RecordedCall } from './harness/recorded-call.ts';
import { clocksApartMs } from './harness/sent-and-found.ts';
import { readStore, type StoredCalls } from './harness/stored-frames.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';
import { until } from './harness/until.ts';

const callCount = 6;
const lingerMs = 300;
/** A packet is stamped when it reaches us, a little after it was sent. */
const underWayMs = 100;
const settings = { TACET_CONVERSATION_LINGER_MS: String(lingerMs) };
const folder = new TempFolder();
const dataDir = folder.at('data');
const logPath = folder.at('server.log');

after(() => folder[Symbol.asyncDispose]());

function recordingOf(stored: StoredCalls, call: RecordedCall) {
  const marks = new Set(call.marks);
  const recordingIds = new Set(stored.frames.filter(({ stream }) => marks.has(stream)).map((one) => one.recordingId));
  assert.equal(recordingIds.size, 1);
  return stored.recordings.find(({ recording }) => recordingIds.has(recording.id)) ?? assert.fail();
}

/** Every frame is in store once, or lies in an interval that is told as lost. */
function assertKeptOrTold(stored: StoredCalls, call: RecordedCall, sent: readonly (readonly SentFrame[])[]): void {
  const { streams } = recordingOf(stored, call);
  for (const [place, mark] of call.marks.entries()) {
    const kept = stored.frames.filter(({ stream }) => stream === mark);
    const numbers = new Set(kept.map(({ number }) => number));
    assert.equal(numbers.size, kept.length, 'nothing is there twice');
    const own = sent[place] ?? [];
    const slackMs = underWayMs + clocksApartMs(own, kept);
    const told = streams.find(({ streamId }) => streamId === kept[0]?.streamId)?.intervals ?? [];
    const untold = own.filter(
      ({ number, from, to }) =>
        !numbers.has(number) && !told.some((one) => to >= one.from - slackMs && from <= one.to + slackMs),
    );
    assert.deepEqual(untold, [], JSON.stringify(told));
  }
}

test('a recording whose BYE was answered has ended when its server comes back from a kill', async () => {
  let server = await TacetServer.start({ dataDir, logPath, settings });
  const sameAgain = server.sameAgain;
  const calls: RecordedCall[] = [];
  try {
    for (let place = 0; place < callCount; place += 1) {
      const communicationSessionId = `goodbye-${place}`;
      calls.push(await RecordedCall.place(server, { communicationSessionId, marks: [2 * place + 1, 2 * place + 2] }));
    }
    for (const call of calls) {
      await wait(400);
      const sent = await call.hangUp();
      await server.kill();
      server = await TacetServer.start({ dataDir, logPath, settings: sameAgain });
      await server.logged(({ event }) => event === 'recovered');
      const stored = await readStore(dataDir);
      const { recording } = recordingOf(stored, call);
      assert.notEqual(recording.endedAt, undefined);
      assert.equal(recording.fileState, 'AVAILABLE');
      assertKeptOrTold(stored, call, sent);
      const api = await Api.signIn(server.httpUrl, admin);
      // Its conversation waits for a transfer as long as ever, and then it is over.
      await until('its conversation to end', async () => {
        const live = await api.activeConversations(call.communicationSessionId);
        return live.length === 0 || undefined;
      });
      const { conversationId } = recording;
      const ended = (await api.audit(conversationId)).filter(({ action }) => action === 'recordingEnded');
      assert.deepEqual(
        ended.map(({ by }) => by.door),
        ['SIP BYE'],
      );
      const others = calls.slice(calls.indexOf(call) + 1);
      assert.equal((await api.activeConversations()).length, others.length, 'the others go on');
    }
    assert.equal(await server.stop(), 0);
    const { code, stdout, stderr } = await verify(dataDir);
    assert.equal(code, 0, stdout + stderr);
  } finally {
    for (const call of calls) await call[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  }
});
