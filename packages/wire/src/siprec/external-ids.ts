/** Ids of other systems in vendors' extension data, known by the name of the element that carries them. */

import { siprecLimits } from './limits.ts';
import type { ExternalId, ExternalIdName, RecordingMetadata } from './metadata.ts';
import { ucidForms } from './universal-call-id.ts';
import type { XmlElement } from './xml.ts';

/**
 * Element names, in lower case and without punctuation, that are known to carry an id: of SBCs (UCID, GUID, GCID, the
 * charging id of IMS), of contact centres (conversation, interaction), and of BroadWorks (who recorded, under what name).
 */
const idNames: ReadonlyMap<string, ExternalIdName> = new Map<string, ExternalIdName>([
  ['callid', 'callid'],
  ['ingresscallid', 'callid'],
  ['gcid', 'gcid'],
  ['globalcallid', 'gcid'],
  ['ucid', 'ucid'],
  ['avayaucid', 'ucid'],
  ['xucid', 'ucid'],
  ['xisrucid', 'ucid'],
  ['xavayaucid', 'ucid'],
  ['xoracleucid', 'ucid'],
  ['guid', 'guid'],
  ['ciscoguid', 'guid'],
  ['gucid', 'gucid'],
  ['ciscogucid', 'gucid'],
  ['sipsessionid', 'sipSessionID'],
  ['icid', 'icid'],
  ['icidvalue', 'icid'],
  ['genesysuuid', 'genesysUuid'],
  ['calluuid', 'genesysUuid'],
  ['xgenesyscalluuid', 'genesysUuid'],
  ['conversationid', 'conversationId'],
  ['xconversationid', 'conversationId'],
  ['interactionid', 'interactionId'],
  ['xinteractionid', 'interactionId'],
  ['exttrackingid', 'extTrackingId'],
  ['serviceproviderid', 'serviceProviderId'],
  ['userid', 'userId'],
  ['groupid', 'groupId'],
]);

/** Standard elements whose content is not extension data, by lower-case name (RFC 7865 §6). */
const standardNames: ReadonlySet<string> = new Set([
  ...['datamode', 'group', 'session', 'participant', 'stream', 'participantsessionassoc', 'participantstreamassoc'],
  ...['sessionrecordingassoc', 'nameid', 'name', 'send', 'recv', 'label', 'group-ref', 'sipsessionid', 'reason'],
  ...['start-time', 'stop-time', 'associate-time', 'disassociate-time', 'content-type'],
]);

/** What kind of id goes by this name, in whatever case and punctuation it is written. */
export function idNameOf(name: string): ExternalIdName | undefined {
  return idNames.get(name.toLowerCase().replace(/[^a-z0-9]/g, ''));
}

/**
 * An id as it is kept, with the other ways in which its own system writes the same one, so that each of them finds it.
 * None where the text is no id: empty, too long, or with line breaks and the like in it.
 */
export function idForms(name: ExternalIdName, text: string): readonly ExternalId[] {
  const value = text.trim();
  const isId = value !== '' && value.length <= siprecLimits.externalIdCharsMax && !/\p{Cc}/u.test(value);
  if (!isId) return [];
  const others = name === 'ucid' ? ucidForms(value) : [];
  return [...new Set([value, ...others])].map((form) => ({ name, value: form }));
}

/** The name of an id that an element carries: its own, or for a copied SIP header the one in its label. */
function nameOf(element: XmlElement): { readonly name: ExternalIdName; readonly text: string } | undefined {
  const own = idNameOf(element.name);
  if (own !== undefined) return { name: own, text: element.text };
  const label = element.attributes.get('label') ?? element.attributes.get('name');
  const labelled = label === undefined ? undefined : idNameOf(label);
  if (labelled === undefined) return undefined;
  const inner = element.children.find((child) => child.name.toLowerCase() === 'value');
  return { name: labelled, text: inner?.text ?? element.text };
}

/** Every recognised id in the extension data directly under an element, at any depth, without repeats. */
export function externalIdsIn(element: XmlElement): readonly ExternalId[] {
  const ids: ExternalId[] = [];
  const search = (inside: XmlElement): void => {
    const named = nameOf(inside);
    for (const form of named === undefined ? [] : idForms(named.name, named.text)) {
      const isNew = !ids.some((id) => id.name === form.name && id.value === form.value);
      if (isNew && ids.length < siprecLimits.metadataListMax) ids.push(form);
    }
    inside.children.forEach(search);
  };
  element.children.filter((child) => !standardNames.has(child.name.toLowerCase())).forEach(search);
  return ids;
}

/** All outside ids of a recording session, wherever they stood; the sessions' own Session-IDs are among them. */
export function externalIdsOf(metadata: RecordingMetadata): readonly ExternalId[] {
  const sessionIds = metadata.sessions.flatMap(({ sipSessionIds }) =>
    sipSessionIds.flatMap((value) => idForms('sipSessionID', value)),
  );
  const owners = [metadata, ...metadata.groups, ...metadata.sessions, ...metadata.participants];
  const all = [...owners.flatMap(({ externalIds }) => externalIds), ...sessionIds];
  return [...new Map(all.map((id) => [`${id.name} ${id.value}`, id])).values()];
}
