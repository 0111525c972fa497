/** Operations that this server does not answer, and why. */

import type { MissingNote } from './note.ts';
import { operations } from './operations.ts';

/** Every operation of an API. */
function allOf(api: string): readonly string[] {
  return operations.filter((operation) => operation.api === api).map(({ operationId }) => operationId);
}

const otherSystems: readonly MissingNote[] = [
  {
    why: 'Flows are run by the system that routes conversations; Tacet records what it brings about.',
    operations: allOf('ArchitectApi'),
  },
  {
    why: "Tacet's own audit log, which is chained by hash and can be proved offline, is read at `GET /tacet/v1/audit`.",
    operations: allOf('AuditApi'),
  },
  {
    why: 'Data actions and their integrations come with the data action module, in a later version.',
    operations: allOf('IntegrationsApi'),
  },
  {
    why: 'Queues belong to the system that routes conversations; Tacet keeps the queue ids that it is told.',
    operations: allOf('RoutingApi'),
  },
  {
    why: 'Contacts are kept by a customer database; `…/replace/external` and `…/consult/external` take the address instead.',
    operations: ['post{ConversationParticipantReplace,ConversationsCallParticipantConsult}ContactExternal'],
  },
  {
    why: 'How long agents work after a conversation, and what loads them how much, is for the system that routes conversations.',
    operations: [
      'patchConversationsAftercallworkConversationIdParticipantCommunication',
      'patchConversationUtilizationlabel',
      'deleteConversationParticipantCode',
    ],
  },
];

const telephony: readonly MissingNote[] = [
  {
    why: 'Tacet is no telephone switch: it hears a copy of the media and can let nobody into a conversation.',
    operations: [
      'postConversationBarge',
      'postConversationsCallParticipant{Barge,Coach,Monitor}',
      'postConversationsMessageParticipantMonitor',
    ],
  },
  {
    why: 'Tacet is no telephone switch: calls are made, joined and sent digits by the telephone system, and are here as soon as their recording sessions are.',
    operations: [
      'postConversationsCall{,s,sUserUserId}',
      'postConversationsCallParticipants{,UserUserId}',
      'patchConversationsCallConference',
      'postConversationParticipantDigits',
      'putConversationsCallParticipantCommunicationUuidata',
      '{patch,delete}ConversationsCallParticipantCommunicationPostflowaction',
    ],
  },
  {
    why: 'Secure flows are run by the system that routes calls; it pauses the recording through the `recordingstate` operations.',
    operations: ['{get,post}ConversationParticipantSecureivrsessions', 'getConversationParticipantSecureivrsession'],
  },
  {
    why: 'There is one recorder, that of the conversation: a snippet would be a second one that no pause reaches.',
    operations: ['postConversationsCallParticipantSnippetRecord'],
  },
];

const content: readonly MissingNote[] = [
  {
    why: 'What messages and chats say, drafts and attachments come with the recording of digital media.',
    operations: [
      'getConversationsEmailSettings',
      '{get,put,patch}ConversationsEmailMessagesDraft',
      'postConversationsEmailMessagesDraftAttachments{Copy,Uploads}',
      'deleteConversationsEmailMessagesDraftAttachment',
      'getConversationsMessageDetails',
      'postConversationsMessageMessagesBulk',
      'postConversationsMessageCommunicationTyping',
      'getConversationsMessagesCachedmedia{,CachedMediaItemId}',
      'deleteConversationsMessagesCachedmediaCachedMediaItemId',
      'postConversationsChatCommunicationTyping',
    ],
  },
  {
    why: 'Files are agreed with `postConversationsMessageCommunicationMessagesMediaUploads`, which took its place.',
    operations: ['postConversationsMessageCommunicationMessagesMedia'],
  },
  {
    why: 'Tacet sends nothing to anybody; whoever sends begins the conversation here with `postConversationsEmails` or `postConversationsMessages`.',
    operations: ['postConversationParticipantInternalmessagesUsersCommunications'],
  },
  {
    why: 'Nothing here reads what is said in a conversation, so there is nothing that could sum it up.',
    operations: ['postConversations{Call,Message}ParticipantCommunicationSummaries'],
  },
];

const keeping: readonly MissingNote[] = [
  {
    why: 'Keys are the operator’s: a folder of wrapping keys outside the reach of the API (docs/operating/keys.md). Key services come in a later version.',
    operations: [
      '{get,post}{Conversations,Recording}Keyconfigurations',
      '{get,put}{Conversations,Recording}Keyconfiguration',
      'post{Conversations,Recording}KeyconfigurationsValidate',
      'postRecordingLocalkeys',
      '{get,post}RecordingRecordingkeys',
      '{get,put}RecordingRecordingkeysRotationschedule',
    ],
  },
  {
    why: 'Deleting and archiving many recordings at once comes with the carrying out of retention policies, in a later version.',
    operations: [
      '{get,post}RecordingJobs',
      '{get,put,delete}RecordingJob',
      'getRecordingJobFailedrecordings',
      'getRecordingsRetentionQuery',
    ],
  },
  {
    why: 'A recording without a conversation cannot come to be here: `getOrphanrecordings` is always empty.',
    operations: ['{get,put,delete}Orphanrecording', 'getOrphanrecordingMedia'],
  },
  {
    why: 'Nothing is uploaded: recordings are kept by the server that takes them in.',
    operations: ['postRecordingUploadsReports', 'getRecordingUploadsReport'],
  },
  {
    why: 'Agents’ screens are not recorded yet.',
    operations: ['postRecordingsScreensessions{Acknowledge,Metadata}'],
  },
];

const identity: readonly MissingNote[] = [
  {
    why: 'A division can be removed when nothing is left in it, and is gone then: there is nothing to bring back.',
    operations: ['getAuthorizationDivisionsDeleted', 'postAuthorizationDivisionRestore'],
  },
  {
    why: 'What others hold, and where, is read with `getAuthorizationSubject`.',
    operations: ['getAuthorizationDivisionspermittedPagedSubjectId', 'getAuthorizationSubjectsRolecounts'],
  },
  { why: 'There are no products to be licensed.', operations: ['getAuthorizationProducts'] },
  {
    why: 'Built-in roles are fixed, so none drifts away from its default; there are no settings of roles.',
    operations: [
      'putAuthorizationRolesDefault',
      '{get,put}AuthorizationRolesSettings',
      '{get,post}AuthorizationRoleComparedefaultRightRoleId',
    ],
  },
  {
    why: 'Clients are set up by administrators; users are not asked what they allow them, so there is no list of it.',
    operations: ['getOauthAuthorization{,s}'],
  },
  {
    why: 'Requests are not counted by client beyond the rate limits, which every answer names in its `inin-ratelimit-` headers.',
    operations: ['postOauthClientUsageQuery', 'getOauthClientUsage{QueryResult,Summary}'],
  },
  { why: 'There is one organisation, and it has no settings of its own.', operations: ['putOrganizationsMe'] },
  {
    why: 'Who may see a conversation is said by roles and divisions alone.',
    operations: ['{get,put}ConversationAccessattributes'],
  },
  {
    why: 'Tacet keeps attributes of participants; what only some may read belongs to the system that asks for it.',
    operations: ['{get,put,patch}ConversationSecureattributes'],
  },
];

export const missing: readonly MissingNote[] = [...otherSystems, ...telephony, ...content, ...keeping, ...identity];
