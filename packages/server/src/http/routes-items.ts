/** The doors, ours, through which items of any kind come in, and through which they are read back. */
import type { ItemHead } from '@tacet/media';
import { type Access, takeItem } from '../control/index.ts';
import { type GuardedDoor, ok, withBody } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { ItemBytes, ItemTaken, ItemWish, Transcript } from './models/item.ts';
import { conversationIdOf } from './path-ids.ts';
import { itemFile, openItem, recordedItems } from './recorded-items.ts';
import { transcriptOf } from './recording-media.ts';

const access: Access = { permissions: ['tacet:conversation:add'] };
const noBody = new Uint8Array();

function itemDoor({ control }: HttpContext): GuardedDoor {
  return withBody({
    method: 'POST',
    path: '/tacet/v1/conversations/{conversationId}/items',
    operation: 'addItem',
    isPreview: true,
    summary: 'Records a message, a post or another item of a conversation.',
    description:
      'Answers when the item is durable, or withheld because the conversation is paused. Recording is not delivery: ' +
      'nothing is sent to anybody.',
    access: access.permissions,
    body: ItemWish,
    answers: { 202: ItemTaken },
    answer: async (call) => {
      const { actor, asked, body } = call;
      const { mediaType, id = control.ids.next(), ...rest } = body;
      const conversationId = conversationIdOf(call);
      const head: ItemHead = { id, kind: mediaType === 'social' ? 'post' : 'message', ...rest };
      const item = { head, body: noBody };
      const outcome = await takeItem(control, { actor, asked, access, conversationId, mediaType, item });
      return { status: 202, json: { id, isRecorded: outcome === 'kept' } };
    },
  });
}

function transcriptDoor(http: HttpContext): GuardedDoor {
  return {
    method: 'GET',
    path: '/tacet/v1/conversations/{conversationId}/recordings/{recordingId}/transcript',
    operation: 'getTranscript',
    isPreview: true,
    area: 'recordings',
    summary: 'What was written in a conversation, with a line for each stretch that was withheld or lost.',
    description: 'Of a recording that goes on, it has what is in store already.',
    access: ['recording:recording:view'],
    answers: { 200: Transcript },
    answer: async (call) => {
      const { ids, view } = await recordedItems(http, call);
      const lines = await transcriptOf(http, call, view);
      return ok({ ...ids, mediaType: view.recording.mediaType, lines });
    },
  };
}

function bytesDoor(http: HttpContext): GuardedDoor {
  return {
    method: 'GET',
    path: '/tacet/v1/conversations/{conversationId}/recordings/{recordingId}/items/{itemId}',
    operation: 'getItem',
    isPreview: true,
    area: 'recordings',
    summary: 'The bytes of an item exactly as they were recorded: a whole mail, or an attachment.',
    access: ['recording:recording:view'],
    answers: { 200: ItemBytes },
    answer: async (call) => {
      const { view } = await recordedItems(http, call);
      return itemFile(await openItem(http, call, view));
    },
  };
}

export function itemDoors(http: HttpContext): readonly GuardedDoor[] {
  return [itemDoor(http), transcriptDoor(http), bytesDoor(http)];
}
