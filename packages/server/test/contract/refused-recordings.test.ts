/** What the contract has a code for, when recordings, clients or tokens cannot be had or changed as somebody wishes. */
import { homeDivision, otherUser } from '../http/http-under-test.ts';
import { type RefusedCall, refuses } from './documented-refusals.ts';
import { supervisorRole } from './identity-scene.ts';
import { pausedCall } from './paused-call.ts';
import { nobodysId } from './sample-body.ts';

const recording =
  'getConversation{Recordings,Recording,Recordingmetadata,RecordingmetadataRecordingId,RecordingAnnotations}';
refuses(recording, { status: 404, code: 'conversation.not.found' }, async () => ({
  path: { conversationId: nobodysId, recordingId: nobodysId },
}));
refuses('getConversationRecording', { status: 404, code: 'not.found' }, async (scene) => {
  const { conversationId } = await pausedCall(scene);
  return { path: { conversationId, recordingId: nobodysId } };
});
refuses('getConversationRecordings', { status: 400, code: 'invalid.query.param.value' }, async (scene) => {
  const { conversationId } = await pausedCall(scene);
  return { path: { conversationId }, options: { formatId: 'FLAC' } };
});
refuses('postRecordingBatchrequests', { status: 400, code: 'batch.download.too.many.items' }, async () => ({
  body: { batchDownloadRequestList: new Array(101).fill({ conversationId: nobodysId }) },
}));
refuses('getRecordingBatchrequest', { status: 404, code: 'batch.download.job.not.found' }, async () => ({
  path: { jobId: nobodysId },
}));
refuses(
  'getRecordingBatchrequest',
  { status: 403, code: 'batch.download.permission.denied' },
  async (scene): Promise<RefusedCall> => {
    const { conversationId } = await pausedCall(scene);
    const body = { batchDownloadRequestList: [{ conversationId }] };
    const { id } = await scene.call<{ readonly id: string }>('postRecordingBatchrequests', { body });
    return { path: { jobId: id }, token: scene.under.tokens.issue({ role: 'admin', userId: otherUser }) };
  },
);
refuses('postAuthorizationDivisions', { status: 403, code: 'missing.permissions' }, async (scene) => ({
  body: { name: 'North' },
  token: scene.under.tokens.issueRights(['authorization:division:add']),
}));
refuses('postOauthClients', { status: 403, code: 'not.authorized' }, async (scene) => ({
  body: {
    name: 'CRM',
    authorizedGrantType: 'CLIENT-CREDENTIALS',
    roleDivisions: [{ roleId: supervisorRole, divisionId: homeDivision }],
  },
  token: scene.under.tokens.issueRights(['oauth:client:add', 'authorization:grant:add']),
}));
refuses('getTokensMe', { status: 401, code: 'credentials.expired' }, async (scene) => {
  const token = scene.under.tokens.issue();
  scene.under.tokens.expire(token);
  return { token };
});
refuses('getTokensMe', { status: 401, code: 'bad.credentials' }, async () => ({ token: 'made-up' }));
