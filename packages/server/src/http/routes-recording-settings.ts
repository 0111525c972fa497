/** The doors to settings of recording that hold for the whole installation. */
import { changeRecordingSettings, readRecordingSettings } from '../control/index.ts';
import { type GuardedDoor, ok, withBody } from './door.ts';
import type { HttpContext } from './http-context.ts';
import { RecordingSettings, RecordingSettingsBody } from './models/recording-care.ts';
import type { ChoiceParameter } from './query.ts';

const path = '/api/v2/recording/settings';

/** There are always settings, so nothing has to be made first; the contract lets callers say so. */
const createParameter: ChoiceParameter = { kind: 'choice', name: 'createDefault', values: ['true', 'false'] };

export function recordingSettingsDoors({ control }: HttpContext): readonly GuardedDoor[] {
  return [
    {
      method: 'GET',
      path,
      operation: 'getRecordingSettings',
      summary: 'Settings of recording that hold for the whole installation.',
      access: [],
      area: 'recordings',
      parameters: [createParameter],
      answers: { 200: RecordingSettings },
      answer: async () => ok(await readRecordingSettings(control)),
    },
    withBody({
      method: 'PUT',
      path,
      operation: 'putRecordingSettings',
      summary: 'Sets those settings of recording that are given.',
      description:
        'Each setting asks for a right of its own. Regional storage, and stopping when only external participants are left, are not offered.',
      access: [
        'recording:settings:editScreenRecordings',
        'recording:settings:editRegionalStorage',
        'recording:settings:editUrlExpiration',
        'recording:settings:editConferenceRecording',
        'recording:settings:editHierarchyAccessControl',
      ],
      area: 'recordings',
      body: RecordingSettingsBody,
      answers: { 200: RecordingSettings },
      answer: async ({ actor, asked, body }) => ok(await changeRecordingSettings(control, { actor, asked }, body)),
    }),
  ];
}
