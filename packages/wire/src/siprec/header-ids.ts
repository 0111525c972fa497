/** Ids of other systems that a source puts into headers of its requests instead of the metadata. */

import { idForms, idNameOf } from './external-ids.ts';
import { siprecLimits } from './limits.ts';
import type { ExternalId } from './metadata.ts';
import { guidHex, ucidInUserData } from './universal-call-id.ts';

interface HeaderLine {
  readonly name: string;
  readonly value: string;
}

/**
 * The ids in one header. User-to-User may carry anything at all (RFC 7433), so of it only an UCID is kept; of
 * P-Charging-Vector the charging id (RFC 7315); of other headers those whose name is known to stand for an id.
 */
function idsIn({ name, value }: HeaderLine): readonly ExternalId[] {
  switch (name.toLowerCase()) {
    case 'user-to-user':
      return ucidInUserData(value).map((form) => ({ name: 'ucid', value: form }));
    case 'session-id':
      return idForms('sipSessionID', value);
    case 'cisco-guid':
      return [value, guidHex(value) ?? ''].flatMap((form) => idForms('guid', form));
    case 'p-charging-vector':
      return idForms('icid', /(?:^|;)\s*icid-value="?([^";]+)/i.exec(value)?.[1] ?? '');
    case 'call-id':
      return [];
    default: {
      const known = idNameOf(name);
      return known === undefined ? [] : idForms(known, value);
    }
  }
}

/** The ids in the headers of a request, without repeats and in bounded number. */
export function externalIdsOfHeaders(headers: readonly HeaderLine[]): readonly ExternalId[] {
  const all = headers.flatMap(idsIn);
  return [...new Map(all.map((id) => [`${id.name} ${id.value}`, id])).values()].slice(0, siprecLimits.metadataListMax);
}
