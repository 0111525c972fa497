/** Contract models with which a participant is changed, and what is told of how their work was concluded. */
import { type Static, Type } from 'typebox';

const date = Type.String({ format: 'date-time' });
const text = Type.Optional(Type.String());
const flag = Type.Optional(Type.Boolean());

export const WrapupInput = Type.Object(
  {
    code: Type.Optional(Type.String({ description: 'Needed. Any code is taken: there is no catalogue of codes.' })),
    name: text,
    notes: text,
    tags: Type.Optional(Type.Array(Type.String())),
    durationSeconds: Type.Optional(Type.Integer({ minimum: 0 })),
    endTime: Type.Optional(date),
    provisional: flag,
    disableEndTimeUpdates: flag,
  },
  { $id: 'WrapupInput' },
);
export type WrapupInput = Static<typeof WrapupInput>;

export const MediaParticipantRequest = Type.Object(
  {
    wrapup: Type.Optional(WrapupInput),
    state: Type.Optional(
      Type.Enum(['connected', 'disconnected', 'parked'], { description: 'Only e-mails and messages can be parked.' }),
    ),
    recording: Type.Optional(
      Type.Boolean({ description: 'Refused: whether a conversation is recorded is said with recordingState.' }),
    ),
    muted: flag,
    confined: flag,
    held: flag,
    wrapupSkipped: flag,
    resumeTime: Type.Optional(date),
  },
  { $id: 'MediaParticipantRequest' },
);
export type MediaParticipantRequest = Static<typeof MediaParticipantRequest>;

export const ParkingStateRequest = Type.Object(
  { state: Type.Enum(['parked', 'connected']), resumeTime: Type.Optional(date) },
  { $id: 'ParkingStateRequest' },
);

export const ParticipantAttributes = Type.Object(
  { attributes: Type.Optional(Type.Record(Type.String(), Type.String())) },
  { $id: 'ParticipantAttributes' },
);

export const AssignedWrapupCode = Type.Object(
  {
    code: Type.String(),
    notes: text,
    tags: Type.Optional(Type.Array(Type.String())),
    durationSeconds: Type.Optional(Type.Number()),
    endTime: date,
  },
  { $id: 'AssignedWrapupCode' },
);

export const WrapupCode = Type.Object({ id: Type.String(), name: Type.String() }, { $id: 'WrapupCode' });

/** An answer that says nothing but that it is done. */
export const Empty = Type.Object({}, { $id: 'Empty' });
