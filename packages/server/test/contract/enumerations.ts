/** The values that members of the contract's models may have, as facts; in the case in which each model writes them. */

/** Values by the member that has them. */
interface Members {
  readonly [member: string]: readonly string[];
}

const upperState = ['ACTIVE', 'PAUSED', 'NONE'];
const lowerState = ['none', 'active', 'paused'];
const direction = ['inbound', 'outbound'];
const basicState = ['alerting', 'dialing', 'contacting', 'offering', 'connected', 'disconnected', 'terminated', 'none'];
const callState = [...basicState, 'converting', 'uploading', 'transmitting'];
const disconnectType = [
  'endpoint',
  'endpoint.donotdisturb',
  'client',
  'system',
  'timeout',
  'transfer',
  'transfer.conference',
  'transfer.consult',
  'transfer.donotdisturb',
  'transfer.forward',
  'transfer.noanswer',
  'transfer.notavailable',
  'transport.failure',
  'error',
  'peer',
  'other',
  'spam',
  'uncallable',
];
const ofCommunication: Members = { direction, disconnectType };
/** Of media types in which nobody calls anybody. */
const ofTogether: Members = { disconnectType };
const ofMediaParticipant: Members = { direction, disconnectType, state: [...callState, 'parked'] };

const conversations: { readonly [model: string]: Members } = {
  Conversation: { recordingState: upperState, state: [...callState, 'parked'] },
  Participant: { screenRecordingState: ['requested', 'active', 'paused', 'stopped', 'error', 'timeout'] },
  RecordersState: {
    adhocState: upperState,
    customerExperienceState: upperState,
    agentExperienceState: upperState,
    snippetState: upperState,
  },
  Call: { ...ofCommunication, state: callState, initialState: callState, recordingState: lowerState },
  CallBasic: { ...ofCommunication, state: callState, initialState: callState, recordingState: lowerState },
  CallConversation: { recordingState: lowerState },
  CallMediaParticipant: { ...ofMediaParticipant, recordingState: lowerState },
  Callback: { ...ofCommunication, state: [...basicState, 'scheduled'] },
  CallbackMediaParticipant: ofMediaParticipant,
  Email: { ...ofCommunication, state: ['alerting', 'connected', 'disconnected', 'none', 'parked', 'transmitting'] },
  EmailMediaParticipant: ofMediaParticipant,
  Message: { ...ofCommunication, state: ['alerting', 'connected', 'parked', 'disconnected'] },
  MessageMediaParticipant: ofMediaParticipant,
  ConversationChat: { ...ofCommunication, state: basicState },
  ChatMediaParticipant: ofMediaParticipant,
  Cobrowsesession: { ...ofTogether, state: [...basicState, 'scheduled'] },
  CobrowseMediaParticipant: ofMediaParticipant,
  Screenshare: { ...ofTogether, state: basicState },
  SocialExpression: { ...ofTogether, state: basicState },
  Video: { ...ofTogether, state: basicState },
  TransferResponse: {
    state: ['Pending', 'Active', 'Complete', 'Canceled', 'Failed', 'Timeout', 'Unknown'],
    transferType: ['Attended', 'Unattended'],
  },
  CallbackIdentifier: { type: ['ACD', 'EXTERNAL'] },
  SecureSession: { state: ['PENDING', 'COMPLETED', 'FAILED'] },
};

const fileState = ['ARCHIVED', 'AVAILABLE', 'DELETED', 'RESTORED', 'RESTORING', 'UPLOADING', 'ERROR'];
const mediaSubtype = ['Trunk', 'Station', 'Consult', 'Screen', 'Snippet'];

const recordings: { readonly [model: string]: Members } = {
  Annotation: { reason: ['Hold', 'SecurePause', 'FlowOrQueue', 'Pause'] },
  Recording: {
    media: ['audio', 'chat', 'messaging', 'email', 'screen'],
    mediaSubtype,
    fileState,
    archiveMedium: ['CLOUDARCHIVE'],
    recordingFileRole: ['CUSTOMER_EXPERIENCE', 'ADHOC'],
    recordingErrorStatus: ['EMAIL_TRANSCRIPT_TOO_LARGE'],
  },
  RecordingMetadata: { media: ['audio', 'chat', 'email', 'message'], mediaSubtype, fileState },
  ArchiveRetention: { storageMedium: ['CLOUDARCHIVE'] },
  PolicyConditions: { customerParticipation: ['YES', 'NO'] },
  MediaTranscription: { transcriptionProvider: ['VOCI', 'CALLJOURNEY'] },
  BatchDownloadJobStatusResult: { status: ['InProgress', 'Completed'] },
  RecordingJobsQuery: { action: ['ARCHIVE', 'DELETE', 'EXPORT'] },
  RecordingJob: { state: ['FULFILLED', 'PENDING', 'READY', 'PROCESSING', 'CANCELLED', 'FAILED'] },
  RecordingEncryptionConfiguration: { keyConfigurationType: ['KmsSymmetric', 'LocalKeyManager', 'Native', 'None'] },
  ConversationEncryptionConfiguration: { keyConfigurationType: ['KmsSymmetric', 'None'] },
  KeyRotationSchedule: { period: ['DISABLED', 'DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'] },
};

const ofClient: Members = {
  authorizedGrantType: ['CODE', 'TOKEN', 'SAML2-BEARER', 'PASSWORD', 'CLIENT-CREDENTIALS'],
  state: ['active', 'disabled', 'inactive'],
};

const identity: { readonly [model: string]: Members } = {
  OAuthClient: ofClient,
  OrgOAuthClient: ofClient,
  Contact: { type: ['PRIMARY', 'WORK', 'WORK2', 'WORK3', 'WORK4', 'HOME', 'MOBILE', 'MAIN'] },
};

const notifications: { readonly [model: string]: Members } = {
  ChannelTopic: { state: ['Permitted', 'Rejected'] },
  AvailableTopic: { visibility: ['Public', 'Preview'] },
  ConversationEventTopicCall: { recordingState: lowerState, direction },
  ConversationCallEventTopicCallConversation: { recordingState: lowerState },
  ConversationCallEventTopicCallMediaParticipant: { recordingState: lowerState, direction },
  RecordingEventRecording: { fileState },
};

export const enumerations: { readonly [model: string]: Members } = {
  ...conversations,
  ...recordings,
  ...identity,
  ...notifications,
};
