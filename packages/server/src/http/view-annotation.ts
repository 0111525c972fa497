/** Contract model `Annotation` for pauses. */
import type { PauseAnnotation } from '@tacet/domain';
import type { RecordingView } from '../control/index.ts';

/** Offsets and lengths in whole milliseconds. */
export interface AnnotationModel extends Omit<PauseAnnotation, 'spanId'> {
  readonly id: string;
  readonly type: 'pause';
  readonly annotations: readonly AnnotationModel[];
  readonly selfUri: string;
}

export function annotationModels({ recording, annotations }: RecordingView): readonly AnnotationModel[] {
  // In the contract all pause annotations of a recording share one id; ours is the recording's own.
  const { id } = recording;
  const selfUri = `/api/v2/conversations/${recording.conversationId}/recordings/${id}/annotations/${id}`;
  return annotations.map(({ spanId, ...offsets }) => ({ id, type: 'pause', ...offsets, annotations: [], selfUri }));
}
