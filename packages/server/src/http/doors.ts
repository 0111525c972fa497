/** Every door of the API. */
import { version } from '../version.ts';
import type { Door } from './door.ts';
import { descriptionDoor, explorerPageDoors } from './explorer/explorer-doors.ts';
import type { HttpContext } from './http-context.ts';
import { annotationDoors } from './routes-annotations.ts';
import { auditDoors } from './routes-audit.ts';
import { batchRequestDoors } from './routes-batch-requests.ts';
import { changeConversationDoors } from './routes-change-conversation.ts';
import { coBrowseDoors, coBrowsePageDoors } from './routes-cobrowse.ts';
import { consultDoors } from './routes-consult.ts';
import { conversationDoors } from './routes-conversations.ts';
import { creationDoors } from './routes-creation.ts';
import { callbackCreationDoors } from './routes-creation-callbacks.ts';
import { emailCreationDoors } from './routes-creation-emails.ts';
import { messageCreationDoors } from './routes-creation-messages.ts';
import { videoCreationDoors } from './routes-creation-videos.ts';
import { divisionDoors } from './routes-divisions.ts';
import { emailMessageDoors } from './routes-email-messages.ts';
import { grantDoors } from './routes-grants.ts';
import { healthDoors } from './routes-health.ts';
import { itemDoors } from './routes-items.ts';
import { mediaDoors } from './routes-media.ts';
import { mediaConversationDoors } from './routes-media-conversations.ts';
import { messageMediaDoors, uploadDoors } from './routes-message-media.ts';
import { notificationDoors } from './routes-notifications.ts';
import { oauthClientDoors } from './routes-oauth-clients.ts';
import { ownConversationDoors } from './routes-own-conversations.ts';
import { participantDoors } from './routes-participants.ts';
import { publishingDoors } from './routes-publishing.ts';
import { readMessageDoors } from './routes-read-messages.ts';
import { recordedMailDoors } from './routes-recorded-mails.ts';
import { recordingCareDoors } from './routes-recording-care.ts';
import { recordingSettingsDoors } from './routes-recording-settings.ts';
import { recordingStateDoors } from './routes-recording-state.ts';
import { recordingDoors } from './routes-recordings.ts';
import { retentionPolicyDoors } from './routes-retention-policies.ts';
import { roleDoors } from './routes-roles.ts';
import { searchDoors } from './routes-search.ts';
import { sentMessageDoors } from './routes-sent-messages.ts';
import { timelineDoors } from './routes-timeline.ts';
import { tokenDoors } from './routes-tokens.ts';
import { transferDoors } from './routes-transfers.ts';
import { userDoors } from './routes-users.ts';
import { webChatPageDoors } from './routes-webchat.ts';
import { wrapupDoors } from './routes-wrapup.ts';

/** What the API offers, its own description included. */
function operationDoors(http: HttpContext): readonly Door[] {
  const doors: readonly Door[] = [
    ...recordingStateDoors(http),
    ...conversationDoors(http),
    ...changeConversationDoors(http),
    ...participantDoors(http),
    ...transferDoors(http),
    ...consultDoors(http),
    ...wrapupDoors(http),
    ...mediaConversationDoors(http),
    ...ownConversationDoors(http),
    ...creationDoors(http),
    ...callbackCreationDoors(http),
    ...emailCreationDoors(http),
    ...emailMessageDoors(http),
    ...messageCreationDoors(http),
    ...videoCreationDoors(http),
    ...itemDoors(http),
    ...recordedMailDoors(http),
    ...publishingDoors(http),
    ...sentMessageDoors(http),
    ...readMessageDoors(http),
    ...messageMediaDoors(http),
    ...uploadDoors(http),
    ...coBrowseDoors(http),
    ...recordingDoors(http),
    ...annotationDoors(http),
    ...timelineDoors(http),
    ...recordingCareDoors(http),
    ...recordingSettingsDoors(http),
    ...retentionPolicyDoors(http),
    ...batchRequestDoors(http),
    ...mediaDoors(http),
    ...notificationDoors(http),
    ...searchDoors(http),
    ...auditDoors(http),
    ...tokenDoors(http),
    ...userDoors(http),
    ...roleDoors(http),
    ...oauthClientDoors(http),
    ...grantDoors(http),
    ...divisionDoors(http),
    ...healthDoors(http),
  ];
  const description = descriptionDoor(() => [...doors, description], version);
  return [...doors, description];
}

export function allDoors(http: HttpContext): readonly Door[] {
  return [...operationDoors(http), ...explorerPageDoors(), ...coBrowsePageDoors(http), ...webChatPageDoors()];
}
