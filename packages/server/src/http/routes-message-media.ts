/** The doors of files that messages carry: agreed, uploaded through the same gate, listed, and fetched with the recording. */
import { type Actor, builtInRight, Fault, type RequestId } from '@tacet/domain';
import type { Static } from 'typebox';
import { type Access, demandWriter, mediaTypeAmong, sendItem } from '../control/index.ts';
import type { Publisher } from '../publishing-tokens.ts';
import { conversationLimits } from './conversation-limits.ts';
import { type Answer, type Call, type GuardedDoor, type OpenCall, type OpenDoor, ok, withBody } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { ItemTaken } from './models/item.ts';
import {
  MessageMediaData,
  MessageMediaListing,
  MessageMediaUploadData,
  UploadMediaRequest,
} from './models/message-media.ts';
import { pageParameters, shortPageOf } from './page-of.ts';
import { placeIn } from './page-parameters.ts';
import { communicationIdOf, conversationIdOf } from './path-ids.ts';
import { given } from './view-communication.ts';
import { oneIn, type Written, writtenIn } from './written-items.ts';

const { uploadsBytesMax, uploadSeconds } = conversationLimits;
const path = '/api/v2/conversations/messages/{conversationId}/communications/{communicationId}/messages/media';
const media = ['message', 'social'] as const;
/** Says what may be uploaded; nothing of it is in an address, which others may write down. */
const tokenHeader = 'tacet-upload-token';
const toUpload: Access = {
  permissions: ['conversation:message:create', 'conversation:webmessaging:create', 'conversation:socialmedia:create'],
};
const toView: Access = { permissions: ['conversation:message:view', 'conversation:webmessaging:view'] };
const toList: Access = { permissions: ['conversation:messageMedia:view'] };

function idsIn(call: Call) {
  return { conversationId: conversationIdOf(call), communicationId: communicationIdOf(call) };
}

function pathOf({ conversationId, communicationId }: ReturnType<typeof idsIn>, mediaId: string): string {
  const below = `${conversationId}/communications/${communicationId}/messages/media/${mediaId}`;
  return `/api/v2/conversations/messages/${below}`;
}

/** Contract model `MessageMediaData`. */
function model(call: Call, { item, bodyBytes, recordingId }: Written): Static<typeof MessageMediaData> {
  const { conversationId } = idsIn(call);
  const { id, name, contentType, from } = item;
  return {
    id,
    ...given('name', name),
    // Whoever fetches it needs the right to view recordings, and is in the audit log.
    url: `${call.publicUrl}/tacet/v1/conversations/${conversationId}/recordings/${recordingId}/items/${id}`,
    ...given('mediaType', contentType),
    contentLengthBytes: bodyBytes,
    status: 'valid',
    conversationId,
    ...given('communicationId', from?.communicationId),
    selfUri: pathOf(idsIn(call), id),
  };
}

function agreeDoor({ control, publishing }: HttpContext): GuardedDoor {
  return withBody({
    method: 'POST',
    path: `${path}/uploads`,
    operation: 'postConversationsMessageCommunicationMessagesMediaUploads',
    summary: 'Agrees that a file is uploaded, which a message names by its id.',
    description:
      'PUT the bytes to `uploadUrl` with `uploadHeaders`. They go through the gate as what is written does: answered when ' +
      'they are durable, or withheld because the conversation is paused. Tacet sends the file to nobody.',
    access: toUpload.permissions,
    body: UploadMediaRequest,
    answers: { 200: MessageMediaUploadData },
    answer: async (call) => {
      const { actor, asked, body } = call;
      const ids = idsIn(call);
      const mediaType = await mediaTypeAmong(control, media, ids);
      await demandWriter(control, { actor, asked, access: toUpload, mediaType, ...ids });
      const { clientId, userId, name } = asked;
      const file = { id: control.ids.next(), name: body.fileName, bytes: body.contentLengthBytes };
      const by = { clientId, name, ...given('userId', userId) };
      const { token } = publishing.make({ ...ids, mediaType, by, file }, uploadSeconds * 1_000);
      return ok({
        ...{ id: file.id, name: file.name, uploadUrl: `${call.publicUrl}/tacet/v1/uploads/${file.id}` },
        uploadHeaders: { [tokenHeader]: token },
        selfUri: pathOf(ids, file.id),
      });
    },
  });
}

