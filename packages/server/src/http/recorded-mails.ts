/** Mails of a recording as its readers get them: listed with their text, as pages, in parts, all together. */
import { Fault } from '@tacet/domain';
import type { ItemHead, ItemParty, StoredItem, TranscriptLine } from '@tacet/media';
import type { RecordingView } from '../control/index.ts';
import type { MailParty } from '../mail/mail-headers.ts';
import { mailLimits } from '../mail/mail-limits.ts';
import type { OpenedMail } from '../mail/open-mail.ts';
import type { GuardedCall } from './door.ts';
import type { HttpContext } from './http-context.ts';
import type { RecordingEmailMessageModel } from './models/transcript.ts';
import { linesAnd } from './recorded-items.ts';
import { given } from './view-communication.ts';
import { gapSentence } from './view-transcript.ts';

/** The mail as far as it can be opened: one that cannot is there all the same. */
async function opened({ playback }: HttpContext, { head, body }: StoredItem): Promise<OpenedMail | undefined> {
  if (head.kind !== 'mail') return undefined;
  try {
    return await playback.openMail(body);
  } catch (error) {
    if (error instanceof Fault && error.code === 'formatUnavailable') return undefined;
    throw error;
  }
}

function address({ address: email, name }: MailParty | ItemParty): { email?: string; name?: string } {
  return { ...given('email', email), ...given('name', name) };
}

function bodies(head: ItemHead, mail: OpenedMail | undefined): { textBody?: string; htmlBody?: string } {
  return { ...given('textBody', mail?.text ?? head.text), ...given('htmlBody', mail?.html) };
}

function attachmentsOf(mail: OpenedMail): RecordingEmailMessageModel['attachments'] {
  return mail.attachments.map(({ name, contentType, lengthBytes }, number) => ({
    attachmentId: String(number),
    ...given('name', name),
    contentType,
    contentLength: lengthBytes,
  }));
}

/** @param isShort leaves bodies out. */
function emailMessage(
  line: TranscriptLine,
  place: number,
  { mail, isShort }: { readonly mail: OpenedMail | undefined; readonly isShort: boolean },
): RecordingEmailMessageModel {
  if (line.kind !== 'item') return { id: `${line.kind}-${place}`, time: line.at, textBody: gapSentence(line) };
  const { head, at } = { head: line.item, at: line.at };
  const bcc = mail === undefined || mail.bcc.length === 0 ? undefined : mail.bcc.map(address);
  return {
    id: head.id,
    time: at,
    ...given('from', head.from === undefined ? undefined : address(head.from)),
    ...given('to', head.to?.map(address)),
    ...given('cc', head.cc?.map(address)),
    ...given('bcc', bcc),
    ...given('replyTo', mail?.replyTo === undefined ? undefined : address(mail.replyTo)),
    ...given('subject', head.subject),
    ...(isShort ? {} : bodies(head, mail)),
    ...given('attachments', mail === undefined ? undefined : attachmentsOf(mail)),
  };
}

/** The mails of a recording with what they say, and a line for each stretch in which some were not kept. */
export async function emailTranscriptOf(
  http: HttpContext,
  call: GuardedCall,
  view: RecordingView,
): Promise<RecordingEmailMessageModel[]> {
  let characters = 0;
  const { lines, seen } = await linesAnd(http, call, view, async (item) => {
    const mail = await opened(http, item);
    characters += (mail?.text?.length ?? 0) + (mail?.html?.length ?? 0);
    // An answer is bounded, however much the mails say.
    const isShort = characters > mailLimits.listedCharactersMax;
    return { mail: isShort && mail !== undefined ? withoutBodies(mail) : mail, isShort };
  });
  const nothing = { mail: undefined, isShort: false };
  return lines.map((line, place) =>
    emailMessage(line, place, (line.kind === 'item' ? seen.get(line.item.id) : undefined) ?? nothing),
  );
}

function withoutBodies({ text: _, html: __, ...rest }: OpenedMail): OpenedMail {
  return rest;
}

/** All mails of a recording, with their attachments and an index that tells what is not there. @throws Fault formatUnavailable. */
export async function archiveOf(http: HttpContext, call: GuardedCall, view: RecordingView): Promise<Uint8Array> {
  const mails: Uint8Array[] = [];
  let bytes = 0;
  const { lines } = await linesAnd(http, call, view, async ({ head, body }) => {
    if (head.kind !== 'mail') return;
    bytes += body.length;
    if (bytes > mailLimits.archiveBytesMax) throw tooLarge();
    mails.push(body);
  });
  const { id: recordingId, conversationId } = view.recording;
  return http.playback.archiveMails({ conversationId, recordingId, lines }, mails);
}

function tooLarge(): Fault {
  return new Fault('formatUnavailable', {
    format: 'ZIP',
    why: 'it would be too large; each mail can be had by itself',
  });
}
