/** The official client writes single mails and reads them back. */
import assert from 'node:assert/strict';
import { decodeItem } from '@tacet/media';
import type { ContractUnderTest } from './contract-under-test.ts';
import { covers } from './covers.ts';

const email = {
  provider: 'PureCloud Email',
  queueId: '5f1f4b0e-0000-4000-8000-00000000aaaa',
  fromAddress: 'customer@example.test',
};
const mail = {
  from: { email: 'shop@example.test', name: 'The Shop' },
  to: [{ email: 'customer@example.test' }],
  cc: [{ email: 'copy@example.test' }],
  subject: 'Your order',
  textBody: 'It is on its way.',
  htmlBody: '<p>It is on its <b>way</b>.</p><script>alert(1)</script>',
};

async function begin(scene: ContractUnderTest): Promise<string> {
  const { id } = await scene.call<{ readonly id: string }>('postConversationsEmails', { body: email });
  return id;
}

/** Mails that were recorded since the beginning, as they are stored. */
function recorded({ under }: ContractUnderTest): readonly string[] {
  const units = [...under.media.kept.values()].flat();
  return units.map((bytes) => Buffer.from(decodeItem(bytes)?.body ?? []).toString());
}

/** Puts what was recorded where playback finds it. */
function store({ under }: ContractUnderTest): readonly string[] {
  under.playback.unitsOf = (streamId) => under.media.kept.get(streamId) ?? [];
  return [...under.media.kept.values()].flat().flatMap((bytes) => decodeItem(bytes)?.head.id ?? []);
}

covers(
  'postConversationsEmailMessages',
  'records what an agent sends, and not in a pause',
  async (scene, operation) => {
    const conversationId = await begin(scene);
    const path = { conversationId };
    assert.partialDeepStrictEqual(await scene.call(operation, { path, body: mail }), mail);
    const [text = ''] = recorded(scene);
    assert.match(
      text,
      /^From: The Shop <shop@example.test>\r\nTo: customer@example.test\r\nCc: copy@example.test\r\nSubject: Your order\r\n/,
    );
    await scene.call('putConversationsEmailRecordingstate', { path, body: { recordingState: 'PAUSED' } });
    assert.partialDeepStrictEqual(await scene.call(operation, { path, body: mail }), mail);
    assert.equal(recorded(scene).length, 1);
  },
);

covers(
  'getConversationsEmailMessage',
  'reads a recorded mail, without what could run in it',
  async (scene, operation) => {
    const conversationId = await begin(scene);
    await scene.call('postConversationsEmailMessages', { path: { conversationId }, body: mail });
    const [messageId = ''] = store(scene);
    const { from, to, cc, subject, textBody } = mail;
    const read = await scene.call<{ readonly htmlBody: string }>(operation, { path: { conversationId, messageId } });
    assert.partialDeepStrictEqual(read, { id: messageId, from, to, cc, subject });
    assert.match(JSON.stringify(read), new RegExp(textBody));
    assert.equal(read.htmlBody.trim(), '<p>It is on its <b>way</b>.</p>');
  },
);

covers('getConversationsEmailMessages', 'lists the recorded mails', async (scene, operation) => {
  const conversationId = await begin(scene);
  for (const subject of ['one', 'two']) {
    await scene.call('postConversationsEmailMessages', { path: { conversationId }, body: { ...mail, subject } });
  }
  store(scene);
  const listed = await scene.call(operation, { path: { conversationId } });
  assert.partialDeepStrictEqual(listed, { total: 2, entities: [{ subject: 'one' }, { subject: 'two' }] });
});

covers('postConversationsEmailInboundmessages', 'records that a mail came in', async (scene, operation) => {
  const conversationId = await begin(scene);
  const body = {
    provider: 'x',
    fromAddress: 'customer@example.test',
    toAddress: 'shop@example.test',
    subject: 'And now?',
  };
  assert.partialDeepStrictEqual(await scene.call(operation, { path: { conversationId }, body }), {
    id: conversationId,
  });
  assert.match(recorded(scene)[0] ?? '', /Subject: And now\?\r\n/);
});

covers(
  'postConversationsEmailsAgentless',
  'records a mail in a conversation of its own, which is over then',
  async (scene, operation) => {
    const { from, to, subject, textBody } = mail;
    const body = { senderType: 'Outbound', fromAddress: from, toAddresses: to, subject, textBody };
    const sent = await scene.call<{ readonly conversationId: string }>(operation, { body });
    assert.partialDeepStrictEqual(sent, { fromAddress: from, toAddresses: to, subject });
    assert.match(recorded(scene)[0] ?? '', /It is on its way\./);
    const { conversationId } = sent;
    const conversation = await scene.call<{ readonly endTime?: string }>('getConversation', {
      path: { conversationId },
    });
    assert.ok(conversation.endTime);
    const going = await begin(scene);
    assert.partialDeepStrictEqual(await scene.call(operation, { body: { ...body, conversationId: going } }), {
      conversationId: going,
    });
  },
);
