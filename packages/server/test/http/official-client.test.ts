/** The contract's official JavaScript client speaks to this server as to the contract's own service. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import platformClient from 'purecloud-platform-client-v2';
import { agentUser, HttpUnderTest, type StartedCall } from './http-under-test.ts';

const api = platformClient.ApiClient.instance;
const conversations = new platformClient.ConversationsApi();
const recordings = new platformClient.RecordingApi();
const tokens = new platformClient.TokensApi();

type Gateway = Parameters<typeof api.setGateway>[0];

before(() => {
  // A client that logs to files or a terminal would only disturb here.
  api.config.logger.log_level = api.config.logger.logLevelEnum.level.LNone;
});

/** Points the client, of which there is one in a process, at the server under test. */
function pointAt(under: HttpUnderTest, token: string, pathParams = ''): void {
  const port = Number(new URL(under.url).port);
  const gateway = {
    host: '127.0.0.1',
    protocol: 'http',
    port,
    path_params_login: 'login',
    path_params_api: pathParams,
  };
  api.setGateway(gateway as Gateway);
  api.setAccessToken(token);
}

async function paused(under: HttpUnderTest): Promise<StartedCall> {
  const call = await under.startCall();
  under.clock.advance(5_000);
  await conversations.putConversationsCallRecordingstate(call.conversationId, { recordingState: 'PAUSED' });
  under.clock.advance(2_000);
  await conversations.putConversationsCallRecordingstate(call.conversationId, { recordingState: 'ACTIVE' });
  under.clock.advance(3_000);
  return call;
}

test('its eight PUTs pause and resume, and resolve to the state', async () => {
  await using under = await HttpUnderTest.start();
  pointAt(under, under.tokens.issue({ role: 'recorder-integration' }));
  const { conversationId } = await under.startCall();
  const put = (state: string): Promise<string> =>
    conversations.putConversationsCallRecordingstate(conversationId, { recordingState: state });
  assert.deepEqual([await put('PAUSED'), await put('paused'), await put('ACTIVE')], ['PAUSED', 'PAUSED', 'ACTIVE']);
  const body = { recordingState: 'PAUSED' };
  const others = [
    conversations.putConversationsCallbackRecordingstate(await under.addConversation('callback'), body),
    conversations.putConversationsCobrowsesessionRecordingstate(await under.addConversation('cobrowsesession'), body),
    conversations.putConversationsEmailRecordingstate(await under.addConversation('email'), body),
    conversations.putConversationsMessageRecordingstate(await under.addConversation('message'), body),
    conversations.putConversationsScreenshareRecordingstate(await under.addConversation('screenshare'), body),
    conversations.putConversationsSocialRecordingstate(await under.addConversation('social'), body),
    conversations.putConversationsVideoRecordingstate(await under.addConversation('video'), body),
  ];
  assert.deepEqual(await Promise.all(others), new Array(7).fill('PAUSED'));
});

test('its PATCH for all media types resolves to nothing', async () => {
  await using under = await HttpUnderTest.start();
  pointAt(under, under.tokens.issue({ role: 'recorder-integration' }));
  const { conversationId, streamIds } = await under.startCall();
  const done = await conversations.patchConversationRecordingstate(conversationId, { recordingState: 'PAUSED' });
  assert.equal(done, undefined);
  for (const streamId of streamIds) assert.equal(under.media.isOpen(streamId), false);
});

test('its PATCH of a call resolves to the conversation', async () => {
  await using under = await HttpUnderTest.start();
  pointAt(under, under.tokens.issue({ role: 'agent', userId: agentUser }));
  const { conversationId } = await under.startCall();
  const wish = { recordingState: 'paused', startTime: '', participants: [] };
  const conversation = await conversations.patchConversationsCall(conversationId, wish);
  assert.equal(conversation.id, conversationId);
  assert.equal(conversation.recordingState, 'PAUSED');
  assert.equal(conversation.securePause, true);
});

test('it reads a conversation and its calls', async () => {
  await using under = await HttpUnderTest.start();
  pointAt(under, under.tokens.issue({ role: 'supervisor' }));
  const { conversationId } = await under.startCall();
  const conversation = await conversations.getConversation(conversationId);
  assert.equal(conversation.recordingState, 'ACTIVE');
  assert.equal(conversation.participants[0]?.calls?.[0]?.recordingState, 'active');
  const call = await conversations.getConversationsCall(conversationId);
  assert.equal(call.recordingState, 'active');
  assert.equal(call.participants?.[1]?.user?.id, agentUser);
});

