/** The doors to the annotations of a recording: where it was paused, and bookmarks. */
import { type AnnotationId, Fault, type Permission, uuidAs } from '@tacet/domain';
import { Type } from 'typebox';
import {
  type BookmarkWish,
  putBookmark,
  type RecordingIds,
  type RecordingView,
  readRecording,
  removeBookmark,
} from '../control/index.ts';
import { type Answer, type Call, type GuardedCall, type GuardedDoor, ok, withBody } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { Annotation, AnnotationBody } from './models/annotation.ts';
import { conversationIdOf, recordingIdOf } from './path-ids.ts';
import { annotationModels, bookmarkModel } from './view-annotation.ts';

const viewing: readonly Permission[] = [
  'recording:recording:view',
  'recording:recordingSegment:view',
  'recording:snippetRecording:view',
  'recording:screenRecording:view',
];
const path = '/api/v2/conversations/{conversationId}/recordings/{recordingId}/annotations';
const onePath = `${path}/{annotationId}`;

function idsOf(call: Call): RecordingIds {
  return { conversationId: conversationIdOf(call), recordingId: recordingIdOf(call) };
}

function annotationIdOf({ path: { annotationId = '' } }: Call): AnnotationId {
  const id = uuidAs<AnnotationId>(annotationId);
  if (id === undefined) throw new Fault('resourceUnknown');
  return id;
}

function readView({ control }: HttpContext, call: GuardedCall): Promise<RecordingView> {
  return readRecording(control, call.actor, idsOf(call));
}

/** @param id of the bookmark; absent for a new one. */
async function answerPut(
  http: HttpContext,
  call: Omit<GuardedCall, 'body'> & { readonly body: BookmarkWish },
  id: AnnotationId | undefined,
): Promise<Answer> {
  const { actor, asked, body } = call;
  const { name, description, location, durationMs } = body;
  const wish: BookmarkWish = {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(location === undefined ? {} : { location }),
    ...(durationMs === undefined ? {} : { durationMs }),
  };
  const recording = idsOf(call);
  const which = id === undefined ? {} : { id };
  const bookmark = await putBookmark(http.control, { actor, asked, recording, wish, ...which });
  return ok(bookmarkModel(await readRecording(http.control, actor, recording), bookmark));
}

function readingDoors(http: HttpContext): readonly GuardedDoor[] {
  const shared = { method: 'GET', access: ['recording:annotation:view', ...viewing], area: 'recordings' } as const;
  return [
    {
      ...shared,
      path,
      operation: 'getConversationRecordingAnnotations',
      summary: 'Where and why a recording was paused, and its bookmarks.',
      answers: { 200: Type.Array(Annotation) },
      answer: async (call) => ok(annotationModels(await readView(http, call))),
    },
    {
      ...shared,
      path: onePath,
      operation: 'getConversationRecordingAnnotation',
      summary: 'A bookmark, or the pauses of a recording under the id that they share.',
      answers: { 200: Annotation },
      answer: async (call) => {
        const id = annotationIdOf(call);
        const [first, ...others] = annotationModels(await readView(http, call)).filter((one) => one.id === id);
        if (first === undefined) throw new Fault('resourceUnknown');
        // One id stands for all pauses, so none is left out: the others follow inside the first.
        return ok({ ...first, annotations: others });
      },
    },
  ];
}

function changingDoors(http: HttpContext): readonly GuardedDoor[] {
  const shared = { body: AnnotationBody, answers: { 200: Annotation }, area: 'recordings' } as const;
  return [
    withBody({
      ...shared,
      method: 'POST',
      path,
      operation: 'postConversationRecordingAnnotations',
      summary: 'Puts a bookmark into a recording, or changes the one whose id is given.',
      access: ['recording:annotation:add', 'recording:annotation:edit', ...viewing],
      answer: (call) => answerPut(http, call, uuidAs<AnnotationId>(call.body.id ?? '')),
    }),
    withBody({
      ...shared,
      method: 'PUT',
      path: onePath,
      operation: 'putConversationRecordingAnnotation',
      summary: 'Changes a bookmark, or puts one of this id into the recording.',
      access: ['recording:annotation:edit', 'recording:annotation:add', ...viewing],
      answer: (call) => answerPut(http, call, annotationIdOf(call)),
    }),
    {
      method: 'DELETE',
      path: onePath,
      operation: 'deleteConversationRecordingAnnotation',
      summary: 'Removes a bookmark; pauses stay.',
      access: ['recording:annotation:delete', ...viewing],
      area: 'recordings',
      answers: { 204: undefined },
      answer: async (call) => {
        const { actor, asked } = call;
        await removeBookmark(http.control, { actor, asked }, idsOf(call), annotationIdOf(call));
        return { status: 204 };
      },
    },
  ];
}

export function annotationDoors(http: HttpContext): readonly GuardedDoor[] {
  return [...readingDoors(http), ...changingDoors(http)];
}
