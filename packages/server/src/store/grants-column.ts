/** Grants as they stand in a column. */
import { builtInRoles, type DivisionId, type Grant, type RoleName } from '@tacet/domain';

const readTextsMax = 1_000;

export function writeGrants(grants: readonly Grant[]): string {
  return JSON.stringify(grants.map(({ role, division }) => ({ role, division })));
}

/**
 * Reads grants; a grant whose role this version does not know gives nothing (fails closed). Few distinct texts exist,
 * so each is parsed once: every API call needs the grants of its token.
 */
export class GrantsReader {
  readonly #read = new Map<string, readonly Grant[]>();

  read(text: string): readonly Grant[] {
    const known = this.#read.get(text);
    if (known !== undefined) return known;
    const grants = parse(text);
    if (this.#read.size >= readTextsMax) this.#read.clear();
    this.#read.set(text, grants);
    return grants;
  }
}

function parse(text: string): readonly Grant[] {
  const list: unknown = JSON.parse(text);
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: { role?: unknown; division?: unknown } | null): readonly Grant[] => {
    const role = item?.role;
    const division = item?.division;
    if (typeof role !== 'string' || !Object.hasOwn(builtInRoles, role) || typeof division !== 'string') return [];
    return [Object.freeze({ role: role as RoleName, division: division as DivisionId | '*' })];
  });
}
