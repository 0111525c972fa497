/** Messages of the official client and of a plain program against a running server, judged by what can be read back. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { Api } from './harness/api.ts';
import { filesBelow } from './harness/data-search.ts';
import { signInOfficially } from './harness/official-client.ts';
import { verify } from './harness/tacet-command.ts';
import { admin, TacetServer } from './harness/tacet-server.ts';
import { TempFolder } from './harness/temp-folder.ts';

const folder = new TempFolder();
const dataDir = folder.at('data');
const logPath = folder.at('server.log');

let server: TacetServer;
let api: Api;

before(async () => {
  server = await TacetServer.start({ dataDir, logPath });
  api = await Api.signIn(server.httpUrl, admin);
});

after(async () => {
  await server[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

interface Line {
  readonly kind: string;
  readonly count?: number;
  readonly item?: { readonly text: string };
}

/** What a transcript says, in short: texts, and the counts of what is not there. */
function told(lines: readonly Line[]): readonly string[] {
  return lines.map(({ kind, count, item }) => item?.text ?? `${kind} ${count}`);
}

async function begin(mediaType: string): Promise<string> {
  const participants = [
    { purpose: 'customer', address: 'someone@example.com' },
    { purpose: 'agent', name: 'An Agent' },
  ];
  const { status, text } = await api.ask('POST', '/tacet/v1/conversations', { mediaType, participants });
  assert.equal(status, 201, text);
  return (JSON.parse(text) as { readonly id: string }).id;
}

async function write(id: string, mediaType: string, text: string): Promise<boolean> {
  const answer = await api.ask('POST', `/tacet/v1/conversations/${id}/items`, { mediaType, text });
  assert.equal(answer.status, 202, answer.text);
  return (JSON.parse(answer.text) as { readonly isRecorded: boolean }).isRecorded;
}

async function setState(apiPath: string, id: string, recordingState: string): Promise<void> {
  const path = `/api/v2/conversations/${apiPath}/${id}/recordingstate`;
  const { status, text } = await api.ask('PUT', path, { recordingState });
  assert.equal(`${status} ${text}`, `200 "${recordingState}"`);
}

async function end(id: string): Promise<void> {
  const { status, text } = await api.ask('POST', `/api/v2/conversations/${id}/disconnect`);
  assert.ok(status < 300, text);
}

async function transcriptOf(id: string): Promise<readonly string[]> {
  const [recording] = await api.recordings(id);
  const path = `/tacet/v1/conversations/${id}/recordings/${recording?.id}/transcript`;
  return told((await api.get<{ readonly lines: readonly Line[] }>(path)).lines);
}

const types = [
  { mediaType: 'message', apiPath: 'messages' },
  { mediaType: 'chat', apiPath: 'chats' },
  { mediaType: 'email', apiPath: 'emails' },
  { mediaType: 'social', apiPath: 'socials' },
] as const;

for (const { mediaType, apiPath } of types) {
  test(`what is written in a ${mediaType} during a pause is withheld and counted, and the rest is kept in order`, async () => {
    const id = await begin(mediaType);
    assert.equal((await api.conversation(id)).recordingState, 'ACTIVE');
    assert.equal(await write(id, mediaType, 'the very first word'), true);
    await setState(apiPath, id, 'PAUSED');
    assert.equal(await write(id, mediaType, 'card 4111 1111 1111 1111'), false);
    assert.equal(await write(id, mediaType, 'code 987'), false);
    await setState(apiPath, id, 'ACTIVE');
    assert.equal(await write(id, mediaType, 'the last'), true);
    if (mediaType === 'social') {
      const answer = await api.ask('POST', `/tacet/v1/conversations/${id}/items`, { mediaType: 'chat', text: 'x' });
      assert.equal(answer.status, 404, answer.text);
    }
    await end(id);
    assert.deepEqual(await transcriptOf(id), ['the very first word', 'withheld 2', 'the last']);
  });
}

test('a message of the official client is recorded, and one during its pause is not', async () => {
  const conversations = await signInOfficially(server.httpUrl, admin);
  const send = async (text: string): Promise<string> => {
    const channel = {
      to: { id: 'support' },
      from: { id: 'a-customer', idType: 'Opaque' },
      time: new Date().toISOString(),
    };
    const message = {
      channel: { platform: 'Open', type: 'Private', ...channel },
      type: 'Text',
      text,
      direction: 'Inbound',
    };
    const sent = (await conversations.postConversationsMessagesInboundOpen(message as never)) as unknown;
    assert.equal((sent as { readonly type: string }).type, 'Text');
    const [live] = (await api.activeConversations()).filter(({ recordingState }) => recordingState !== 'NONE');
    return String(live?.id);
  };
  const id = await send('hello');
  await conversations.putConversationsMessageRecordingstate(id, { recordingState: 'PAUSED' });
  await send('card 5500 0000 0000 0004');
  await conversations.putConversationsMessageRecordingstate(id, { recordingState: 'ACTIVE' });
  await send('goodbye');
  await end(id);
  assert.deepEqual(await transcriptOf(id), ['hello', 'withheld 1', 'goodbye']);
  const recordings = await api.get<
    readonly { readonly media: string; readonly messagingTranscript: readonly object[] }[]
  >(`/api/v2/conversations/${id}/recordings`);
  assert.equal(recordings[0]?.media, 'messaging');
  assert.equal(recordings[0]?.messagingTranscript.length, 3);
});

