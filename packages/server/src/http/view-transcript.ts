/** Transcripts as the contract's recordings carry them; what was withheld or lost is a line that says so. */
import type { MediaType } from '@tacet/domain';
import type { ItemAttachment, TranscriptLine } from '@tacet/media';
import type { RecordingModel } from './models/recording.ts';
import type { ChatMessageModel, RecordingMessagingMessageModel } from './models/transcript.ts';
import { given } from './view-communication.ts';

type ItemLine = Extract<TranscriptLine, { readonly kind: 'item' }>;
type Gap = Exclude<TranscriptLine, { readonly kind: 'item' }>;

const causes: { readonly [kind in Gap['kind']]: string } = {
  withheld: 'withheld while the recording was paused',
  lost: 'lost',
  damaged: 'What follows is damaged and cannot be shown',
};

/** What a participant is called in a chat (contract `WebChatMemberInfo`). */
export function chatRole(purpose: string | undefined): string {
  if (purpose === 'customer' || purpose === 'external') return 'CUSTOMER';
  return purpose === 'agent' ? 'AGENT' : 'ACD';
}

/** What a line says that stands for items which are not there. */
export function gapSentence({ kind, count }: Gap): string {
  if (kind === 'damaged') return causes.damaged;
  const what = count === undefined || count === 0 ? 'Nothing was' : count === 1 ? '1 item was' : `${count} items were`;
  return `${what} ${causes[kind]}`;
}

function chatMessage(line: TranscriptLine, place: number): ChatMessageModel {
  if (line.kind !== 'item') {
    return { id: `${line.kind}-${place}`, utc: line.at, body: gapSentence(line), bodyType: 'standard', type: 'notice' };
  }
  const { id, from, to, text = '', contentType = 'standard' } = line.item;
  const said = { body: text, bodyType: contentType, type: 'message' };
  return {
    ...{ id, utc: line.at, ...said },
    ...given('from', from?.name ?? from?.address),
    ...given('to', to?.[0]?.name ?? to?.[0]?.address),
    ...given('participantPurpose', from?.purpose),
    ...given('senderCommunicationId', from?.communicationId),
  };
}

function attachmentModel({ id, url, contentType, bytes, name }: ItemAttachment): object {
  return {
    ...given('id', id),
    ...given('url', url),
    ...given('mediaType', contentType),
    ...given('contentLength', bytes),
    ...given('name', name),
  };
}

/** A file that came by itself is its own attachment. */
function attachmentsOf({ item, bodyBytes }: ItemLine): readonly ItemAttachment[] | undefined {
  const { kind, id, name, contentType } = item;
  if (kind !== 'attachment') return item.attachments;
  return [{ id, bytes: bodyBytes, ...given('name', name), ...given('contentType', contentType) }];
}

function messageModel(line: ItemLine): RecordingMessagingMessageModel {
  const { item, at } = line;
  const { id, from, to, text } = item;
  const attachments = attachmentsOf(line);
  return {
    ...{ id, timestamp: at, contentType: attachments === undefined ? 'Text' : 'Attachment' },
    ...given('from', from?.address ?? from?.name),
    ...given('to', to?.[0]?.address),
    ...given('purpose', from?.purpose),
    ...given('participantId', from?.participantId),
    ...given('messageText', text),
    ...given('messageMediaAttachments', attachments?.map(attachmentModel)),
  };
}

function messagingMessage(line: TranscriptLine, place: number): RecordingMessagingMessageModel {
  if (line.kind === 'item') return messageModel(line);
  const about = { id: `${line.kind}-${place}`, timestamp: line.at, purpose: 'system', contentType: 'Notification' };
  return { ...about, messageText: gapSentence(line) };
}

/** The member of a recording that carries what was written in it. */
export function transcriptMember(mediaType: MediaType, lines: readonly TranscriptLine[]): Partial<RecordingModel> {
  if (mediaType === 'chat') return { transcript: lines.map(chatMessage) };
  return { messagingTranscript: lines.map(messagingMessage) };
}
