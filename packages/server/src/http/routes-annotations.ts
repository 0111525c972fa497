/** The doors to the annotations of a recording: where it was paused. */
import { Fault, type Permission } from '@tacet/domain';
import { readRecording } from '../control/index.ts';
import { type GuardedCall, type GuardedDoor, ok } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { conversationIdOf, recordingIdOf } from './path-ids.ts';
import { type AnnotationModel, annotationModels } from './view-annotation.ts';

const access: readonly Permission[] = ['recording:recording:view'];
const path = '/api/v2/conversations/{conversationId}/recordings/{recordingId}/annotations';

async function annotationsOf({ control }: HttpContext, call: GuardedCall): Promise<readonly AnnotationModel[]> {
  const ids = { conversationId: conversationIdOf(call), recordingId: recordingIdOf(call) };
  return annotationModels(await readRecording(control, call.actor, ids));
}

export function annotationDoors(http: HttpContext): readonly GuardedDoor[] {
  const shared = { method: 'GET', access, area: 'recordings' } as const;
  return [
    {
      ...shared,
      path,
      operation: 'getConversationRecordingAnnotations',
      summary: 'Where and why a recording was paused.',
      answers: { 200: 'Annotation[]' },
      answer: async (call) => ok(await annotationsOf(http, call)),
    },
    {
      ...shared,
      path: `${path}/{annotationId}`,
      operation: 'getConversationRecordingAnnotation',
      summary: 'The pauses of a recording under the id that they share.',
      answers: { 200: 'Annotation' },
      answer: async (call) => {
        const wanted = call.path['annotationId']?.toLowerCase();
        const [first, ...others] = (await annotationsOf(http, call)).filter(({ id }) => id === wanted);
        if (first === undefined) throw new Fault('resourceUnknown');
        // One id stands for all of them, so none is left out: the others follow inside the first.
        return ok({ ...first, annotations: others });
      },
    },
  ];
}
