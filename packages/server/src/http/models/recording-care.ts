/** Contract models of settings, retention policies, protection and batch requests. */
import { Type } from 'typebox';
import { pageMembers } from './page.ts';

const minutes = Type.Integer({ minimum: 2, maximum: 60, description: 'Minutes.' });
const date = Type.String({ format: 'date-time' });
const uri = Type.String();
const text = (maxLength: number) => Type.String({ maxLength });

const settings = {
  maxSimultaneousStreams: Type.Integer({ minimum: 0, maximum: 100 }),
  maxConfigurableScreenRecordingStreams: Type.Integer({ minimum: 0, maximum: 100 }),
  regionalRecordingStorageEnabled: Type.Boolean(),
  recordingPlaybackUrlTtl: minutes,
  recordingBatchDownloadUrlTtl: minutes,
  stopRecordingWhenOnlyExternalParticipants: Type.Boolean(),
};
export const RecordingSettings = Type.Object(settings, { $id: 'RecordingSettings' });
export const RecordingSettingsBody = Type.Partial(Type.Object(settings), { $id: 'RecordingSettingsBody' });

/** Conditions and actions are kept as they come, so their members are whatever the contract has. */
const anyObject = Type.Object({}, { additionalProperties: true });
const policy = {
  name: Type.String({ minLength: 1, maxLength: 256 }),
  description: text(1_000),
  order: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  enabled: Type.Boolean(),
  mediaPolicies: anyObject,
  conditions: anyObject,
  actions: anyObject,
};
const policyWish = Type.Partial(Type.Object(policy));
const shown = {
  id: Type.String(),
  name: policy.name,
  description: Type.Optional(policy.description),
  order: policy.order,
  enabled: policy.enabled,
  mediaPolicies: Type.Optional(anyObject),
  conditions: Type.Optional(anyObject),
  actions: Type.Optional(anyObject),
  createdDate: date,
  modifiedDate: date,
  selfUri: uri,
};
export const Policy = Type.Object(shown, { $id: 'Policy' });
export const CrossPlatformPolicy = Type.Object(shown, { $id: 'CrossPlatformPolicy' });
export const PolicyBody = Type.Object({ ...policyWish.properties, name: policy.name }, { $id: 'PolicyCreate' });
export const PolicyPutBody = Type.Object(policyWish.properties, { $id: 'PolicyPut' });
export const PolicyUpdateBody = Type.Object({ enabled: Type.Optional(policy.enabled) }, { $id: 'PolicyUpdate' });

export const PolicyEntityListing = Type.Object(
  { entities: Type.Array(Policy), ...pageMembers },
  { $id: 'PolicyEntityListing' },
);
/** There is never one: every recording here has its conversation. */
export const OrphanRecordingListing = Type.Object(
  { entities: Type.Array(anyObject), ...pageMembers },
  { $id: 'OrphanRecordingListing' },
);

export const DeletionProtectionBody = Type.Object(
  { conversationIds: Type.Array(Type.String({ maxLength: 36 }), { maxItems: 1_000 }) },
  { $id: 'ConversationDeletionProtectionQuery' },
);
export const AddressableEntityRefs = Type.Array(
  Type.Object({ id: Type.String(), selfUri: uri }, { $id: 'AddressableEntityRef' }),
);
export const ManageDeleteProtectionResult = Type.Object(
  {
    failedUpdates: Type.Array(
      Type.Object({
        conversation: Type.Object({ id: Type.String(), selfUri: uri }),
        errorMessage: Type.String(),
        errorCode: Type.String(),
      }),
    ),
  },
  { $id: 'ManageDeleteProtectionResult' },
);

export const BatchSubmission = Type.Object(
  {
    batchDownloadRequestList: Type.Array(
      Type.Object({ conversationId: text(36), recordingId: Type.Optional(text(36)) }),
      { minItems: 1 },
    ),
  },
  { $id: 'BatchDownloadJobSubmission' },
);
export const BatchSubmitted = Type.Object(
  { id: Type.String(), selfUri: uri },
  { $id: 'BatchDownloadJobSubmissionResult' },
);
export const BatchStatus = Type.Object(
  {
    id: Type.String(),
    jobId: Type.String(),
    expectedResultCount: Type.Integer(),
    resultCount: Type.Integer(),
    errorCount: Type.Integer(),
    status: Type.Enum(['InProgress', 'Completed']),
    results: Type.Array(
      Type.Object({
        conversationId: Type.String(),
        recordingId: Type.Optional(Type.String()),
        resultUrl: Type.Optional(uri),
        contentType: Type.Optional(Type.String()),
        errorMsg: Type.Optional(Type.String()),
      }),
    ),
    selfUri: uri,
  },
  { $id: 'BatchDownloadJobStatusResult' },
);

/** Of a recording only its dates can be set. */
export const RecordingDatesBody = Type.Object(
  { archiveDate: Type.Optional(date), deleteDate: Type.Optional(date), exportDate: Type.Optional(date) },
  { $id: 'RecordingDates' },
);
export const ScreenSessionDetails = Type.Object({ count: Type.Integer() }, { $id: 'ScreenRecordingActiveSessions' });
