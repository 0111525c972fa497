/** Settings of recording that hold for the whole installation. */
import { Fault, type Permission, type RecordingSettings, usualRecordingSettings } from '@tacet/domain';
import { demand, type Request } from './authorise.ts';
import type { ControlContext } from './context.ts';

const id = 'recordingSettings';

/** Which right changes what (contract: the permissions of PUT /recording/settings, one for each part). */
const rights: { readonly [member in keyof RecordingSettings]: Permission } = {
  maxSimultaneousStreams: 'recording:settings:editScreenRecordings',
  maxConfigurableScreenRecordingStreams: 'recording:settings:editScreenRecordings',
  regionalRecordingStorageEnabled: 'recording:settings:editRegionalStorage',
  recordingPlaybackUrlTtl: 'recording:settings:editUrlExpiration',
  recordingBatchDownloadUrlTtl: 'recording:settings:editUrlExpiration',
  stopRecordingWhenOnlyExternalParticipants: 'recording:settings:editConferenceRecording',
};

export async function readRecordingSettings(context: ControlContext): Promise<RecordingSettings> {
  const { id: _id, ...stored } = { id, ...(await context.store.document('recordingSettings', id)) };
  return { ...usualRecordingSettings, ...stored };
}

/** What this server cannot do yet is not taken for granted by anybody. */
function checkPossible({
  regionalRecordingStorageEnabled,
  stopRecordingWhenOnlyExternalParticipants,
}: RecordingSettings): void {
  const wanted = { regionalRecordingStorageEnabled, stopRecordingWhenOnlyExternalParticipants };
  for (const [field, isOn] of Object.entries(wanted)) {
    if (isOn) throw new Fault('constraintBroken', { field, problem: 'is not offered by this server' });
  }
}

/**
 * Sets those members that are given.
 * @throws Fault permissionMissing for a member whose right is missing, constraintBroken or storageUnavailable.
 */
export async function changeRecordingSettings(
  context: ControlContext,
  { actor, asked }: Request,
  wish: Partial<RecordingSettings>,
): Promise<RecordingSettings> {
  const before = await readRecordingSettings(context);
  const after: RecordingSettings = { ...before, ...wish };
  const names = Object.keys(rights) as (keyof RecordingSettings)[];
  const changed = names.filter((name) => after[name] !== before[name]);
  // Rule: each part of the recording settings is changed with its own right
  for (const name of changed) demand(actor, rights[name], { divisionId: context.homeDivision });
  checkPossible(after);
  if (changed.length === 0) return before;
  const facts = { changed };
  await context.store.commit({
    documents: [{ kind: 'recordingSettings', id, value: { id, ...after } }],
    audit: [{ at: context.clock.now(), action: 'recordingSettingsChanged', result: 'done', by: asked, facts }],
  });
  return after;
}