test('posts, and the replies of the official client to them, are recorded, and those of its pause are not', async () => {
  const conversations = await signInOfficially(server.httpUrl, admin);
  const id = await begin('social');
  const { participants } = await conversations.getConversation(id);
  const agent = participants.find(({ purpose }) => purpose === 'agent');
  const communicationId = agent?.socialExpressions?.[0]?.id ?? assert.fail('the agent takes no part in it');
  const reply = async (textBody: string) =>
    conversations.postConversationsMessageCommunicationSocialmediaMessages(id, communicationId, {
      textBody,
      inReplyToMessageId: 'post-1',
    });
  await write(id, 'social', 'a post');
  const { id: messageId = '' } = await reply('a reply');
  const read = await conversations.getConversationsMessageMessage(id, messageId);
  assert.equal(read.normalizedMessage?.text, 'a reply');
  assert.equal(await conversations.putConversationsSocialRecordingstate(id, { recordingState: 'PAUSED' }), 'PAUSED');
  await reply('card 4000 0566 5566 5556');
  assert.equal(await write(id, 'social', 'card 4000 0566 5566 5556'), false);
  assert.equal(await conversations.putConversationsSocialRecordingstate(id, { recordingState: 'ACTIVE' }), 'ACTIVE');
  await reply('the last reply');
  const wrapup = { code: 'done', name: 'Done' };
  await conversations.postConversationsSocialParticipantCommunicationWrapup(id, agent?.id ?? '', communicationId, {
    body: wrapup,
  });
  const wrapped = await conversations.getConversationsSocialParticipantCommunicationWrapup(
    id,
    agent?.id ?? '',
    communicationId,
  );
  assert.equal(wrapped.code, 'done');
  await end(id);
  assert.deepEqual(await transcriptOf(id), ['a post', 'a reply', 'withheld 2', 'the last reply']);
});

test('a file of a message is downloaded as it was uploaded, and one that is uploaded in a pause is nowhere', async () => {
  const conversations = await signInOfficially(server.httpUrl, admin);
  const id = await begin('message');
  const { participants } = await conversations.getConversation(id);
  const communicationId = participants.find(({ purpose }) => purpose === 'agent')?.messages?.[0]?.id ?? assert.fail();
  const file = Buffer.concat([Buffer.from([0, 255, 254]), Buffer.from('file with 5105 1051 0510 5100')]);
  const upload = async (bytes: Buffer) => {
    const wish = { fileName: 'Ä bill.pdf', contentLengthBytes: bytes.length };
    const agreed = await conversations.postConversationsMessageCommunicationMessagesMediaUploads(
      id,
      communicationId,
      wish,
    );
    const headers = { ...agreed.uploadHeaders, 'content-type': 'application/pdf' };
    const answer = await fetch(agreed.uploadUrl ?? '', { method: 'PUT', headers, body: new Uint8Array(bytes) });
    assert.equal(answer.status, 200);
    const { isRecorded } = (await answer.json()) as { readonly isRecorded: boolean };
    const message = { textBody: 'here it is', mediaIds: [agreed.id ?? ''] };
    await conversations.postConversationsMessageCommunicationMessages(id, communicationId, message);
    return { mediaId: agreed.id ?? '', isRecorded };
  };
  const kept = await upload(file);
  await conversations.putConversationsMessageRecordingstate(id, { recordingState: 'PAUSED' });
  const withheld = await upload(file);
  await conversations.putConversationsMessageRecordingstate(id, { recordingState: 'ACTIVE' });
  const after = await upload(file);
  assert.deepEqual([kept.isRecorded, withheld.isRecorded, after.isRecorded], [true, false, true]);
  const media = await conversations.getConversationsMessageCommunicationMessagesMediaMediaId(
    id,
    communicationId,
    kept.mediaId,
  );
  assert.deepEqual(
    [media.name, media.contentLengthBytes, media.mediaType],
    ['Ä bill.pdf', file.length, 'application/pdf'],
  );
  const listed = await conversations.getConversationsMessageCommunicationMessagesMedia(id, communicationId);
  assert.deepEqual(
    listed.entities?.map((one) => one.id),
    [kept.mediaId, after.mediaId],
  );
  await end(id);
  const path = new URL(media.url ?? '').pathname;
  const downloaded = await api.bytes(path);
  assert.deepEqual(downloaded, file);
  const gone = await api.ask('GET', path.replace(kept.mediaId, withheld.mediaId));
  assert.equal(gone.status, 404);
  const [recording] = await api.get<
    readonly { readonly messagingTranscript: readonly { readonly messageMediaAttachments?: readonly object[] }[] }[]
  >(`/api/v2/conversations/${id}/recordings`);
  const attachments = recording?.messagingTranscript.flatMap((line) => line.messageMediaAttachments ?? []);
  assert.deepEqual(attachments?.[0], {
    id: kept.mediaId,
    name: 'Ä bill.pdf',
    mediaType: 'application/pdf',
    contentLength: file.length,
  });
});

