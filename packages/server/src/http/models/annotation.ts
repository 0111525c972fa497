/** Contract model `Annotation`: where a recording was paused, and what people marked in it. */
import { type Static, Type } from 'typebox';

const offset = Type.Integer({ minimum: 0 });

const members = {
  id: Type.String(),
  type: Type.Enum(['pause', 'bookmark']),
  name: Type.Optional(Type.String()),
  description: Type.Optional(Type.String({ maxLength: 500 })),
  reason: Type.Optional(Type.Enum(['Hold', 'SecurePause', 'FlowOrQueue', 'Pause'])),
  location: offset,
  durationMs: offset,
  absoluteLocation: offset,
  absoluteDurationMs: offset,
  realtimeLocation: offset,
  recordingLocation: offset,
  recordingDurationMs: offset,
  user: Type.Optional(Type.Object({ id: Type.String(), selfUri: Type.String(), version: Type.Integer() })),
  selfUri: Type.String(),
};

/** The pauses of a recording share an id, so the one that is asked for by it carries the others inside. */
export const Annotation = Type.Object(
  { ...members, annotations: Type.Array(Type.Object(members)) },
  { $id: 'Annotation' },
);
export type AnnotationModel = Static<typeof Annotation>;

/** What one says of a bookmark; pauses are set by pausing. */
export const AnnotationBody = Type.Object(
  {
    id: Type.Optional(Type.String({ format: 'uuid' })),
    name: Type.Optional(Type.String({ maxLength: 200 })),
    description: Type.Optional(Type.String({ maxLength: 500 })),
    location: Type.Optional(Type.Integer({ minimum: 0, description: 'Offset from the start of the recording in ms.' })),
    durationMs: Type.Optional(Type.Integer({ minimum: 0, description: 'Length in ms; 0 for a single place.' })),
  },
  { $id: 'AnnotationBody' },
);
