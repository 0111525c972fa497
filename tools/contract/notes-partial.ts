/** Operations that are answered with something left out, or in another way than the contract says. */

import type { PartialNote } from './note.ts';

/** The types that have doors of their own for conversations and participants. */
const typed = 'Call,Callback,Chat,Cobrowsesession,Email,Message';

const conversations: readonly PartialNote[] = [
  {
    what: 'Members that a recorder knows: no routing, no evaluations, no journey.',
    operations: ['getConversation{,s}', `getConversations{${typed}}`, `getConversations{${typed}}s`],
  },
  {
    what: 'Who takes no part in the conversation may read it with `conversation:communication:view`.',
    differs: ['permissions'],
    isWhole: true,
    operations: [`getConversations{${typed}}`],
  },
  {
    what: 'Pausing and resuming takes a user who takes part, and `conversation:recording:pause`; ending takes the permission that the contract names.',
    differs: ['permissions'],
    isWhole: true,
    operations: [`patchConversations{${typed}}`],
  },
  {
    what: 'A pause is answered with 202, as the contract has it for calls.',
    differs: ['status'],
    isWhole: true,
    operations: ['patchConversations{Callback,Chat,Cobrowsesession,Email,Message}'],
  },
  {
    what: 'Merging is refused: calls are joined by the telephone system, and are one conversation as soon as their recording sessions say so.',
    operations: ['patchConversationsCall'],
  },
];

const participants: readonly PartialNote[] = [
  {
    what: 'Tacet moves no media: this is what it knows of the conversation, and what a hold withholds where that is set. `recording` is refused, since there is one recorder and no second way past its pause.',
    operations: [
      'patchConversationParticipant',
      `patchConversations{${typed}}Participant`,
      'patchConversationsCallParticipantUserUserId',
    ],
  },
  {
    what: 'Who takes no part in the conversation may do it with `conversation:participant:attributesedit`.',
    differs: ['permissions'],
    isWhole: true,
    operations: ['patchConversationParticipantAttributes', `patchConversations{${typed}}ParticipantAttributes`],
  },
  {
    what: 'Who takes no part in the conversation may do it with `conversation:communication:disconnect`.',
    differs: ['permissions'],
    isWhole: true,
    operations: [`patchConversations{${typed}}ParticipantCommunication`],
  },
  {
    what: 'Who takes no part in the conversation may do it with `conversation:participant:wrapup`.',
    differs: ['permissions'],
    isWhole: true,
    operations: ['{put,delete}ConversationParticipantFlaggedreason'],
  },
  {
    what: 'Who takes no part in the conversation may read it with `conversation:communication:view`.',
    differs: ['permissions'],
    isWhole: true,
    operations: [
      'getConversationParticipantWrapup{,codes}',
      `getConversations{${typed}}ParticipantWrapup{,codes}`,
      `getConversations{${typed},Screenshare,Social,Video}ParticipantCommunicationWrapup`,
    ],
  },
  {
    what: 'There is no catalogue of wrap-up codes: any can be assigned, and these are the ones that were.',
    operations: ['getConversationParticipantWrapupcodes', `getConversations{${typed}}ParticipantWrapupcodes`],
  },
];

const handovers: readonly PartialNote[] = [
  {
    what: 'Tacet moves no media: the telephone system transfers, and this says who takes part from now on. Voicemail is refused.',
    operations: [
      'postConversationParticipant{Replace,ReplaceAgent,ReplaceExternal,ReplaceQueue,Transfer}',
      `postConversations{${typed}}ParticipantReplace`,
    ],
  },
  {
    what: 'Tacet moves no media: the telephone system consults, and this says who takes part and who is on hold.',
    operations: [
      'postConversationsCallParticipant{Consult,ConsultAgent,ConsultExternal,ConsultQueue,VoiceConsult}',
      '{patch,delete}ConversationsCallParticipantConsult',
    ],
  },
  {
    what: 'Who takes no part in the call may do it with `conversation:communication:consultTransfer`.',
    differs: ['permissions'],
    isWhole: true,
    operations: ['{patch,delete}ConversationsCallParticipantConsult'],
  },
];

