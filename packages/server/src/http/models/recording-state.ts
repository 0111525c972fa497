/** Contract models around the recording state. */
import { Type } from 'typebox';

/** What can be asked for, in any case; `NONE` stands in the contract's enumeration and is refused. */
export const SetRecordingStateBody = Type.Object(
  {
    recordingState: Type.Optional(
      Type.Enum(['ACTIVE', 'PAUSED'], { description: 'PAUSED withholds, ACTIVE records again; needed, in any case.' }),
    ),
  },
  { $id: 'SetRecordingState' },
);

/** The state reached, as a bare string. */
export const RecordingState = Type.Enum(['ACTIVE', 'PAUSED', 'NONE'], { $id: 'RecordingState' });

/** The same on calls, in lower case. */
export const LowerRecordingState = Type.Enum(['active', 'paused', 'none'], { $id: 'LowerRecordingState' });
