/** The doors to single mails of a conversation: written by agents and programs, and read back. */
import { type ConversationId, Fault, toIso } from '@tacet/domain';
import type { StoredItem } from '@tacet/media';
import { endConversation, findRecordings, startConversation, viewOf } from '../control/index.ts';
import { uuidIn } from './body-ids.ts';
import { type GuardedCall, type GuardedDoor, ok, withBody } from './door.ts';
import { EdgeFault } from './edge-fault.ts';
import type { HttpContext } from './http-context.ts';
import {
  AgentlessEmailSendRequest,
  AgentlessEmailSendResponse,
  EmailMessage,
  EmailMessagePreviewListing,
  EmailMessageReply,
  InboundMessageRequest,
} from './models/email-message.ts';
import { EmailConversation } from './models/media-conversation.ts';
import { pageOf } from './page-of.ts';
import { conversationIdOf } from './path-ids.ts';
import { openItems } from './recorded-items.ts';
import { given } from './view-communication.ts';
import { emailModel, emailPreview } from './view-email.ts';
import { mediaConversationModel } from './view-media-conversation.ts';
import { isGone } from './view-recording.ts';
import { partyOf, recordMail } from './written-mail.ts';

const emails = '/api/v2/conversations/emails';
const ofConversation = `${emails}/{conversationId}`;

function sendDoor(http: HttpContext): GuardedDoor {
  const access = { permissions: ['conversation:email:send'] } as const;
  return withBody({
    method: 'POST',
    path: `${ofConversation}/messages`,
    operation: 'postConversationsEmailMessages',
    summary: 'Records a mail that an agent sends in the conversation.',
    description:
      'Answers when it is durable, or withheld because the conversation is paused. Tacet sends no mail. Attachments are named ' +
      'in the answer and not recorded.',
    access: access.permissions,
    body: EmailMessage,
    answers: { 200: EmailMessageReply },
    answer: async (call) => {
      const { to, cc = [], bcc = [], from, replyTo, subject, textBody, htmlBody, attachments } = call.body;
      const people = { to: to.flatMap(partyOf), cc: cc.flatMap(partyOf), bcc: bcc.flatMap(partyOf) };
      const [[author], [answered]] = [partyOf(from), partyOf(replyTo)];
      const own = { ...given('from', author), ...given('replyTo', answered), ...given('subject', subject) };
      const content = { text: textBody, ...given('html', htmlBody) };
      const conversationId = conversationIdOf(call);
      await recordMail(http, call, { direction: 'outbound', ...people, ...own, ...content, conversationId, access });
      const said = { to, from, textBody, ...given('cc', call.body.cc), ...given('bcc', call.body.bcc) };
      const more = { ...given('replyTo', replyTo), ...given('subject', subject), ...given('htmlBody', htmlBody) };
      return ok({ ...said, ...more, ...given('attachments', attachments), time: toIso(http.control.clock.now()) });
    },
  });
}

/** The mails of a conversation that are recorded and in store, oldest first. */
async function mailsOf(http: HttpContext, call: GuardedCall): Promise<readonly StoredItem[]> {
  const views = await findRecordings(http.control, call.actor, conversationIdOf(call));
  const mails: StoredItem[] = [];
  for (const view of views) {
    if (view.recording.mediaType !== 'email' || isGone(view.recording)) continue;
    for await (const item of openItems(http, call, view)) if (item.head.kind === 'mail') mails.push(item);
  }
  return mails;
}

function readDoors(http: HttpContext): readonly GuardedDoor[] {
  const shared = { method: 'GET', area: 'recordings', access: ['recording:recording:view'] } as const;
  const description = 'What was withheld is not there. Of a recording that goes on, it has what is in store already.';
  return [
    {
      ...shared,
      path: `${ofConversation}/messages`,
      operation: 'getConversationsEmailMessages',
      summary: 'The mails of a conversation that are recorded.',
      description,
      answers: { 200: EmailMessagePreviewListing },
      answer: async (call) => ok(pageOf(call, await mailsOf(http, call), (mail) => emailPreview(call, mail))),
    },
    {
      ...shared,
      path: `${ofConversation}/messages/{messageId}`,
      operation: 'getConversationsEmailMessage',
      summary: 'A recorded mail of a conversation.',
      description,
      answers: { 200: EmailMessage },
      answer: async (call) => {
        const mails = await mailsOf(http, call);
        const mail = mails.find(({ head }) => head.id === call.path['messageId']);
        if (mail === undefined) throw new Fault('resourceUnknown');
        return ok(emailModel(call, mail, await http.playback.openMail(mail.body)));
      },
    },
  ];
}