test('a file is taken only with the token that was given out for it', async () => {
  const conversations = await signInOfficially(server.httpUrl, admin);
  const id = await begin('message');
  const { participants } = await conversations.getConversation(id);
  const communicationId = participants.find(({ purpose }) => purpose === 'agent')?.messages?.[0]?.id ?? assert.fail();
  const agree = () =>
    conversations.postConversationsMessageCommunicationMessagesMediaUploads(id, communicationId, {
      fileName: 'x',
      contentLengthBytes: 4,
    });
  const [one, other] = [await agree(), await agree()];
  const put = async (url: string | undefined, headers: object | undefined, body: string) =>
    (await fetch(url ?? '', { method: 'PUT', headers: { ...headers } as Record<string, string>, body })).status;
  assert.equal(await put(one.uploadUrl, {}, 'four'), 401);
  assert.equal(await put(one.uploadUrl, other.uploadHeaders, 'four'), 401);
  assert.equal(await put(one.uploadUrl, one.uploadHeaders, 'five5'), 413);
  assert.equal(await put(one.uploadUrl, one.uploadHeaders, 'two'), 400);
  assert.equal(await put(one.uploadUrl, one.uploadHeaders, 'four'), 200);
  await end(id);
  assert.equal(await put(other.uploadUrl, other.uploadHeaders, 'four'), 400);
});

test('a paused conversation of messages is paused after kill -9, and what was answered as kept is there', async () => {
  const [open, paused] = [await begin('message'), await begin('message')];
  await write(open, 'message', 'kept before the kill');
  await write(paused, 'message', 'kept before the pause');
  await setState('messages', paused, 'PAUSED');
  await server.kill();
  server = await TacetServer.start({ dataDir, logPath, settings: server.settings });
  api = await Api.signIn(server.httpUrl, admin);
  assert.equal(await write(open, 'message', 'kept after the kill'), true);
  assert.equal(await write(paused, 'message', 'secret 4242 4242 4242 4242'), false);
  await setState('messages', paused, 'ACTIVE');
  assert.equal(await write(paused, 'message', 'kept after the resume'), true);
  for (const id of [open, paused]) await end(id);
  const told = await transcriptOf(open);
  assert.deepEqual(
    told.filter((line) => line.startsWith('kept')),
    ['kept before the kill', 'kept after the kill'],
  );
  const withPause = await transcriptOf(paused);
  assert.deepEqual(
    withPause.filter((line) => line.startsWith('kept')),
    ['kept before the pause', 'kept after the resume'],
  );
  assert.ok(withPause.some((line) => line.startsWith('withheld')));
  assert.ok(!withPause.some((line) => line.includes('4242')));
});

test('a medium that joins a paused conversation starts closed', async () => {
  const id = await begin('message');
  await setState('messages', id, 'PAUSED');
  const participants = [{ purpose: 'customer', address: 'someone@example.com' }];
  const joined = await api.ask('POST', `/tacet/v1/conversations/${id}/communications`, {
    mediaType: 'chat',
    participants,
  });
  assert.equal(joined.status, 201, joined.text);
  assert.equal(await write(id, 'chat', 'card 3782 822463 10005'), false);
  await setState('chats', id, 'ACTIVE');
  assert.deepEqual([await write(id, 'chat', 'a chat'), await write(id, 'message', 'a message')], [true, true]);
  await end(id);
  const recordings = await api.recordings(id);
  assert.equal(recordings.length, 2);
});

test('a transcript is given out only after the audit log says so', async () => {
  const id = await begin('message');
  await write(id, 'message', 'read by somebody');
  await end(id);
  const opened = async (): Promise<number> =>
    (await api.audit(id)).filter(({ action }) => action === 'playbackOpened').length;
  assert.equal(await opened(), 0);
  assert.deepEqual(await transcriptOf(id), ['read by somebody']);
  // Once with the list of recordings, which carries what was written, and once as such.
  assert.equal(await opened(), 2);
});

test('nothing of what was withheld is in any file, and the proof finds nothing wrong', async () => {
  await server.stop();
  const secrets = [
    '4111 1111',
    '4000 0566',
    'code 987',
    '5500 0000',
    '4242 4242',
    '3782 8224',
    'the very first word',
    'hello',
  ];
  const found = [...filesBelow(folder.path)].flatMap((path) => {
    const bytes = readFileSync(path);
    return secrets.filter((secret) => bytes.includes(secret));
  });
  assert.deepEqual(found, []);
  const { code, stdout, stderr } = await verify(dataDir);
  assert.equal(code, 0, stdout + stderr);
});
