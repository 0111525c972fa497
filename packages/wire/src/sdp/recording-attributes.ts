/** What an SRC and a recording server tell each other about the recording itself: `a=recordpref`, `a=record` (RFC 7866 §7.1). */

import type { Attribute, MediaDescription, SessionDescription } from './description.ts';

/** What somebody in the call wishes for the recording (RFC 7866 §6.3.2). */
export type RecordPreference = 'on' | 'off' | 'pause' | 'nopreference';

/** What becomes of a stream (RFC 7866 §6.3.1): recorded, paused for a while, or not recorded at all. */
export type RecordState = 'on' | 'paused' | 'off';

const preferences: readonly string[] = ['on', 'off', 'pause', 'nopreference'] satisfies RecordPreference[];

/**
 * The wish that holds for a media line: its own, else that of the whole description. Where a section says several, one
 * against recording counts before one for it: a contradictory state is closed (promise P5).
 */
export function recordPreferenceOf(
  description: SessionDescription,
  media: MediaDescription,
): RecordPreference | undefined {
  return sectionPreference(media.attributes) ?? sectionPreference(description.attributes);
}

/** Whether a wish is one against recording. */
export function isAgainstRecording(preference: RecordPreference | undefined): boolean {
  return preference === 'off' || preference === 'pause';
}

/** The line with what becomes of its stream said in it. */
export function withRecordState(media: MediaDescription, state: RecordState): MediaDescription {
  const others = media.attributes.filter(({ name }) => name !== 'record');
  return { ...media, attributes: [...others, { name: 'record', value: state }] };
}

/** The line as one on which nothing is to be sent, whatever direction it had. */
export function asInactive(media: MediaDescription): MediaDescription {
  const others = media.attributes.filter(
    ({ name }) => !['sendrecv', 'sendonly', 'recvonly', 'inactive'].includes(name),
  );
  return { ...media, attributes: [...others, { name: 'inactive', value: undefined }] };
}

function sectionPreference(attributes: readonly Attribute[]): RecordPreference | undefined {
  const said = attributes
    .filter(({ name }) => name === 'recordpref')
    .map(({ value }) => value?.trim().toLowerCase() ?? '')
    .filter((value) => preferences.includes(value)) as RecordPreference[];
  return said.find(isAgainstRecording) ?? said[0];
}
