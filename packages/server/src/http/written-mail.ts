/** What a request says of a mail, as an item; and recorded mails as the contract's messages. */
import type { ConversationId } from '@tacet/domain';
import type { Item } from '@tacet/media';
import { type Access, takeItem } from '../control/index.ts';
import { composeMail, type MailWish } from '../mail/compose-mail.ts';
import type { MailParty } from '../mail/mail-headers.ts';
import type { GuardedCall } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { given } from './view-communication.ts';

export type WrittenMail = Omit<MailWish, 'messageId' | 'sentAt'> & { readonly direction: 'inbound' | 'outbound' };

/** An address of the contract; one without an address is nobody. */
export function partyOf(given: { readonly email?: string; readonly name?: string } | undefined): readonly MailParty[] {
  if (given?.email === undefined || given.email === '') return [];
  return [{ address: given.email, ...(given.name === undefined ? {} : { name: given.name }) }];
}

async function itemOf(http: HttpContext, { direction, ...mail }: WrittenMail): Promise<Item> {
  const id = http.control.ids.next();
  const sentAt = new Date(http.control.clock.now());
  const { from, to, cc = [], subject } = mail;
  const body = await composeMail({ messageId: `<${id}@tacet.invalid>`, sentAt, ...mail });
  const head = { id, kind: 'mail', direction, contentType: 'message/rfc822', sentAt: sentAt.toISOString() } as const;
  const [inside, outside] = [{ purpose: 'agent' }, { purpose: 'customer' }];
  const [author, reader] = direction === 'outbound' ? [inside, outside] : [outside, inside];
  const people = {
    ...(from === undefined ? {} : { from: { ...from, ...author } }),
    to: to.map((party) => ({ ...party, ...reader })),
    ...(cc.length === 0 ? {} : { cc }),
  };
  return { head: { ...head, ...people, ...given('subject', subject) }, body };
}

/** Records a mail that a request has written; resolves when it is durable, or withheld. @returns its id. */
export async function recordMail(
  http: HttpContext,
  { actor, asked }: Pick<GuardedCall, 'actor' | 'asked'>,
  mail: WrittenMail & { readonly conversationId: ConversationId; readonly access: Access },
): Promise<string> {
  const { conversationId, access, ...written } = mail;
  const item = await itemOf(http, written);
  await takeItem(http.control, { actor, asked, access, conversationId, mediaType: 'email', item });
  return item.head.id;
}