/** Whoever gave out the token has let this file in, into this conversation alone. */
function actorOf({ by: { clientId, name } }: Publisher): Actor {
  return { clientId, name, rights: [builtInRight('recorder-integration', '*')] } as Actor;
}

/** What is being uploaded to this server, in bytes: beyond the limit nobody may begin. */
class Underway {
  #bytes = 0;

  /** @throws Fault mediaUnavailable. */
  async hold<T>(bytes: number, act: () => Promise<T>): Promise<T> {
    if (this.#bytes + bytes > uploadsBytesMax) throw new Fault('mediaUnavailable');
    this.#bytes += bytes;
    return act().finally(() => {
      this.#bytes -= bytes;
    });
  }
}

async function upload({ control, publishing }: HttpContext, underway: Underway, call: OpenCall): Promise<Answer> {
  const cameAt = control.clock.now();
  const { path: given, headers } = call;
  const token = publishing.read(String(headers[tokenHeader] ?? ''), media);
  const { file, communicationId } = token ?? {};
  // Rule: a file is taken only with the token that was given out for it
  const isIts = file !== undefined && file.id === given['mediaId'];
  if (token === undefined || communicationId === undefined || !isIts) throw new Fault('tokenInvalid');
  return underway.hold(file.bytes, async () => {
    const bytes = await call.readBytes(file.bytes);
    if (bytes.length !== file.bytes) {
      throw new Fault('constraintBroken', { field: 'contentLengthBytes', problem: 'is not the length of the file' });
    }
    const { by, conversationId, mediaType } = token;
    const asked = { ...by, from: '', door: 'PUT /tacet/v1/uploads/{mediaId}', requestId: call.requestId as RequestId };
    const contentType = headers['content-type'] ?? 'application/octet-stream';
    const sending = { actor: actorOf(token), asked, access: { permissions: ['tacet:conversation:add'] } } as const;
    const about = { conversationId, communicationId, mediaType, cameAt, head: {} };
    const sent = await sendItem(control, { ...sending, ...about, file: { ...file, contentType, bytes } });
    return ok({ id: file.id, isRecorded: sent.outcome === 'kept' });
  });
}

/** The door behind a link to upload; it is no operation of the contract. */
export function uploadDoors(http: HttpContext): readonly OpenDoor[] {
  const underway = new Underway();
  return [
    {
      method: 'PUT',
      path: '/tacet/v1/uploads/{mediaId}',
      operation: 'uploadMedia',
      isPreview: true,
      access: 'anyone',
      summary: 'Takes the bytes of a file that was agreed, with the header that came with its address.',
      answers: { 200: ItemTaken },
      answer: (call) => upload(http, underway, call),
    },
  ];
}

function isFile({ item }: Written): boolean {
  return item.kind === 'attachment';
}

function readDoors(http: HttpContext): readonly GuardedDoor[] {
  return [
    {
      method: 'GET',
      path,
      operation: 'getConversationsMessageCommunicationMessagesMedia',
      summary: 'The files that were uploaded in a conversation and are in its recording.',
      parameters: pageParameters,
      access: toList.permissions,
      answers: { 202: MessageMediaListing },
      answer: async (call) => {
        placeIn(call.query);
        const mediaType = await mediaTypeAmong(http.control, media, idsIn(call));
        const files = (await writtenIn(http, call, { mediaType, access: toList })).filter(isFile);
        const { communicationId } = idsIn(call);
        const own = files.filter(({ item }) => item.from?.communicationId === communicationId);
        return { status: 202, json: shortPageOf(call, own, (one) => model(call, one)) };
      },
    },
    {
      method: 'GET',
      path: `${path}/{mediaId}`,
      operation: 'getConversationsMessageCommunicationMessagesMediaMediaId',
      summary: 'One file that was uploaded; one that was withheld is not there.',
      access: toView.permissions,
      answers: { 200: MessageMediaData },
      answer: async (call) => {
        const mediaType = await mediaTypeAmong(http.control, media, idsIn(call));
        const found = await oneIn(http, call, { mediaType, access: toView }, call.path['mediaId']);
        if (!isFile(found)) throw new Fault('resourceUnknown');
        return ok(model(call, found));
      },
    },
  ];
}

export function messageMediaDoors(http: HttpContext): readonly GuardedDoor[] {
  return [agreeDoor(http), ...readDoors(http)];
}