const creation: readonly PartialNote[] = [
  {
    what: 'Nobody is called by Tacet: the callback waits until a user is assigned, or it is called off. Routing is not judged. The call that fulfils it joins its conversation ([how](../operating/callbacks.md)).',
    operations: ['{post,patch}ConversationsCallbacks', 'postConversation{ParticipantCallbacks,sCallbacksBulkUpdate}'],
  },
  {
    what: 'Tacet sends nothing to anybody; what is said is recorded, or withheld while the conversation is paused.',
    operations: [
      'postConversations{Emails,Messages,MessagesInboundOpen,MessagesAgentless,Chats}',
      'postConversationsMessageCommunication{Messages,SocialmediaMessages}',
      'postConversationsChatCommunicationMessages',
    ],
  },
  {
    what: 'The file goes through the gate when it is uploaded, and is in the recording, or withheld; `url` takes the right to view recordings. The checksum is not looked at.',
    operations: [
      'postConversationsMessageCommunicationMessagesMediaUploads',
      'getConversationsMessageCommunicationMessagesMedia{,MediaId}',
    ],
  },
  {
    what: 'What the recording has: a message that was withheld is not there. Media types beside text are not shown.',
    operations: ['getConversationsChatMessage{,s}', 'getConversationsMessageMessage'],
  },
  {
    what: 'Pages of our own that are in the chat are told at once, also in a pause ([web chat](../operating/web-chat.md)); nobody else is.',
    operations: ['postConversationsChatCommunicationMessages'],
  },
  {
    what: 'Who takes no part in the chat needs a permission: `conversation:webchat:create` to write, `conversation:communication:view` to read.',
    differs: ['permissions'],
    isWhole: true,
    operations: ['getConversationsChatMessage{,s}', 'postConversationsChatCommunicationMessages'],
  },
  {
    what: 'Tacet sends no mail; it records what is said of one. Attachments that it names are not recorded.',
    operations: ['postConversationsEmailMessages', 'postConversationsEmailsAgentless'],
  },
  {
    what: 'Records who wrote to whom about what; `conversation:email:create` is needed. The mail itself comes by SMTP.',
    differs: ['permissions'],
    operations: ['postConversationsEmailInboundmessages'],
  },
  {
    what: 'Those that are recorded and in store (a minute after they came at the latest); the right to view recordings is needed.',
    differs: ['permissions'],
    operations: ['getConversationsEmailMessage{,s}'],
  },
  {
    what: 'The conference is a conversation here; who meets in it is for the video system.',
    operations: ['postConversationsVideosMeetings'],
  },
];

const recordings: readonly PartialNote[] = [
  {
    what: 'WAV always; WEBM, WAV_ULAW, OGG_VORBIS, OGG_OPUS and MP3 where ffmpeg is installed. The formats of e-mails, chats and messages come with their recording.',
    operations: ['getConversationRecording{,s}'],
  },
  {
    what: 'Archive and delete dates; there is no export and no archive to restore from.',
    operations: ['putConversationRecording'],
  },
  {
    what: 'Regional storage, and stopping when only external participants are left, are refused.',
    operations: ['putRecordingSettings'],
  },
  {
    what: 'Of policies the deletion of recordings is carried out, as far as their conditions can be judged when a recording ends; docs/operating/retention.md says which.',
    operations: [
      '{get,post,delete}Recording{,Crossplatform}Mediaretentionpolicies',
      '{get,put,patch,delete}Recording{,Crossplatform}Mediaretentionpolicy',
    ],
  },
  {
    what: 'Media comes as WAV, rendered, and not in the codec in which it was taken in.',
    operations: ['postRecordingBatchrequests', 'getRecordingBatchrequest'],
  },
  {
    what: 'The list is empty: every recording has its conversation from the beginning.',
    isWhole: true,
    operations: ['getOrphanrecordings'],
  },
  {
    what: 'How many there are, and nothing of each.',
    operations: ['getRecordingsScreensessionsDetails'],
  },
];

const identity: readonly PartialNote[] = [
  {
    what: 'Of a user: name, e-mail, division, title, department, SIP addresses, roles; no presence, skills, stations or groups.',
    operations: ['{get,delete,patch}User', 'get{Users,UsersMe}', 'postUsers'],
  },
  {
    what: 'The contract lists a permission `admin` beside these, which has no domain and no entity; it is not known here.',
    differs: ['permissions'],
    isWhole: true,
    operations: ['{patch,delete}User'],
  },
  {
    what: 'Grants are CODE (with PKCE), TOKEN where it is switched on, and CLIENT-CREDENTIALS; SAML2-BEARER and PASSWORD are refused.',
    operations: ['{post,get}OauthClients', '{get,put}OauthClient'],
  },
  {
    what: 'Policies with conditions are not offered: a permission is held in a division or it is not.',
    operations: ['{get,put,patch}AuthorizationRole', '{get,post}AuthorizationRoles'],
  },
  {
    what: 'The permissions that this server asks for.',
    isWhole: true,
    operations: ['getAuthorizationPermissions'],
  },
  {
    what: 'Users can be moved; recordings and conversations stay in the division in which they came to be.',
    operations: ['postAuthorizationDivisionObject'],
  },
  { what: 'Id and name.', operations: ['getOrganizationsMe'] },
  {
    what: 'One time for all users; not for single groups.',
    operations: ['{get,put}TokensTimeout'],
  },
];

export const partial: readonly PartialNote[] = [
  ...conversations,
  ...participants,
  ...handovers,
  ...creation,
  ...recordings,
  ...identity,
];