test('it lists recordings, reads one, and follows the link to its media', async () => {
  await using under = await HttpUnderTest.start();
  pointAt(under, under.tokens.issue({ role: 'supervisor' }));
  const call = await paused(under);
  await under.endCall(call);
  const list = await recordings.getConversationRecordings(call.conversationId, { mediaFormats: ['WAV', 'MP3'] });
  assert.equal(list.length, 1);
  const recording = await recordings.getConversationRecording(call.conversationId, call.recordingId, {
    formatId: 'WAV',
  });
  assert.equal(recording.id, call.recordingId);
  assert.equal(recording.fileState, 'AVAILABLE');
  assert.deepEqual(
    recording.annotations?.map(({ reason, durationMs }) => [reason, durationMs]),
    [['SecurePause', 2_000]],
  );
  const media = await fetch(recording.mediaUris?.['0']?.mediaUri ?? '');
  assert.equal((await media.arrayBuffer()).byteLength, under.playback.lengthBytes);
});

test('while a recording is not ready its list resolves to nothing, and the recording to its description', async () => {
  await using under = await HttpUnderTest.start();
  pointAt(under, under.tokens.issue({ role: 'supervisor' }));
  const call = await paused(under);
  const list = await under.passUntil(recordings.getConversationRecordings(call.conversationId, { maxWaitMs: 100 }));
  assert.equal(list, undefined);
  const one = recordings.getConversationRecording(call.conversationId, call.recordingId);
  assert.equal((await under.passUntil(one)).fileState, 'UPLOADING');
});

test('it reads metadata and annotations', async () => {
  await using under = await HttpUnderTest.start();
  pointAt(under, under.tokens.issue({ role: 'supervisor' }));
  const call = await paused(under);
  await under.endCall(call);
  const { conversationId, recordingId } = call;
  const metadata = await recordings.getConversationRecordingmetadata(conversationId);
  const one = await recordings.getConversationRecordingmetadataRecordingId(conversationId, recordingId);
  assert.deepEqual(metadata, [one]);
  const annotations = await recordings.getConversationRecordingAnnotations(conversationId, recordingId);
  assert.deepEqual(annotations, one.annotations);
  const [first = assert.fail()] = annotations;
  const again = await recordings.getConversationRecordingAnnotation(conversationId, recordingId, first.id ?? '');
  assert.deepEqual(again, first);
});

test('it asks about its token and revokes it', async () => {
  await using under = await HttpUnderTest.start();
  pointAt(under, under.tokens.issue({ name: 'CRM' }));
  assert.equal((await tokens.getTokensMe()).OAuthClient?.name, 'CRM');
  await tokens.headTokensMe();
  await tokens.deleteTokensMe();
  await assert.rejects(tokens.getTokensMe(), { status: 401, code: 'bad.credentials' });
});

test('it is given errors as bodies of the contract', async () => {
  await using under = await HttpUnderTest.start();
  pointAt(under, under.tokens.issue({ role: 'agent' }));
  const { conversationId } = await under.startCall();
  const put = (id: string): Promise<string> =>
    conversations.putConversationsCallRecordingstate(id, { recordingState: 'PAUSED' });
  await assert.rejects(put(conversationId), (error: { readonly [member: string]: unknown }) => {
    assert.partialDeepStrictEqual(error, {
      status: 403,
      code: 'missing.any.permissions',
      messageParams: { permissions: '[conversation:recording:pauseOthers]' },
      details: [],
      errors: [],
    });
    return true;
  });
  pointAt(under, under.tokens.issue({ role: 'supervisor' }));
  await assert.rejects(put('nothing'), { status: 404, code: 'conversation.error.conversation.not.found' });
  await assert.rejects(conversations.patchConversationsCall(conversationId, { recordingState: 'PAUSED' } as never), {
    status: 400,
    code: 'not.a.user',
  });
});

test('it may put an API path of its gateway in front', async () => {
  await using under = await HttpUnderTest.start();
  pointAt(under, under.tokens.issue({ role: 'supervisor' }), 'api');
  const { conversationId } = await under.startCall();
  assert.equal((await conversations.getConversation(conversationId)).id, conversationId);
});
