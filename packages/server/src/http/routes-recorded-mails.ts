/** The doors, ours, to recorded mails: a page that is safe to look at, attachments, and all of them as a ZIP. */
import { Fault, toIso } from '@tacet/domain';
import { mailPage, mailViewPolicy } from '../mail/mail-view.ts';
import type { GuardedCall, GuardedDoor } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { savedAs } from './media-file-name.ts';
import { ItemBytes, MailPage } from './models/item.ts';
import { answerBytes, fileAnswer, openItem, recordedItems } from './recorded-items.ts';
import { archiveOf } from './recorded-mails.ts';

const ofRecording = '/tacet/v1/conversations/{conversationId}/recordings/{recordingId}';
const shared = { method: 'GET', isPreview: true, area: 'recordings', access: ['recording:recording:view'] } as const;

function viewDoor(http: HttpContext): GuardedDoor {
  return {
    ...shared,
    path: `${ofRecording}/items/{itemId}/view`,
    operation: 'getItemView',
    summary: 'A recorded mail as a page that is safe to look at.',
    description: 'Nothing in it runs, loads anything or leads anywhere; where its links led is shown as their title.',
    answers: { 200: MailPage },
    answer: async (call) => {
      const { view } = await recordedItems(http, call);
      const { head, body, arrivedAt } = await openItem(http, call, view);
      if (head.kind !== 'mail') throw new Fault('resourceUnknown');
      const page = mailPage(await http.playback.openMail(body), toIso(arrivedAt));
      const headers = { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': mailViewPolicy };
      return { status: 200, headers, bytes: answerBytes(new TextEncoder().encode(page)) };
    },
  };
}

/** @throws Fault resourceUnknown. */
function placeIn({ path }: GuardedCall): number {
  const text = path['attachment'] ?? '';
  if (!/^\d{1,4}$/.test(text)) throw new Fault('resourceUnknown');
  return Number(text);
}

function attachmentDoor(http: HttpContext): GuardedDoor {
  return {
    ...shared,
    path: `${ofRecording}/items/{itemId}/attachments/{attachment}`,
    operation: 'getItemAttachment',
    summary: 'An attachment of a recorded mail, by its number from 0.',
    answers: { 200: ItemBytes },
    answer: async (call) => {
      const place = placeIn(call);
      const { view } = await recordedItems(http, call);
      const { head, body } = await openItem(http, call, view);
      if (head.kind !== 'mail') throw new Fault('resourceUnknown');
      const { attachments, contents } = await http.playback.openMail(body, true);
      const [described, content] = [attachments[place], contents[place]];
      if (described === undefined || content === undefined) throw new Fault('resourceUnknown');
      return fileAnswer(content, 'application/octet-stream', savedAs(described.name, `attachment-${place}.bin`));
    },
  };
}

function archiveDoor(http: HttpContext): GuardedDoor {
  return {
    ...shared,
    path: `${ofRecording}/mails.zip`,
    operation: 'getMailArchive',
    summary: 'All mails of a recording as they came, with their attachments and an index.',
    description: 'The index has a line for each stretch that was withheld or lost.',
    answers: { 200: ItemBytes },
    answer: async (call) => {
      const { view } = await recordedItems(http, call);
      if (view.recording.mediaType !== 'email') throw new Fault('resourceUnknown');
      const name = savedAs(`mails-${view.recording.id}.zip`, 'mails.zip');
      return fileAnswer(await archiveOf(http, call, view), 'application/zip', name);
    },
  };
}

export function recordedMailDoors(http: HttpContext): readonly GuardedDoor[] {
  return [viewDoor(http), attachmentDoor(http), archiveDoor(http)];
}
