/** Conversations that no recording session keeps alive outlive `kill -9`, with all that was answered before. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Api } from './harness/api.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';

const types = ['call', 'callback', 'chat', 'cobrowsesession', 'email', 'message', 'screenshare', 'social', 'video'];

/** What comes in items is captured from the beginning; the rest once its source is there. */
function running(mediaType: string): string {
  return ['chat', 'email', 'message', 'social'].includes(mediaType) ? 'ACTIVE' : 'NONE';
}

interface Answered {
  readonly id: string;
  readonly recordingState: string;
}

test('after a kill every conversation that began by request goes on as it was, paused or not', async () => {
  await using folder = new TempFolder();
  const settings = { dataDir: folder.at('data'), logPath: folder.at('server.log') };
  const before = new Map<string, Answered>();
  {
    await using server = await TacetServer.start(settings);
    const api = await Api.signIn(server.httpUrl, admin);
    for (const [place, mediaType] of types.entries()) {
      const participants = [{ purpose: 'customer', address: `+1555010${place}`, attributes: { order: `${place}` } }];
      const begun = await api.ask('POST', '/tacet/v1/conversations', { mediaType, participants });
      assert.equal(begun.status, 201, begun.text);
      const { id } = JSON.parse(begun.text) as Answered;
      if (place % 2 === 0) {
        const path = `/api/v2/conversations/${id}/recordingstate`;
        assert.equal((await api.ask('PATCH', path, { recordingState: 'PAUSED' })).status, 202);
      }
      const conversation = await api.get<Answered>(`/api/v2/conversations/${id}`);
      assert.equal(conversation.recordingState, place % 2 === 0 ? 'PAUSED' : running(mediaType));
      before.set(id, conversation);
    }
    await server.kill();
  }
  await using server = await TacetServer.start(settings);
  const api = await Api.signIn(server.httpUrl, admin);
  assert.equal(before.size, types.length);
  for (const [id, conversation] of before) {
    assert.deepEqual(await api.get(`/api/v2/conversations/${id}`), conversation);
    const ended = await api.ask('POST', `/api/v2/conversations/${id}/disconnect`);
    assert.equal(ended.status, 202, ended.text);
    assert.ok((await api.get<{ readonly endTime?: string }>(`/api/v2/conversations/${id}`)).endTime);
  }
  const { code, stdout, stderr } = await verify(settings.dataDir);
  assert.equal(code, 0, stdout + stderr);
});
