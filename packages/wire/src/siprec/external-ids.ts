/** Ids of other systems in vendors' extension data, known by the name of the element that carries them. */

import { siprecLimits } from './limits.ts';
import type { ExternalId, ExternalIdName, RecordingMetadata } from './metadata.ts';
import type { XmlElement } from './xml.ts';

/** Element names, in lower case and without punctuation, that are known to carry an id of the call. */
const idNames: ReadonlyMap<string, ExternalIdName> = new Map<string, ExternalIdName>([
  ['callid', 'callid'],
  ['gcid', 'gcid'],
  ['globalcallid', 'gcid'],
  ['ucid', 'ucid'],
  ['guid', 'guid'],
  ['sipsessionid', 'sipSessionID'],
]);

/** Standard elements whose content is not extension data, by lower-case name (RFC 7865 §6). */
const standardNames: ReadonlySet<string> = new Set([
  ...['datamode', 'group', 'session', 'participant', 'stream', 'participantsessionassoc', 'participantstreamassoc'],
  ...['sessionrecordingassoc', 'nameid', 'name', 'send', 'recv', 'label', 'group-ref', 'sipsessionid', 'reason'],
  ...['start-time', 'stop-time', 'associate-time', 'disassociate-time', 'content-type'],
]);

/** Every recognised id in the extension data directly under an element, at any depth, without repeats. */
export function externalIdsIn(element: XmlElement): readonly ExternalId[] {
  const ids: ExternalId[] = [];
  const search = (inside: XmlElement): void => {
    const name = idNames.get(inside.name.toLowerCase().replace(/[^a-z0-9]/g, ''));
    const value = inside.text.trim();
    const isNew = !ids.some((id) => id.name === name && id.value === value);
    if (name !== undefined && value !== '' && isNew && ids.length < siprecLimits.metadataListMax) {
      ids.push({ name, value });
    }
    inside.children.forEach(search);
  };
  element.children.filter((child) => !standardNames.has(child.name.toLowerCase())).forEach(search);
  return ids;
}

/** All outside ids of a recording session, wherever they stood; the sessions' own Session-IDs are among them. */
export function externalIdsOf(metadata: RecordingMetadata): readonly ExternalId[] {
  const sessionIds = metadata.sessions.flatMap(({ sipSessionIds }) =>
    sipSessionIds.map((value): ExternalId => ({ name: 'sipSessionID', value })),
  );
  const owners = [metadata, ...metadata.groups, ...metadata.sessions, ...metadata.participants];
  const all = [...owners.flatMap(({ externalIds }) => externalIds), ...sessionIds];
  return [...new Map(all.map((id) => [`${id.name} ${id.value}`, id])).values()];
}