function inboundDoor(http: HttpContext): GuardedDoor {
  const access = { permissions: ['conversation:email:create'] } as const;
  return withBody({
    method: 'POST',
    path: `${ofConversation}/inboundmessages`,
    operation: 'postConversationsEmailInboundmessages',
    summary: 'Records that a mail came in from outside.',
    description: 'It says who wrote to whom about what. A whole mail is recorded when it comes by SMTP.',
    access: access.permissions,
    body: InboundMessageRequest,
    answers: { 200: EmailConversation },
    answer: async (call) => {
      const { provider, fromAddress, fromName, toAddress, toName, subject } = call.body;
      const conversationId = conversationIdOf(call);
      if (http.control.live.get(conversationId) === undefined)
        throw new Fault('conversationUnknown', { conversationId });
      if (provider === undefined || provider === '') throw new EdgeFault('emailProviderMissing');
      const [from] = partyOf({ ...given('email', fromAddress), ...given('name', fromName) });
      const to = partyOf({ ...given('email', toAddress), ...given('name', toName) });
      const mail = { direction: 'inbound', to, ...given('from', from), ...given('subject', subject) } as const;
      await recordMail(http, call, { ...mail, conversationId, access });
      const live = http.control.live.get(conversationId);
      if (live === undefined) throw new Fault('conversationUnknown', { conversationId });
      return ok(mediaConversationModel('email', viewOf(http.control, live.conversation)));
    },
  });
}

function agentlessDoor(http: HttpContext): GuardedDoor {
  const access = { permissions: ['conversation:email:create', 'conversation:agentlessEmail:send'] } as const;
  return withBody({
    method: 'POST',
    path: `${emails}/agentless`,
    operation: 'postConversationsEmailsAgentless',
    summary: 'Records a mail that a program sends, in a conversation of its own or one that goes on.',
    description: 'A conversation that is begun for it is over with it. Tacet sends no mail.',
    access: access.permissions,
    body: AgentlessEmailSendRequest,
    answers: { 200: AgentlessEmailSendResponse },
    answer: async (call) => {
      const { actor, asked, body } = call;
      const { senderType, fromAddress, toAddresses, replyToAddress, subject, textBody, htmlBody } = body;
      const to = toAddresses.flatMap(partyOf);
      const [[from], [replyTo]] = [partyOf(fromAddress), partyOf(replyToAddress)];
      const named =
        body.conversationId === undefined ? undefined : uuidIn<ConversationId>('conversationId', body.conversationId);
      const conversationId = named ?? (await beginAgentless(http, call, { from, to: to[0] }, access));
      const own = { ...given('from', from), ...given('replyTo', replyTo), ...given('subject', subject) };
      const content = { ...given('text', textBody), ...given('html', htmlBody) };
      const id = await recordMail(
        http,
        { actor, asked },
        { direction: 'outbound', to, ...own, ...content, conversationId, access },
      );
      if (named === undefined) await endAgentless(http, conversationId, { asked });
      const said = { senderType, fromAddress, toAddresses, ...given('replyToAddress', replyToAddress) };
      const dateCreated = toIso(http.control.clock.now());
      const selfUri = `${emails}/${conversationId}/messages/${id}`;
      return ok({ id, conversationId, ...said, ...given('subject', subject), dateCreated, selfUri });
    },
  });
}

type Ends = { readonly [end in 'from' | 'to']: { readonly address: string; readonly name?: string } | undefined };

async function beginAgentless(
  { control }: HttpContext,
  { actor, asked }: Pick<GuardedCall, 'actor' | 'asked'>,
  { from, to }: Ends,
  access: { readonly permissions: readonly ['conversation:email:create', 'conversation:agentlessEmail:send'] },
): Promise<ConversationId> {
  const direction = 'outbound';
  const addresses = { ...given('fromAddress', from?.address), ...given('toAddress', to?.address) };
  const { conversation } = await startConversation(control, {
    ...{ actor, asked, access, mediaType: 'email' },
    details: { provider: 'agentless', ...addresses },
    joining: [
      { who: { purpose: 'customer', ...to }, direction },
      { who: { purpose: 'acd', ...from }, direction },
    ],
  });
  return conversation.id;
}

async function endAgentless(
  { control }: HttpContext,
  id: ConversationId,
  { asked }: Pick<GuardedCall, 'asked'>,
): Promise<void> {
  await control.queue.run(id, async () => {
    const live = control.live.get(id);
    if (live !== undefined) await endConversation(control, live, asked);
  });
}

export function emailMessageDoors(http: HttpContext): readonly GuardedDoor[] {
  return [sendDoor(http), ...readDoors(http), inboundDoor(http), agentlessDoor(http)];
}
