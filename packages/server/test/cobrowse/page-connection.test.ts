/** A page on its socket, over time that a test makes pass. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type { WebSocket } from 'ws';
import { cobrowseEdgeLimits } from '../../src/cobrowse/limits.ts';
import { PageConnection } from '../../src/cobrowse/page-connection.ts';
import type { PageRecording } from '../../src/cobrowse/page-recording.ts';
import { takeMediaNews } from '../../src/control/index.ts';
import { createLog } from '../../src/log.ts';
import { PublishingTokens } from '../../src/publishing-tokens.ts';
import { ControlUnderTest } from '../control/control-under-test.ts';

const at = 1_790_000_000_000;
const shown = JSON.stringify([
  { type: 4, data: {}, timestamp: at },
  { type: 2, data: {}, timestamp: at },
]);

/** A socket whose other end answers for its page, whatever that does. */
class Line extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  readonly sent: string[] = [];
  code: number | undefined;

  get isCut(): boolean {
    return this.readyState !== this.OPEN;
  }

  send(text: string): void {
    this.sent.push(text);
  }

  ping(): void {
    this.emit('pong');
  }

  close(code: number): void {
    this.code = code;
  }

  terminate(): void {
    if (this.isCut) return;
    this.readyState = 3;
    this.emit('close', 1006);
  }

  hear(frame: string): void {
    this.emit('message', Buffer.from(frame), false);
  }
}

/** A page in a conversation of its own, just shown. */
async function shownPage(under: ControlUnderTest) {
  const { context: control, clock } = under;
  const tokens = new PublishingTokens(control.keys, clock);
  const id = await under.startMessage();
  const by = under.asked();
  const { token } = tokens.make({ conversationId: id, mediaType: 'cobrowsesession', by }, 3_600_000);
  const recordings = new Set<PageRecording>();
  const log = createLog('error', () => undefined);
  const line = new Line();
  const page = new PageConnection({ control, log, tokens, recordings }, line as unknown as WebSocket, 'test');
  line.hear(`hello ${JSON.stringify({ token, tab: 'a'.repeat(32), page: 'b'.repeat(32), next: 0 })}`);
  await under.quiet();
  line.hear(`anchor 0 1 ${shown}`);
  return { id, line, page, recordings };
}

test('a page whose capture has failed is sent away, and comes back to a recording of its own', async () => {
  await using under = new ControlUnderTest({});
  const { id, line, recordings } = await shownPage(under);
  const [recording = assert.fail()] = recordings;
  const [stream = assert.fail()] = (await under.recording(recording.recordingId)).streams;
  const forget = under.context.sources.onChange((changed) => {
    if (changed === id) recording.conversationChanged();
  });
  const at = under.clock.now();
  const failed = { kind: 'captureFailed', streamId: stream.id, at, reason: 'storage', intervals: [] } as const;
  await takeMediaNews(under.context, failed);
  await under.quiet();
  forget();
  assert.equal(line.code, 4503);
  assert.equal(recordings.size, 0);
  assert.notEqual((await under.recording(recording.recordingId)).endedAt, undefined);
});

test('a page that is asked to show itself anew and does not is cut off, and its recording ends', async () => {
  await using under = new ControlUnderTest({});
  const { clock } = under;
  const { id, line, page, recordings } = await shownPage(under);
  const beats = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += cobrowseEdgeLimits.beatMs) {
      await clock.pass(cobrowseEdgeLimits.beatMs);
      page.beat();
    }
  };
  await beats(10 * cobrowseEdgeLimits.answerMsMax);
  assert.equal(line.isCut, false, 'nothing has to happen in a page that was shown');
  await under.pause(id);
  page.conversationChanged();
  await beats(10 * cobrowseEdgeLimits.answerMsMax);
  assert.equal(line.isCut, false, 'nor while the conversation is paused');
  await under.passUntil(under.resume(id));
  page.conversationChanged();
  assert.equal(line.sent.length, 2, 'a mark at first, and one for the resume');
  assert.equal(recordings.size, 1);
  await beats(cobrowseEdgeLimits.answerMsMax + cobrowseEdgeLimits.beatMs);
  assert.equal(line.isCut, true);
  await under.passUntil(clock.pass(cobrowseEdgeLimits.reconnectMs + 1_000));
  await under.quiet();
  assert.equal(recordings.size, 0);
});
